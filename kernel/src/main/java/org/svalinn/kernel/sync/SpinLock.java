package org.svalinn.kernel.sync;

import java.util.function.BooleanSupplier;
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
    private final long number;
    private final BooleanSupplier isFree = () -> !isLocked();
    private int holder = FREE;

    public SpinLock(Core core, String name) {
        this.core = core;
        this.name = name;
        number = core.slab().number(name);
    }

    /** {@code spin_lock()}. */
    public void lock() {
        if (isHeld()) {
            throw Misuse.halt(core, "recursive-locking", "locks " + name + ", which it holds already", LOCK);
        }
        core.scheduler().await(Operation.ACQUIRE, number, Steps.ALL, isFree, LOCK);
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
        holder = FREE;
        core.atomicity().leave();
    }

    @Override
    public boolean isLocked() {
        return holder != FREE;
    }

    /** Whether the current actor holds it: no step, as nobody else changes that. */
    public boolean isHeld() {
        return holder == core.scheduler().current();
    }

    /** {@code lockdep_assert_held()}. */
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
