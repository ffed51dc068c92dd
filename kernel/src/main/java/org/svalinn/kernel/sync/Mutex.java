package org.svalinn.kernel.sync;

import java.util.function.BooleanSupplier;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.machine.Steps;

/** {@code struct mutex}: may be waited for, by whoever may sleep. */
public final class Mutex {
    private static final int FREE = Integer.MIN_VALUE;

    private final Core core;
    private final long number;
    private final Site locks;
    private final Site unlocks;
    private final BooleanSupplier isFree = () -> !isLocked();
    private int holder = FREE;

    public Mutex(Core core, String name) {
        this.core = core;
        number = core.slab().number(name);
        locks = Site.named("mutex_lock");
        unlocks = Site.named("mutex_unlock");
    }

    /** {@code mutex_lock()}. */
    public void lock() {
        core.atomicity().mightSleep(locks);
        core.scheduler().await(Operation.ACQUIRE, number, Steps.ALL, isFree, locks);
        holder = core.scheduler().current();
    }

    /** {@code mutex_unlock()}. */
    public void unlock() {
        core.scheduler().step(Operation.RELEASE, number, Steps.ALL, unlocks);
        holder = FREE;
    }

    /** Whether somebody holds it: for {@code lockdep_assert_held()}, no step. */
    public boolean isLocked() {
        return holder != FREE;
    }

    /** Whether the current actor holds it. */
    public boolean isHeld() {
        return holder == core.scheduler().current();
    }
}
