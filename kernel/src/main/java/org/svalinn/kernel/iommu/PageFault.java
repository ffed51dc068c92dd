package org.svalinn.kernel.iommu;

/**
 * A recoverable fault or page request that a device has raised: {@code struct iommu_fault_page_request}.
 *
 * @param device whose
 * @param pasid with which PASID
 * @param group the group to which it belongs; the last of the group is answered for all
 * @param address the page
 * @param write whether it wants to write
 * @param last whether it closes its group
 */
public record PageFault(Device device, int pasid, int group, long address, boolean write, boolean last) {
    /** {@code enum iommu_page_response_code}. */
    public enum Response { SUCCESS, INVALID, FAILURE }
}
