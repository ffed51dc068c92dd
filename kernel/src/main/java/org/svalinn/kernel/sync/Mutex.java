package org.svalinn.kernel.sync;

import org.svalinn.explore.Site;

/** {@code struct mutex}: may be waited for, by whoever may sleep. It is its holder's: nobody else unlocks it. */
public final class Mutex implements Lock {
    private static final Site LOCK = Site.named("mutex_lock");
    private static final Site UNLOCK = Site.named("mutex_unlock");

    private final Core core;
    private final Exclusive exclusive;

    /** A lock that is nobody's part. */
    public Mutex(Core core, String name) {
        this.core = core;
        exclusive = new Exclusive(core, name);
    }

    /** One that is part of an object, and is freed with it. */
    public Mutex(KernelObject owner, String name) {
        this(owner.core(), name);
        exclusive.isPart(owner.contains(this));
    }

    /** {@code mutex_lock()}. */
    public void lock() {
        exclusive.refuseHolder(LOCK);
        core.atomicity().mightSleep(LOCK);
        exclusive.take(LOCK);
    }

    /** {@code mutex_unlock()}. */
    public void unlock() {
        exclusive.give(UNLOCK);
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
