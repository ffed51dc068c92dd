package org.svalinn.kernel.sync;

import java.util.ArrayDeque;

/**
 * Work that a task does by itself on its way back to user space, or at its exit ({@code task_work_add()},
 * {@code task_work_run()}): the last {@code fput()} of a file, for one. Nobody else sees the queue, so there are no
 * steps. Each actor has its own.
 */
public final class TaskWork {
    private final Scheduler scheduler;
    @SuppressWarnings("unchecked")
    private final ArrayDeque<Runnable>[] queues = new ArrayDeque[64];

    TaskWork(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /** Adds work for the current actor. */
    public void add(Runnable work) {
        queue().add(work);
    }

    /** Does what there is for the current actor. */
    public void run() {
        ArrayDeque<Runnable> queue = queue();
        for (Runnable work = queue.poll(); work != null; work = queue.poll()) {
            work.run();
        }
    }

    private ArrayDeque<Runnable> queue() {
        int actor = scheduler.current() + 1 & 63;
        ArrayDeque<Runnable> queue = queues[actor];
        if (queue == null) {
            queue = new ArrayDeque<>(2);
            queues[actor] = queue;
        }
        return queue;
    }
}
