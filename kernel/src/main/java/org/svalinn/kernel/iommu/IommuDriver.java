package org.svalinn.kernel.iommu;

import org.svalinn.kernel.mm.Mm;
import org.svalinn.kernel.mm.UserPages;
import org.svalinn.kernel.sync.Scheduler;

/** What the core asks of the driver of one kind of IOMMU: {@code struct iommu_ops} and {@code iommu_domain_ops}. */
public interface IommuDriver {
    /** Pages in the format that this IOMMU, and so the processor that comes with it, walks. */
    UserPages userPages(String owner);

    /** Takes on a device behind it: {@code ops->probe_device()}, and what enables PASID, ATS and PRI. */
    void probe(Device device);

    /**
     * Takes what this IOMMU needs of the mm itself, once for all of its devices: an ASID, on Arm
     * ({@code arm_smmu_alloc_shared_cd()}); nothing, on VT-d.
     */
    void acquireContext(Mm mm);

    /** Gives it back, and so touches the mm: {@code arm64_mm_context_put()} in {@code arm_smmu_free_shared_cd()}. */
    void releaseContext(Mm mm);

    /**
     * The highest PASID that its tables have an entry for: {@code iommu->max_pasids - 1}. A bind that needs more fails.
     */
    int maxPasid();

    /**
     * Whether unbind waits until no notifier of the mm is running any more ({@code mmu_notifier_unregister()}, as
     * VT-d's driver up to 6.7 does), or leaves that to a callback ({@code mmu_notifier_put()}, as Arm's does).
     */
    default boolean waitsForNotifier() {
        return false;
    }

    /**
     * {@code ops->set_dev_pasid()}: lets the device do DMA with the PASID into the address space, and {@linkplain
     * Device#start starts} it. When this returns, what the IOMMU remembered of the entry is gone.
     */
    void setDevicePasid(Device device, int pasid, Mm mm);

    /**
     * The address space is about to go, and the device may still send: from here on, its requests with the PASID abort
     * without being reported, and nothing of what was translated is remembered by the IOMMU or the device.
     */
    void quiesceDevicePasid(Device device, int pasid, Mm mm);

    /** {@code ops->remove_dev_pasid()}: the entry is no longer valid, and nothing remembers it. */
    void removeDevicePasid(Device device, int pasid, Mm mm);

    /** Entries have been cleared: IOTLB and ATCs of every device bound to it forget the range. Does not sleep. */
    void invalidate(Mm mm, long start, long end);

    /**
     * Waits until no page request of the device and PASID is in hardware queues, or on its way to the fault handler.
     */
    void drainPageRequests(Device device, int pasid);

    /** {@code ops->page_response()}. */
    void respond(PageFault fault, PageFault.Response response);

    /**
     * Which devices have a valid entry for the PASID in their tables, in words; empty if none has. Looks at the tables,
     * a step for each device: for whoever asserts that the PASID may be another's.
     */
    String entries(int pasid);

    /** Spawns the actors of hardware and of interrupt threads. */
    void start(Scheduler scheduler);
}
