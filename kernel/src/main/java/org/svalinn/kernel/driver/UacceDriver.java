package org.svalinn.kernel.driver;

import org.jspecify.annotations.Nullable;
import org.svalinn.kernel.fs.File;
import org.svalinn.kernel.mm.Mm;

/** Queues of an accelerator that user space maps: {@code drivers/misc/uacce/uacce.c}. */
public final class UacceDriver implements DeviceDriver {
    @Override
    public @Nullable File open(Mm mm) {
        throw new UnsupportedOperationException();
    }
}
