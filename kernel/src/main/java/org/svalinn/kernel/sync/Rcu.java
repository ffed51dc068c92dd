package org.svalinn.kernel.sync;

/**
 * RCU, and with an object of its own SRCU, by its promise: a callback runs when the read-side sections that were under way
 * when it was queued are over. A grace period is an actor.
 */
public final class Rcu {
    public Rcu(Core core, String name) {
    }

    /** {@code rcu_read_lock()}, {@code srcu_read_lock()}. In a section of plain RCU nobody may sleep. */
    public void readLock() {
        throw new UnsupportedOperationException();
    }

    public void readUnlock() {
        throw new UnsupportedOperationException();
    }

    /** {@code call_rcu()}: does not wait. */
    public void call(Runnable callback) {
        throw new UnsupportedOperationException();
    }

    /** {@code synchronize_rcu()}: waits for a grace period. */
    public void synchronize() {
        throw new UnsupportedOperationException();
    }

    /** The life of its grace-period actor: spawn it as a daemon. */
    public void serve() {
        throw new UnsupportedOperationException();
    }
}
