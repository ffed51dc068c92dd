package org.svalinn.machine.iommu;

/**
 * A PCIe Page Request message (PCIe 6.0, 10.4.1).
 *
 * @param requesterId who asks
 * @param pasid the PASID prefix; {@link Transaction#NO_PASID} without one
 * @param address the page, aligned to 4 KiB
 * @param group Page Request Group Index, 9 bits
 * @param access the wanted accesses, of {@link Access}: 0 with {@code last} is a stop marker (10.4.1.2.1)
 * @param privileged Privileged Mode Requested
 * @param last whether it closes its group
 */
public record PageRequest(int requesterId, int pasid, long address, int group, int access, boolean privileged, boolean last) {
    /** A stop marker: every request of this PASID before it has been sent; it wants no response. */
    public static PageRequest stopMarker(int requesterId, int pasid) {
        return new PageRequest(requesterId, pasid, 0, 0, 0, false, true);
    }

    public boolean isStopMarker() {
        return access == 0 && last;
    }
}
