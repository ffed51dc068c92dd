package org.svalinn.kernel.sync;

import java.util.ArrayDeque;
import java.util.function.BooleanSupplier;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;

/**
 * {@code struct workqueue_struct} with one worker, which is an actor, and so ordered. Outside of any actor there is no
 * worker: then work is done as soon as it is queued.
 */
public final class WorkQueue {
    private static final Site QUEUE = Site.named("queue_work");
    private static final Site CANCEL = Site.named("cancel_work");
    private static final Site PENDING = Site.named("work_pending");
    private static final Site FLUSH = Site.named("flush_workqueue");
    private static final Site IDLE = Site.named("worker_thread");
    private static final Site DONE = Site.named("process_one_work");

    /** What is queued. */
    private static final long QUEUED = 1;
    /** How far it has been done. */
    private static final long FINISHED = 2;

    private static final int NO_WORKER = Integer.MIN_VALUE;

    private final Core core;
    private final String name;
    private final long number;
    private final ArrayDeque<Work> items = new ArrayDeque<>(4);
    private final BooleanSupplier hasItems = () -> !items.isEmpty();
    /** Tickets are given out in order; what has this one, or an earlier, is done or cancelled. */
    private long finished;

    private long lastTicket;
    private int worker = NO_WORKER;

    public WorkQueue(Core core, String name) {
        this.core = core;
        this.name = name;
        number = core.slab().number(name);
    }

    /** {@code queue_work()} of work that nobody else knows. */
    public void queue(Runnable work) {
        queue(new Work(work));
    }

    /** {@code queue_work()}: false if the work is waiting to be done already. */
    public boolean queue(Work work) {
        if (!core.scheduler().isScheduled()) {
            work.function.run();
            return true;
        }
        core.scheduler().step(Operation.SIGNAL, number, QUEUED, QUEUE);
        if (work.isPending) {
            return false;
        }
        work.isPending = true;
        work.ticket = ++lastTicket;
        items.add(work);
        return true;
    }

    /** {@code cancel_work()}: whether it was waiting to be done, and will not be. If it is being done, it goes on. */
    public boolean cancel(Work work) {
        core.scheduler().step(Operation.UPDATE, number, QUEUED | FINISHED, CANCEL);
        if (!work.isPending) {
            return false;
        }
        work.isPending = false;
        boolean wasFirst = items.peekFirst() == work;
        items.remove(work);
        if (wasFirst && finished == work.ticket - 1) {
            finish();
        }
        return true;
    }

    /** {@code work_pending()}: a step. */
    boolean isPending(Work work) {
        core.scheduler().step(Operation.READ, number, QUEUED, PENDING);
        return work.isPending;
    }

    /** {@code flush_workqueue()}: waits until what is queued and under way now is done. */
    public void flush() {
        if (isWorker()) {
            throw Misuse.halt(
                    core, "deadlock", "the worker of " + name + " flushes it, and so waits for itself", FLUSH);
        }
        core.atomicity().mightSleep(FLUSH);
        core.scheduler().step(Operation.READ, number, QUEUED, FLUSH);
        long target = lastTicket;
        if (target > 0) {
            core.scheduler().await(Operation.READ, number, FINISHED, () -> finished >= target, FLUSH);
        }
    }

    /** The life of its worker: spawn it as a daemon. */
    public void serve() {
        worker = core.scheduler().current();
        while (true) {
            core.scheduler().await(Operation.WAIT, number, QUEUED, hasItems, IDLE);
            Work work = items.removeFirst();
            work.isPending = false;
            work.function.run();
            core.scheduler().step(Operation.SIGNAL, number, FINISHED, DONE);
            finish();
            core.taskWork().leave();
        }
    }

    /** Whether the current actor is its worker. */
    boolean isWorker() {
        return worker == core.scheduler().current();
    }

    /** Nothing is under way: the same number whether or not somebody queues more at the same time. */
    private void finish() {
        Work first = items.peekFirst();
        finished = first == null ? lastTicket : first.ticket - 1;
    }

    /** {@code struct work_struct}: waits to be done once at a time, also while it is being done. */
    public static final class Work {
        private final Runnable function;
        private boolean isPending;
        private long ticket;

        public Work(Runnable function) {
            this.function = function;
        }
    }
}
