package org.svalinn.kernel.sync;

/** {@code struct workqueue_struct} with one worker, which is an actor. */
public final class WorkQueue {
    public WorkQueue(Core core, String name) {
    }

    /** {@code queue_work()}. */
    public void queue(Runnable work) {
        throw new UnsupportedOperationException();
    }

    /** {@code flush_workqueue()}: waits until what is queued and under way now is done. */
    public void flush() {
        throw new UnsupportedOperationException();
    }

    /** The life of its worker: spawn it as a daemon. */
    public void serve() {
        throw new UnsupportedOperationException();
    }
}
