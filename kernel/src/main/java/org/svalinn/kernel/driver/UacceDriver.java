package org.svalinn.kernel.driver;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Site;
import org.svalinn.kernel.fs.File;
import org.svalinn.kernel.fs.FileOperations;
import org.svalinn.kernel.iommu.Device;
import org.svalinn.kernel.mm.Mm;
import org.svalinn.kernel.mm.Reclaim;
import org.svalinn.kernel.sva.IommuSva;
import org.svalinn.kernel.sva.SvaHandle;
import org.svalinn.kernel.sync.Core;
import org.svalinn.kernel.sync.KernelObject;
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
    private final DeviceWork work;
    private final Mutex mutex;
    /** {@code uacce->queues}: how many there are of each PASID, under the mutex. */
    private final Map<Integer, Integer> queues = new HashMap<>(4);

    /** Drives this device. */
    public UacceDriver(Core core, IommuSva sva, Reclaim reclaim, Device device) {
        this.core = core;
        this.sva = sva;
        this.device = device;
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
            Queue queue = new Queue(handle, mm);
            queues.merge(queue.pasid, 1, Integer::sum);
            file = new File(core, device.name(), queue);
        }
        mutex.unlock();
        return file;
    }

    private boolean isInUse(int pasid) {
        return queues.containsKey(pasid);
    }

    @Override
    public boolean has(File file) {
        return file.operations() instanceof Queue queue && queue.driver() == this;
    }

    /** {@code struct uacce_queue}, the private data of a file. */
    private final class Queue extends KernelObject implements FileOperations {
        private final SvaHandle handle;
        /** Not held: it is there as long as the bond is. */
        private final Mm mm;
        private final int pasid;

        Queue(SvaHandle handle, Mm mm) {
            super(UacceDriver.this.core, "uacce_queue", ALLOC);
            this.handle = handle;
            this.mm = mm;
            pasid = handle.pasid();
        }

        /** {@code uacce_fops_release()}. */
        @Override
        public void release(File file) {
            mutex.lock();
            use(RELEASE);
            queues.computeIfPresent(pasid, (key, number) -> number == 1 ? null : number - 1);
            if (!isInUse(pasid)) {
                work.stopAndDrain(pasid, mm);
            }
            sva.unbindDevice(handle);
            mutex.unlock();
            free(RELEASE);
        }

        UacceDriver driver() {
            return UacceDriver.this;
        }

        @Override
        public String toString() {
            return "queue of " + device.name();
        }

        @Override
        public String kind() {
            return "uacce_queue";
        }
    }
}
