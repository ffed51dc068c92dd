package org.svalinn.kernel.sync;

/** {@code spinlock_t}: whoever holds it must not sleep. */
public final class SpinLock {
    public SpinLock(Core core, String name) {
    }

    public void lock() {
        throw new UnsupportedOperationException();
    }

    public void unlock() {
        throw new UnsupportedOperationException();
    }
}
