package org.svalinn.kernel.driver;

import org.jspecify.annotations.Nullable;
import org.svalinn.kernel.fs.File;
import org.svalinn.kernel.mm.Mm;

/** What drives one device: makes its files. */
public sealed interface DeviceDriver permits UacceDriver, IdxdDriver {
    /** {@code open()} by a task with this address space: binds it; null if that cannot be done. */
    @Nullable File open(Mm mm);

    /** Whether the file is one of its. */
    boolean has(File file);
}
