package org.svalinn.kernel.iommu;

/** Where an IOMMU driver takes page faults to: {@code iommu_report_device_fault()}. */
@FunctionalInterface
public interface FaultHandler {
    /** Takes one on, on the IOMMU's interrupt thread: handles it later, and answers it. */
    void report(PageFault fault);
}
