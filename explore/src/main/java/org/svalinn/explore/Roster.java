package org.svalinn.explore;

import org.jspecify.annotations.Nullable;

/** The actors of the current execution. Sets of actors are bits of an {@code int}. */
final class Roster {
    static final int MAX_ACTORS = 32;

    private final @Nullable Task[] tasks = new Task[MAX_ACTORS];
    private int size;
    private int unfinished;
    private int daemons;
    private int unconditional;
    private int conditional;

    void clear() {
        size = 0;
        unfinished = 0;
        daemons = 0;
        unconditional = 0;
        conditional = 0;
    }

    int size() {
        return size;
    }

    Task get(int actor) {
        Task task = tasks[actor];
        if (task == null) {
            throw new IllegalStateException("no actor " + actor);
        }
        return task;
    }

    Task add(Run run, String name, boolean daemon, Runnable body) {
        if (size == MAX_ACTORS) {
            throw new IllegalStateException("more than " + MAX_ACTORS + " actors: " + name + " is one too many");
        }
        int index = size++;
        Task task = tasks[index];
        if (task == null) {
            task = new Task(run, new Actor(index, name, daemon), body);
            tasks[index] = task;
        }
        task.begin(name, daemon, body);
        unfinished |= 1 << index;
        if (daemon) {
            daemons |= 1 << index;
        }
        parked(task);
        return task;
    }

    /** Notes that the task has parked before a step. */
    void parked(Task task) {
        int bit = 1 << task.actor().index();
        if (task.condition == null) {
            unconditional |= bit;
            conditional &= ~bit;
        } else {
            conditional |= bit;
            unconditional &= ~bit;
        }
    }

    void finished(Task task) {
        int bit = ~(1 << task.actor().index());
        unfinished &= bit;
        unconditional &= bit;
        conditional &= bit;
    }

    boolean isUnfinished(int actor) {
        return (unfinished & 1 << actor) != 0;
    }

    /** The actors that are neither finished nor daemons. */
    int awaited() {
        return unfinished & ~daemons;
    }

    /** The actors whose pending step is possible now. */
    int enabled() {
        int enabled = unconditional;
        for (int rest = conditional; rest != 0; rest &= rest - 1) {
            int actor = Integer.numberOfTrailingZeros(rest);
            if (get(actor).isPossible()) {
                enabled |= 1 << actor;
            }
        }
        return enabled;
    }

    /** The actors that wait for a condition which does not hold. */
    int blocked() {
        return unfinished & ~enabled();
    }
}
