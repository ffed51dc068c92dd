package org.svalinn.kernel.sync;

import org.svalinn.explore.Site;

/** {@code spinlock_t}: whoever holds it must not sleep. */
public final class SpinLock implements Lock {
    private static final Site LOCK = Site.named("spin_lock");
    private static final Site UNLOCK = Site.named("spin_unlock");

    private final Core core;
    private final Exclusive exclusive;

    /** A lock that is nobody's part. */
    public SpinLock(Core core, String name) {
        this.core = core;
        exclusive = new Exclusive(core, name);
    }

    /** One that is part of an object, and is freed with it. */
    public SpinLock(KernelObject owner, String name) {
        this(owner.core(), name);
        exclusive.isPart(owner.contains(this));
    }

    /** {@code spin_lock()}. */
    public void lock() {
        exclusive.refuseHolder(LOCK);
        exclusive.take(LOCK);
        core.atomicity().enter("with a spin lock held: ", exclusive.name());
    }

    /** {@code spin_unlock()}. */
    public void unlock() {
        if (exclusive.give(UNLOCK)) {
            core.atomicity().leave();
        }
    }

    @Override
    public Core core() {
        return core;
    }

    @Override
    public boolean isLocked() {
        return exclusive.isLocked();
    }

    @Override
    public boolean isHeld() {
        return exclusive.isHeld();
    }

    @Override
    public long number() {
        return exclusive.number();
    }

    @Override
    public String toString() {
        return exclusive.name();
    }
}
