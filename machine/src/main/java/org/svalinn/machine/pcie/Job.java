package org.svalinn.machine.pcie;

import org.jspecify.annotations.Nullable;

/** A piece of work that was given to an engine, and what became of it. */
public final class Job {
    private final Work work;
    final Context context;
    final int generation;
    private @Nullable Status status;
    private long result;

    Job(Work work, Context context, int generation) {
        this.work = work;
        this.context = context;
        this.generation = generation;
    }

    public Work work() {
        return work;
    }

    void finish(Status how, long value) {
        status = how;
        result = value;
    }

    /** Whether it is over. Takes no step: wait with {@link Engine#await} first, or ask when everything is quiet. */
    public boolean isDone() {
        return status != null;
    }

    /** How it ended; null while it has not. */
    public @Nullable Status status() {
        return status;
    }

    /** The result; the address of the request that failed if it has failed; 0 before. */
    public long result() {
        return result;
    }
}
