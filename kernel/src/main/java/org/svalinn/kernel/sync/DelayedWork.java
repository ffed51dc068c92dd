package org.svalinn.kernel.sync;

import java.util.function.BooleanSupplier;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.machine.Steps;

/**
 * {@code struct delayed_work}: work that a timer queues. The timer is an actor; under a search, in which no time
 * passes, it fires at any time after it was set, but does fire.
 */
public final class DelayedWork {
    private static final Site QUEUE = Site.named("queue_delayed_work");
    private static final Site CANCEL = Site.named("cancel_delayed_work");
    private static final Site IDLE = Site.named("timer is set");
    private static final Site FIRED = Site.named("timer has fired");
    private static final Site FIRE = Site.named("timer fires");

    private final Core core;
    private final long number;
    private final WorkQueue queue;
    private final WorkQueue.Work work;
    private final BooleanSupplier isSet = this::isSet;
    private final BooleanSupplier isNotFiring = this::isNotFiring;
    private boolean set;
    /** Neither set nor queued yet: the kernel's pending bit covers that, and so whoever looks waits a moment. */
    private boolean firing;

    private long due;
    /** How often it was set: a timer that was cancelled and set again waits again. */
    private long settings;


    /** Work that the timer will put on that queue. */
    public DelayedWork(Core core, String name, WorkQueue queue, Runnable function) {
        this.core = core;
        this.queue = queue;
        work = new WorkQueue.Work(function);
        number = core.slab().number(name);
    }

    /** {@code queue_delayed_work()}: false if the timer is set already, or the work waits to be done. */
    public boolean queue(long nanoseconds) {
        core.scheduler().await(Operation.SIGNAL, number, Steps.ALL, isNotFiring, QUEUE);
        if (set || queue.isPending(work)) {
            return false;
        }
        set = true;
        settings++;
        due = core.scheduler().now() + nanoseconds;
        return true;
    }

    /** {@code cancel_delayed_work()}: whether it was going to be done, and will not be. */
    public boolean cancel() {
        core.scheduler().await(Operation.UPDATE, number, Steps.ALL, isNotFiring, CANCEL);
        boolean wasSet = set;
        set = false;
        return wasSet || queue.cancel(work);
    }

    /** The life of its timer: spawn it as a daemon. */
    public void serve() {
        while (true) {
            core.scheduler().await(Operation.WAIT, number, Steps.ALL, isSet, IDLE);
            long mine = settings;
            long waits = due - core.scheduler().now();
            if (waits > 0) {
                core.scheduler().pass(waits);
            }
            core.scheduler().step(Operation.UPDATE, number, Steps.ALL, FIRE);
            if (set && settings == mine) {
                set = false;
                firing = true;
                queue.queue(work);
                core.scheduler().step(Operation.SIGNAL, number, Steps.ALL, FIRED);
                firing = false;
            }
        }
    }

    private boolean isSet() {
        return set;
    }

    private boolean isNotFiring() {
        return !firing;
    }
}
