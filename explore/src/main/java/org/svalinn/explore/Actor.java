package org.svalinn.explore;

/** Anything with its own pace: a task, a worker, an interrupt thread, a grace period, a device. */
public final class Actor {
    private final int index;
    private final String name;
    private final boolean daemon;

    Actor(int index, String name, boolean daemon) {
        this.index = index;
        this.name = name;
        this.daemon = daemon;
    }

    /** Its place in the order of spawning, from 0: the same in every execution. */
    public int index() {
        return index;
    }

    public String name() {
        return name;
    }

    public boolean isDaemon() {
        return daemon;
    }

    @Override
    public String toString() {
        return name;
    }
}
