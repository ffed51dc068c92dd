package org.svalinn.explore;

import java.util.Arrays;

/**
 * The steps of the current execution, in columns. The first {@link #fixed} of them are known from an earlier
 * execution, which the current one must repeat exactly; what comes after them is new.
 */
final class Trace {
    /** Steps taken so far in the current execution. */
    int length;
    /** Steps that the current execution has to repeat. */
    int fixed;
    /** Whether actor and alternative of step {@link #fixed} itself are decided too, though nothing else of it is. */
    boolean resumes;

    int[] actor = new int[64];
    Operation[] operation = new Operation[64];
    long[] object = new long[64];
    int[] count = new int[64];
    long[] parts = new long[64];
    Site[] site = new Site[64];
    /** The actors, as bits, that could have taken the step. */
    int[] enabled = new int[64];
    int[] alternative = new int[64];
    int[] alternatives = new int[64];
    /** For each COUNT by how much, what the counter was before it, and its {@linkplain Counting era}. */
    int[] delta = new int[64];
    long[] before = new long[64];
    int[] era = new int[64];
    private final Counting counting = new Counting(this);
    /** For each actor the last step before it was spawned, or -1. */
    final int[] spawnedAfter = new int[Roster.MAX_ACTORS];

    void ensure(int step) {
        if (step < actor.length) {
            return;
        }
        int size = Math.max(step + 1, actor.length * 2);
        actor = Arrays.copyOf(actor, size);
        operation = Arrays.copyOf(operation, size);
        object = Arrays.copyOf(object, size);
        count = Arrays.copyOf(count, size);
        parts = Arrays.copyOf(parts, size);
        site = Arrays.copyOf(site, size);
        enabled = Arrays.copyOf(enabled, size);
        alternative = Arrays.copyOf(alternative, size);
        alternatives = Arrays.copyOf(alternatives, size);
        delta = Arrays.copyOf(delta, size);
        before = Arrays.copyOf(before, size);
        era = Arrays.copyOf(era, size);
    }

    boolean matches(int step, Operation op, long first, int objects, long mask, Site where) {
        Site recorded = site[step];
        return operation[step] == op
                && object[step] == first
                && parts[step] == mask
                && count[step] == objects
                && (recorded == where || recorded.equals(where));
    }

    void record(int step, Task task) {
        actor[step] = task.actor().index();
        operation[step] = task.operation;
        object[step] = task.object;
        count[step] = task.count;
        parts[step] = task.parts;
        site[step] = task.site;
        alternatives[step] = task.alternatives;
        delta[step] = task.delta;
        if (task.operation == Operation.COUNT) {
            before[step] = task.value.getAsLong();
            era[step] = counting.era(step, task, before[step]);
        }
    }

    /** Whether the task's step would conflict with {@code step}, the last one, if it came next. */
    boolean conflictsWithNext(int step, Task task) {
        if (actor[step] == task.actor().index() || !overlaps(step, task.object, task.count, task.parts)) {
            return false;
        }
        if (task.operation == Operation.COUNT && isOnCounter(step, task.object, task.parts)) {
            return era[step] == Counting.NONE || counting.era(step + 1, task, 0) != era[step];
        }
        return operation[step].access().conflictsWith(task.operation.access());
    }

    /** Whether two steps conflict. */
    boolean conflict(int step, int other) {
        if (actor[step] == actor[other] || !overlaps(step, object[other], count[other], parts[other])) {
            return false;
        }
        if (operation[other] == Operation.COUNT && isOnCounter(step, object[other], parts[other])) {
            return !areInOneEra(step, other);
        }
        return operation[step].access().conflictsWith(operation[other].access());
    }

    /** Whether the step touches those parts of those objects. */
    boolean overlaps(int step, long first, int objects, long mask) {
        return (parts[step] & mask) != 0 && Footprint.overlap(object[step], count[step], first, objects);
    }

    /** Whether the step counts, and on this very counter. */
    boolean isOnCounter(int step, long first, long mask) {
        return operation[step] == Operation.COUNT && object[step] == first && parts[step] == mask;
    }

    boolean areInOneEra(int step, int other) {
        return era[step] == era[other] && era[step] != Counting.NONE;
    }

    /** Whether the step took the turn from an actor that could have gone on. */
    boolean preempts(int step) {
        return switches(step) && (enabled[step] & 1 << actor[step - 1]) != 0;
    }

    /** Whether the step was taken by another actor than the one before it. */
    boolean switches(int step) {
        return step > 0 && actor[step] != actor[step - 1];
    }

    /** Makes the next execution repeat everything before {@code step} and give that step to {@code next}. */
    void resumeAt(int step, int next, int nextAlternative) {
        fixed = step;
        resumes = true;
        actor[step] = next;
        alternative[step] = nextAlternative;
    }

    /** Whether {@code step} is already decided as the first new step of this execution. */
    boolean isDecided(int step) {
        return resumes && step == fixed;
    }

    /** Whether step {@code step} was a choice with alternatives left. */
    boolean hasMoreAlternatives(int step) {
        return alternative[step] + 1 < alternatives[step];
    }
}
