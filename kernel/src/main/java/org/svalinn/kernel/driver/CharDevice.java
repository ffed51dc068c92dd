package org.svalinn.kernel.driver;

import org.jspecify.annotations.Nullable;
import org.svalinn.kernel.fs.File;
import org.svalinn.kernel.mm.Mm;
import org.svalinn.machine.pcie.Engine;

/** A device node: {@code struct cdev} of one device, whose files are its driver's. */
public final class CharDevice {
    private final String name;
    private final Engine engine;
    private final DeviceDriver driver;

    /** The node of a device with this engine, for which this driver is responsible. */
    public CharDevice(String name, Engine engine, DeviceDriver driver) {
        this.name = name;
        this.engine = engine;
        this.driver = driver;
    }

    public String name() {
        return name;
    }

    /** Where its work goes. */
    public Engine engine() {
        return engine;
    }

    /** {@code chrdev_open()}: a file with one reference; null if the driver could not bind the opener's address space. */
    public @Nullable File open(Mm mm) {
        return driver.open(mm);
    }

    /** Whether it is a file of this device. */
    public boolean has(File file) {
        return driver.has(file);
    }

    @Override
    public String toString() {
        return name;
    }
}
