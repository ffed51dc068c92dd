package org.svalinn.kernel.driver;

import org.jspecify.annotations.Nullable;
import org.svalinn.kernel.fs.File;
import org.svalinn.kernel.iommu.Device;
import org.svalinn.kernel.iommu.PciDevice;
import org.svalinn.kernel.mm.Mm;
import org.svalinn.machine.pcie.Engine;

/** A device node: {@code struct cdev} of one device, whose files are its driver's. */
public final class CharDevice {
    private final Device device;
    private final DeviceDriver driver;

    /** The node of this device, for which this driver is responsible. */
    public CharDevice(Device device, DeviceDriver driver) {
        this.device = device;
        this.driver = driver;
    }

    public String name() {
        return device.name();
    }

    /**
     * The PCI function that it is.
     *
     * @throws IllegalStateException if it is none, as in a simulation
     */
    public PciDevice device() {
        if (device instanceof PciDevice function) {
            return function;
        }
        throw new IllegalStateException(device.name() + " is no function of a machine");
    }

    /** Where its work goes. */
    public Engine engine() {
        return device().engine();
    }

    /**
     * {@code chrdev_open()}: a file with one reference; null if the driver could not bind the opener's address space.
     */
    public @Nullable File open(Mm mm) {
        return driver.open(mm);
    }

    /** Whether it is a file of this device. */
    public boolean has(File file) {
        return driver.has(file);
    }

    @Override
    public String toString() {
        return name();
    }
}
