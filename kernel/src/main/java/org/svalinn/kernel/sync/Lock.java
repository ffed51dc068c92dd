package org.svalinn.kernel.sync;

/** What a lock tells to {@link KernelObject#guards}. */
interface Lock {
    /** The number by which steps know it. */
    long number();

    /** Whether anybody holds it: known right after a step on it. */
    boolean isLocked();

    /** Its name, for reports. */
    @Override
    String toString();
}
