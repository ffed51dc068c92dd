package org.svalinn.machine.iommu;

/**
 * An ATS Invalidate Request message (PCIe 6.0, 10.3.1).
 *
 * @param pasid the PASID prefix; {@link Transaction#NO_PASID} without one
 * @param address the first byte of the range, aligned to it
 * @param shift the range is {@code 1 << shift} bytes, at least 12; 64 for everything
 * @param global whether it is for every PASID (Global Invalidate, PCIe 6.0, 10.3.8)
 * @param tag ITag, 0 to 31: the completion bears it
 */
public record InvalidationRequest(int pasid, long address, int shift, boolean global, int tag) {
    /** A shift that covers every address. */
    public static final int EVERYTHING = 64;

    /** Whether a translation of {@code 1 << pageShift} bytes at an address lies within the range, in part at least. */
    public boolean covers(long page, int pageShift) {
        int wider = Math.max(shift, pageShift);
        return wider >= EVERYTHING || page >>> wider == address >>> wider;
    }
}
