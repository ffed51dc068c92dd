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
    }

    boolean conflict(int step, Task task) {
        return actor[step] != task.actor().index()
                && Footprint.conflict(
                        operation[step].access(), object[step], count[step], parts[step],
                        task.operation.access(), task.object, task.count, task.parts);
    }

    boolean conflict(int step, int other) {
        return actor[step] != actor[other]
                && Footprint.conflict(
                        operation[step].access(), object[step], count[step], parts[step],
                        operation[other].access(), object[other], count[other], parts[other]);
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
