package org.svalinn.kernel.sync;

import org.svalinn.explore.Site;

/** Something to lock, as the object knows it that it is a part of. */
public sealed interface Lock permits Mutex, SpinLock, RwSem {
    /** The number by which steps know it. */
    long number();

    /** Whether anybody holds it: known only right after a step on it. */
    boolean isLocked();

    /** Whether the current actor holds it: no step, as nobody else changes that. */
    boolean isHeld();

    /** Of which kernel. */
    Core core();

    /** {@code lockdep_assert_held()}. */
    default void assertHeld(Site site) {
        if (!isHeld()) {
            Misuse.report(core(), "lock-not-held", this + " must be held here", site);
        }
    }

    /** Its name, for reports. */
    @Override
    String toString();
}
