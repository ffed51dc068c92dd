package org.svalinn.source.runtime;

import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;

/** An access of memory that is not live, where nobody listens on the bus who could say more. */
public final class BadAccess extends RuntimeException {
    private static final long serialVersionUID = 1;

    BadAccess(Operation operation, long address, int size, Shadow state, Site site) {
        super("%s of %d bytes at 0x%x (%s) in %s".formatted(operation, size, address, state, site));
    }
}
