package org.svalinn.kernel.sync;

import java.util.ArrayDeque;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;

/** {@code struct workqueue_struct} with one worker, which is an actor. */
public final class WorkQueue {
    private static final Site QUEUE = Site.named("queue_work");
    private static final Site FLUSH = Site.named("flush_workqueue");
    private static final Site IDLE = Site.named("worker_thread");
    private static final Site DONE = Site.named("process_one_work");

    /** What is queued. */
    private static final long QUEUED = 1;
    /** How much has been done. */
    private static final long FINISHED = 2;
    private static final int NO_WORKER = Integer.MIN_VALUE;

    private final Core core;
    private final String name;
    private final long number;
    private final ArrayDeque<Work> items = new ArrayDeque<>(4);
    private long queued;
    private long finished;
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

    /**
     * {@code queue_work()}: false if the work is waiting to be done already. Outside of any actor there is no worker: then
     * it is done at once.
     */
    public boolean queue(Work work) {
        if (!core.scheduler().isScheduled()) {
            work.run();
            return true;
        }
        core.scheduler().step(Operation.SIGNAL, number, QUEUED, QUEUE);
        if (work.isPending) {
            return false;
        }
        work.isPending = true;
        items.add(work);
        queued++;
        return true;
    }

    /** {@code flush_workqueue()}: waits until what is queued and under way now is done. */
    public void flush() {
        if (worker == core.scheduler().current()) {
            throw Misuse.halt(core, "deadlock", "the worker of " + name + " flushes it, and so waits for itself", FLUSH);
        }
        core.atomicity().mightSleep(FLUSH);
        core.scheduler().step(Operation.READ, number, QUEUED, FLUSH);
        long target = queued;
        if (target > 0) {
            core.scheduler().await(Operation.WAIT, number, FINISHED, () -> finished >= target, FLUSH);
        }
    }

    /** The life of its worker: spawn it as a daemon. */
    public void serve() {
        worker = core.scheduler().current();
        while (true) {
            core.scheduler().await(Operation.WAIT, number, QUEUED, () -> !items.isEmpty(), IDLE);
            Work work = items.removeFirst();
            work.isPending = false;
            work.run();
            core.scheduler().step(Operation.SIGNAL, number, FINISHED, DONE);
            finished++;
        }
    }

    /** {@code struct work_struct}: is queued once at a time, and again while it is being done. */
    public static final class Work {
        private final Runnable function;
        private boolean isPending;

        public Work(Runnable function) {
            this.function = function;
        }

        private void run() {
            function.run();
        }
    }
}
