package org.svalinn.kernel.driver;

import org.svalinn.explore.Site;
import org.svalinn.kernel.fs.File;
import org.svalinn.kernel.fs.FileOperations;
import org.svalinn.kernel.mm.Mm;
import org.svalinn.kernel.sva.SvaHandle;
import org.svalinn.kernel.sync.Core;
import org.svalinn.kernel.sync.KernelObject;

/** The private data of a file whose open has bound an address space: what its driver needs to release it. */
public final class BoundFile extends KernelObject implements FileOperations {
    private final DeviceDriver driver;
    private final String kind;
    private final String name;
    private final SvaHandle handle;
    private final Mm mm;
    private final int pasid;

    /**
     * Of a file that this driver has opened.
     *
     * @param kind its type in the kernel
     * @param name what it is, in words
     */
    BoundFile(Core core, DeviceDriver driver, String kind, String name, SvaHandle handle, Mm mm, Site site) {
        super(core, kind, site);
        this.driver = driver;
        this.kind = kind;
        this.name = name;
        this.handle = handle;
        this.mm = mm;
        pasid = handle.pasid();
    }

    DeviceDriver driver() {
        return driver;
    }

    SvaHandle handle() {
        return handle;
    }

    /** Not held: it is there as long as the bond is. */
    Mm mm() {
        return mm;
    }

    int pasid() {
        return pasid;
    }

    @Override
    public void release(File file) {
        driver.release(this);
    }

    @Override
    public String toString() {
        return name;
    }

    @Override
    public String kind() {
        return kind;
    }
}
