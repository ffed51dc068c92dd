package org.svalinn.kernel.driver;

import org.jspecify.annotations.Nullable;
import org.svalinn.kernel.fs.File;
import org.svalinn.kernel.mm.Mm;

/** A shared work queue into which user space enqueues by ENQCMD: {@code drivers/dma/idxd/cdev.c}. */
public final class IdxdDriver implements DeviceDriver {
    @Override
    public @Nullable File open(Mm mm) {
        throw new UnsupportedOperationException();
    }
}
