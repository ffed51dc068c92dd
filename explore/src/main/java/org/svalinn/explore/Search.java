package org.svalinn.explore;

/** A scheduler for many executions, that knows which are left to make. */
interface Search extends Scheduler {
    /**
     * After an execution, prepares the trace for the next one.
     *
     * @return false when there is none
     */
    boolean advance();
}
