package org.svalinn.kernel.sync;

import org.svalinn.kernel.design.Variant;

/**
 * What every part of one running kernel needs: made first, handed to all. A kernel is made anew for each execution, so
 * nothing here is shared between two.
 */
public final class Core {
    private final Scheduler scheduler;
    private final Variant variant;
    private final Slab slab;
    private final Holders holders;
    private final Atomicity atomicity;
    private final TaskWork taskWork;
    private final Rcu rcu;

    /** The core of a kernel of this variant. */
    public Core(Scheduler scheduler, Variant variant) {
        this.scheduler = scheduler;
        this.variant = variant;
        slab = new Slab(scheduler);
        holders = new Holders(scheduler);
        atomicity = new Atomicity(scheduler);
        taskWork = new TaskWork(scheduler);
        rcu = Rcu.whoseReadersDoNotSleep(this);
    }

    public Scheduler scheduler() {
        return scheduler;
    }

    /** The design, and what is left out of it. */
    public Variant variant() {
        return variant;
    }

    /** Kernel objects: which are alive, and by what numbers steps know them. */
    public Slab slab() {
        return slab;
    }

    /** Who holds what. */
    public Holders holders() {
        return holders;
    }

    /** Whether the current actor may sleep. */
    public Atomicity atomicity() {
        return atomicity;
    }

    /** What tasks do on their way back to user space, or at exit. */
    public TaskWork taskWork() {
        return taskWork;
    }

    /** RCU, as a grace period of its own. */
    public Rcu rcu() {
        return rcu;
    }
}
