package org.svalinn.kernel.driver;

import org.jspecify.annotations.Nullable;
import org.svalinn.kernel.fs.File;
import org.svalinn.kernel.mm.Mm;

/** What drives one device: makes its files. */
public sealed interface DeviceDriver permits UacceDriver, IdxdDriver {
    /** {@code open()} by a task with this address space: binds it; null if that cannot be done. */
    @Nullable File open(Mm mm);

    /** {@code release()}: the last reference of a file that it has opened is gone, and so is its bond. */
    void release(BoundFile file);

    /** Whether the file is one of its. */
    default boolean has(File file) {
        return file.operations() instanceof BoundFile bound && bound.driver() == this;
    }
}
