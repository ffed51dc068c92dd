package org.svalinn.kernel.sva;

import org.svalinn.kernel.iommu.Device;
import org.svalinn.kernel.iommu.FaultHandler;
import org.svalinn.kernel.iommu.PageFault;
import org.svalinn.kernel.sync.Core;
import org.svalinn.kernel.sync.WorkQueue;

/** {@code drivers/iommu/io-pgfault.c}. */
public final class PageFaultQueue implements FaultHandler {
    private final WorkQueue queue;

    public PageFaultQueue(Core core) {
        queue = new WorkQueue(core, "iopf_queue");
    }

    /** Whose bonds say for which mm a PASID stands. */
    void serveFor(IommuSva bonds) {}

    /** {@code iommu_queue_iopf()}. */
    @Override
    public void report(PageFault fault) {
        throw new UnsupportedOperationException();
    }

    /** {@code iopf_queue_flush_dev()}. */
    public void flush(Device device) {
        queue.flush();
    }

    /** {@code iopf_queue_discard_partial()}. */
    public void discardPartial(Device device, int pasid) {}

    /** The life of its worker: spawn it as a daemon. */
    public void serve() {
        queue.serve();
    }
}
