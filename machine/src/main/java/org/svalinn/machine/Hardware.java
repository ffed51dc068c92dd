package org.svalinn.machine;

/**
 * A piece of hardware that has state. A machine that is made anew for each execution has no use for this; one that a
 * kernel has set up, once and at some length, goes back to that point before each execution.
 */
public interface Hardware {
    /** Remembers the state. */
    void snapshot();

    /** Goes back to what was remembered last, cheaply: there may be a hundred thousand of these a second. */
    void restore();
}
