package org.svalinn.kernel.driver;

import org.svalinn.kernel.design.Omission;
import org.svalinn.kernel.design.Pin;
import org.svalinn.kernel.iommu.Device;
import org.svalinn.kernel.mm.Mm;
import org.svalinn.kernel.mm.Reclaim;
import org.svalinn.kernel.sync.Core;

/**
 * How a driver has its device come to rest before it unbinds. A kernel without {@link Omission#STOP_BEFORE_DRAIN}
 * leaves it to unbind, which does it once page requests are drained.
 */
final class DeviceWork {
    private final Core core;
    private final Reclaim reclaim;
    private final Device device;

    DeviceWork(Core core, Reclaim reclaim, Device device) {
        this.core = core;
        this.reclaim = reclaim;
        this.device = device;
    }

    private boolean isFirst() {
        return core.variant().does(Omission.STOP_BEFORE_DRAIN);
    }

    /** No new work of the PASID begins, and what is under way is waited for. */
    void stopAndDrain(int pasid, Mm mm) {
        if (isFirst() && core.variant().does(Omission.STOP)) {
            device.stop(pasid);
        }
        drain(pasid, mm);
    }

    /** Waits for the device. If its bond pins the address space, that waits with it. */
    void drain(int pasid, Mm mm) {
        if (!isFirst() || !core.variant().does(Omission.DEVICE_DRAIN)) {
            return;
        }
        boolean pins = core.variant().design().pin() == Pin.MM_USERS;
        if (pins) {
            reclaim.begin(mm, device.name() + " to finish its work, at the close of its file");
        }
        device.drain(pasid);
        if (pins) {
            reclaim.end(mm);
        }
    }
}
