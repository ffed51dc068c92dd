package org.svalinn.explore;

/** Decides who goes on, wherever that has not been decided by an earlier execution. */
interface Scheduler {
    /** Instead of an actor: the execution is not worth going on with. */
    int NOBODY = -1;

    /**
     * Who takes step {@code step}.
     *
     * @param enabled the actors that can, as bits, at least one; also in the trace
     * @param running the actor whose step was the last, or 0 before the first
     */
    int pick(int step, int enabled, int running);

    /** Which of {@code alternatives} the choice at {@code step} takes. */
    default int alternative(int step, int alternatives) {
        return 0;
    }

    /** Is told that {@code step} has been taken, by the task: it is in the trace, but its effects are still to come. */
    default void taken(int step, Task task) {}

    /** Run to completion: whoever runs goes on while it can, then the lowest. */
    static int keepRunning(int candidates, int running) {
        return (candidates & 1 << running) != 0 ? running : Integer.numberOfTrailingZeros(candidates);
    }
}
