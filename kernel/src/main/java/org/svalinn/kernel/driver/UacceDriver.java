package org.svalinn.kernel.driver;

import java.util.HashMap;
import java.util.Map;
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
 * Queues of an accelerator, one for each open file, which user space maps: {@code drivers/misc/uacce/uacce.c}. Open
 * binds, which starts the device's queue of the PASID; release stops it, waits for the device, and unbinds.
 *
 * <p>A PASID of the device is stopped with the last of its queues.
 */
public final class UacceDriver implements DeviceDriver {
    private static final Site ALLOC = Site.named("uacce_fops_open");
    private static final Site RELEASE = Site.named("uacce_fops_release");

    private final Core core;
    private final IommuSva sva;
    private final Device device;
    private final String fileName;
    private final DeviceWork work;
    private final Mutex mutex;
    /** {@code uacce->queues}: how many there are of each PASID, under the mutex. */
    private final Map<Integer, Integer> queues = new HashMap<>(4);

    /** Drives this device. */
    public UacceDriver(Core core, IommuSva sva, Reclaim reclaim, Device device) {
        this.core = core;
        this.sva = sva;
        this.device = device;
        fileName = "queue of " + device.name();
        work = new DeviceWork(core, reclaim, device);
        mutex = new Mutex(core, "uacce mutex");
    }

    /** {@code uacce_fops_open()}. */
    @Override
    public @Nullable File open(Mm mm) {
        mutex.lock();
        File file = null;
        SvaHandle handle = sva.bindDevice(device, mm);
        if (handle != null) {
            queues.merge(handle.pasid(), 1, Integer::sum);
            file = new File(core, device.name(), new BoundFile(core, this, "uacce_queue", fileName, handle, mm, ALLOC));
        }
        mutex.unlock();
        return file;
    }

    /** {@code uacce_fops_release()}. */
    @Override
    public void release(BoundFile queue) {
        mutex.lock();
        queue.use(RELEASE);
        int pasid = queue.pasid();
        queues.computeIfPresent(pasid, (key, number) -> number == 1 ? null : number - 1);
        if (!queues.containsKey(pasid)) {
            work.stopAndDrain(pasid, queue.mm());
        }
        sva.unbindDevice(queue.handle());
        mutex.unlock();
        queue.free(RELEASE);
    }
}
