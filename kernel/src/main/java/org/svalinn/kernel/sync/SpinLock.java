package org.svalinn.kernel.sync;

import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.machine.Steps;

/** {@code spinlock_t}: whoever holds it must not sleep. */
public final class SpinLock implements Lock {
    private static final int FREE = Integer.MIN_VALUE;
    private static final Site LOCK = Site.named("spin_lock");
    private static final Site UNLOCK = Site.named("spin_unlock");

    private final Core core;
    private final String name;
    private final KernelObject.@Nullable LockPart part;
    private final long number;
    private int holder = FREE;

    /** A lock that is nobody's part. */
    public SpinLock(Core core, String name) {
        this.core = core;
        this.name = name;
        part = null;
        number = core.slab().number(name);
    }

    /** One that is part of an object, and is freed with it. */
    public SpinLock(KernelObject owner, String name) {
        this.core = owner.core();
        this.name = name;
        number = core.slab().number(name);
        part = owner.contains(this);
    }

    /** {@code spin_lock()}. */
    public void lock() {
        if (isHeld()) {
            throw Misuse.halt(core, "recursive-locking", "locks " + name + ", which it holds already", LOCK);
        }
        core.scheduler().await(Operation.ACQUIRE, number, Steps.ALL, () -> !isLocked(), LOCK);
        KernelObject.use(part, LOCK);
        holder = core.scheduler().current();
        core.atomicity().enter("with a spin lock held: ", name);
    }

    /** {@code spin_unlock()}. */
    public void unlock() {
        if (!isHeld()) {
            Misuse.report(core, "bad-unlock", "unlocks " + name + ", which it does not hold", UNLOCK);
            return;
        }
        core.scheduler().step(Operation.RELEASE, number, Steps.ALL, UNLOCK);
        KernelObject.use(part, UNLOCK);
        holder = FREE;
        core.atomicity().leave();
    }

    @Override
    public boolean isLocked() {
        return holder != FREE;
    }

    @Override
    public boolean isHeld() {
        return holder == core.scheduler().current();
    }

    /** {@code lockdep_assert_held()}. */
    @Override
    public void assertHeld(Site site) {
        if (!isHeld()) {
            Misuse.report(core, "lock-not-held", name + " must be held here", site);
        }
    }

    @Override
    public long number() {
        return number;
    }

    @Override
    public String toString() {
        return name;
    }
}
