package org.svalinn.kernel.sync;

import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Work that a task does by itself on its way back to user space, or at its exit ({@code task_work_add()},
 * {@code task_work_run()}): the last {@code fput()} of a file, for one. Nobody else sees the queue, so there are no
 * steps. Each actor has its own. A kernel thread, which never goes to user space, leaves it to the worker of a
 * {@linkplain #delayTo queue} ({@code delayed_fput()}).
 */
public final class TaskWork {
    private final Scheduler scheduler;
    private @Nullable ArrayDeque<Runnable>[] queues = newQueues(8);
    private @Nullable WorkQueue delayed;

    TaskWork(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    @SuppressWarnings("unchecked")
    private static @Nullable ArrayDeque<Runnable>[] newQueues(int size) {
        return new ArrayDeque[size];
    }

    /** Says whose worker does what kernel threads leave. */
    public void delayTo(WorkQueue queue) {
        delayed = queue;
    }

    /** Adds work for the current actor. */
    public void add(Runnable work) {
        int actor = scheduler.current() + 1;
        if (actor >= queues.length) {
            queues = Arrays.copyOf(queues, Math.max(actor + 1, queues.length * 2));
        }
        ArrayDeque<Runnable> queue = queues[actor];
        if (queue == null) {
            queue = new ArrayDeque<>(2);
            queues[actor] = queue;
        }
        queue.add(work);
    }

    /** Does what there is for the current actor. */
    public void run() {
        int actor = scheduler.current() + 1;
        ArrayDeque<Runnable> queue = actor < queues.length ? queues[actor] : null;
        if (queue != null) {
            for (Runnable work = queue.poll(); work != null; work = queue.poll()) {
                work.run();
            }
        }
    }

    /** A kernel thread is done with what it was at. The worker itself does its own. */
    void leave() {
        WorkQueue queue = delayed;
        int actor = scheduler.current() + 1;
        ArrayDeque<Runnable> mine = actor < queues.length ? queues[actor] : null;
        if (queue == null || queue.isWorker()) {
            run();
        } else if (mine != null) {
            for (Runnable work = mine.poll(); work != null; work = mine.poll()) {
                queue.queue(work);
            }
        }
    }
}
