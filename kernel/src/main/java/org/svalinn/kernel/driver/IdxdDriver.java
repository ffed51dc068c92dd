package org.svalinn.kernel.driver;

import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Site;
import org.svalinn.kernel.fs.File;
import org.svalinn.kernel.iommu.Device;
import org.svalinn.kernel.mm.Mm;
import org.svalinn.kernel.mm.Reclaim;
import org.svalinn.kernel.sva.IommuSva;
import org.svalinn.kernel.sva.SvaHandle;
import org.svalinn.kernel.sync.Core;
import org.svalinn.kernel.sync.Mutex;

/**
 * A shared work queue, into which tasks that map its portal enqueue by ENQCMD: {@code drivers/dma/idxd/cdev.c}. Open
 * binds; release waits for the work of the PASID that is in the queue, and unbinds. No PASID is stopped: nobody can
 * enqueue any more, since a mapping of the portal holds the file.
 */
public final class IdxdDriver implements DeviceDriver {
    private static final Site ALLOC = Site.named("idxd_cdev_open");
    private static final Site RELEASE = Site.named("idxd_cdev_release");

    private final Core core;
    private final IommuSva sva;
    private final Device device;
    private final String fileName;
    private final DeviceWork work;
    /** {@code wq->wq_lock}. */
    private final Mutex mutex;

    /** Drives this device. */
    public IdxdDriver(Core core, IommuSva sva, Reclaim reclaim, Device device) {
        this.core = core;
        this.sva = sva;
        this.device = device;
        fileName = "context of " + device.name();
        work = new DeviceWork(core, reclaim, device);
        mutex = new Mutex(core, "wq_lock");
    }

    /** {@code idxd_cdev_open()}. */
    @Override
    public @Nullable File open(Mm mm) {
        mutex.lock();
        File file = null;
        SvaHandle handle = sva.bindDevice(device, mm);
        if (handle != null) {
            file = new File(
                    core, device.name(), new BoundFile(core, this, "idxd_user_context", fileName, handle, mm, ALLOC));
        }
        mutex.unlock();
        return file;
    }

    /** {@code idxd_cdev_release()}. */
    @Override
    public void release(BoundFile context) {
        context.use(RELEASE);
        work.drain(context.pasid(), context.mm());
        sva.unbindDevice(context.handle());
        context.free(RELEASE);
    }
}
