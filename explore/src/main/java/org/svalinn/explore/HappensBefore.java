package org.svalinn.explore;

import java.util.Arrays;
import org.svalinn.explore.Operation.Access;

/**
 * Which steps of the current execution are ordered: by their actor, by the spawning of it, or by a conflict between
 * them. Kept as vector clocks, one row of actors for each step, and grown step by step.
 *
 * <p>Two conflicting steps of different actors with no third between them are a <em>race</em>, and may be taken the
 * other way round. A step with a condition needs care: it is ordered after every conflicting step, but it cannot be
 * turned round with one before which its condition did not hold, unless a third step, which does not depend on that
 * one, can make it hold. Where the actor was already waiting, the trace tells whether the condition held. Where it was
 * not, nobody knows, and it is taken to have held: if it did not, the execution that tries will find the actor blocked
 * there, and look for the race further up. Except for locks: before a RELEASE, when all that came before it was the
 * ACQUIRE by the same actor, nobody else could have taken the lock, so the race is with that ACQUIRE at once. That
 * stays true in every order of steps that do not depend on each other: the RELEASE conflicts with whatever else could
 * change the lock before it. Nor could anybody ACQUIRE what an actor had ENTERed just before it LEAVEs: there the race is
 * with the ENTER.
 */
final class HappensBefore {
    private final Trace trace;
    private final AccessLog log = new AccessLog();
    private final int[][] stepsOf = new int[Roster.MAX_ACTORS][16];
    private final int[] stepCounts = new int[Roster.MAX_ACTORS];

    private int width = 8;
    private int[] clocks = new int[64 * 8];
    /** For each step its place among the steps of its actor, from 1. */
    private int[] ordinals = new int[64];
    /** For each step the size of the log before it. */
    private int[] logSizes = new int[64];
    /** For each step the last visit that looked at it. */
    private long[] lookedAt = new long[64];
    private long visit;

    // What the last look at a step found.
    private int actor;
    private boolean conditional;
    private int pendingSince;
    private boolean locking;
    private boolean acquiring;
    /** The step looked at, when it is being taken. */
    private int looking;
    private final int[] past = new int[Roster.MAX_ACTORS];
    private final int[] present = new int[Roster.MAX_ACTORS];
    private int[] races = new int[64];
    private int raceCount;
    private int plainRaces;
    /** Steps before which the condition did not hold. */
    private int[] hindered = new int[64];
    private int hinderedCount;
    /** All of both, when there are hindered ones. */
    private int[] conflicts = new int[64];
    private int conflictCount;

    // Scratch of initials().
    private final int[] firsts = new int[Roster.MAX_ACTORS];

    HappensBefore(Trace trace) {
        this.trace = trace;
    }

    /** Looks at a step that the task is taking as {@code step}, finds its races, and adds it to the order. */
    void add(int step, Task task) {
        ensure(step);
        looking = step;
        look(task);
        int place = stepCounts[actor] + 1;
        present[actor] = place;
        System.arraycopy(present, 0, clocks, step * width, width);
        ordinals[step] = place;
        logSizes[step] = log.size();
        lookedAt[step] = 0;
        if (task.operation == Operation.RELEASE) {
            checkExclusive(task);
        }
        Access access = task.operation.access();
        for (int k = 0; k < task.count; k++) {
            log.add(task.object + k, access, step);
        }
    }

    /** Completes {@link #add}: apart, because the races of a step are judged without it. */
    void commit(int step) {
        int who = trace.actor[step];
        if (stepCounts[who] == stepsOf[who].length) {
            stepsOf[who] = Arrays.copyOf(stepsOf[who], stepCounts[who] * 2);
        }
        stepsOf[who][stepCounts[who]++] = step;
    }

    /** Takes away the last step, which is {@code step}. */
    void remove(int step) {
        stepCounts[trace.actor[step]]--;
        log.truncate(logSizes[step]);
    }

    /** Looks at the pending step of a task, finds the races it would have if it were taken now. */
    void look(Task task) {
        actor = task.actor().index();
        widen(actor);
        conditional = task.condition != null;
        acquiring = conditional && task.operation == Operation.ACQUIRE;
        locking = acquiring || conditional && task.operation == Operation.ENTER;
        pendingSince = stepCounts[actor] > 0
                ? stepsOf[actor][stepCounts[actor] - 1]
                : trace.spawnedAfter[actor];
        if (pendingSince >= 0) {
            System.arraycopy(clocks, pendingSince * width, past, 0, width);
        } else {
            Arrays.fill(past, 0);
        }
        raceCount = 0;
        hinderedCount = 0;
        visit++;
        for (int k = 0; k < task.count; k++) {
            collect(task.object + k, task.operation.access(), task.parts);
        }
        System.arraycopy(past, 0, present, 0, width);
        noteConflicts();
        keepUnordered();
        plainRaces = raceCount;
        if (hinderedCount > 0) {
            addHelped();
        }
    }

    /** How many earlier steps the one last looked at races with. */
    int raceCount() {
        return raceCount;
    }

    int race(int index) {
        return races[index];
    }

    /**
     * The actors that can begin what would happen if the step last looked at came before its rival {@code earlier}:
     * those whose first step after it, among the steps that do not depend on it, depends on no other such step.
     *
     * @param atOnce whether the step is to come without waiting for any step on its object: when it has a condition,
     *     such a step may make it false
     */
    int initials(int earlier, boolean atOnce) {
        int rival = trace.actor[earlier];
        int rivalPlace = ordinals[earlier];
        int beginners = 0;
        for (int who = 0; who < width; who++) {
            int first = who == rival ? -1 : firstAfter(who, earlier);
            if (first >= 0 && clocks[first * width + rival] < rivalPlace) {
                firsts[who] = first;
                beginners |= 1 << who;
            }
        }
        int initials = 0;
        for (int rest = beginners; rest != 0; rest &= rest - 1) {
            int who = Integer.numberOfTrailingZeros(rest);
            int first = firsts[who];
            boolean hinders = atOnce && ordinals[first] > past[who] && ordinals[first] <= present[who];
            if (!hinders && isFree(clocks, first * width, beginners & ~(1 << who))) {
                initials |= 1 << who;
            }
        }
        if ((beginners & 1 << actor) == 0 && isFree(atOnce ? past : present, 0, beginners)) {
            initials |= 1 << actor;
        }
        return initials;
    }

    /** Whether that race is with a step before which the condition may have held, and may fail to hold later. */
    boolean mayComeAtOnce(int index) {
        return conditional && index < plainRaces;
    }

    /** Whether the clock at {@code row} knows nothing of the first steps of {@code others}. */
    private boolean isFree(int[] rows, int row, int others) {
        for (int rest = others; rest != 0; rest &= rest - 1) {
            int other = Integer.numberOfTrailingZeros(rest);
            if (rows[row + other] >= ordinals[firsts[other]]) {
                return false;
            }
        }
        return true;
    }

    private int firstAfter(int who, int step) {
        int[] steps = stepsOf[who];
        int low = 0;
        int high = stepCounts[who];
        while (low < high) {
            int middle = low + high >>> 1;
            if (steps[middle] > step) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low < stepCounts[who] ? steps[low] : -1;
    }

    /** Finds the steps on the object that conflict, leaving out those that one found here is certainly after. */
    private void collect(long object, Access access, long parts) {
        long uncovered = parts;
        int covered = -1;
        for (int entry = log.latest(object, Access.WRITE); entry != AccessLog.NONE; entry = log.before(entry)) {
            int step = log.step(entry);
            boolean overlaps = (trace.parts[step] & uncovered) != 0;
            if (overlaps && !consider(step, locking && endsSection(object, entry, parts))) {
                continue;
            }
            uncovered &= ~trace.parts[step];
            if (uncovered == 0) {
                covered = step;
                break;
            }
        }
        if (access == Access.COUNT) {
            collectCounts(log.latest(object, access), covered, parts);
        } else {
            collectSince(log.latest(object, Access.COUNT), covered, parts);
        }
        if (access != Access.READ) {
            collectSince(log.latest(object, Access.READ), covered, parts);
        }
        if (access != Access.ADD) {
            collectSince(log.latest(object, Access.ADD), covered, parts);
        }
    }

    private void collectSince(int latest, int covered, long parts) {
        for (int entry = latest; entry != AccessLog.NONE; entry = log.before(entry)) {
            int step = log.step(entry);
            if (step < covered) {
                return;
            }
            if ((trace.parts[step] & parts) != 0) {
                boolean endsSection =
                        acquiring && trace.operation[step] == Operation.LEAVE && trace.parts[step] == parts;
                consider(step, endsSection);
            }
        }
    }

    /** Whether the step is a RELEASE of a lock that nobody but its holder has touched since the ACQUIRE. */
    private boolean endsSection(long object, int entry, long parts) {
        int end = log.step(entry);
        if (trace.operation[end] != Operation.RELEASE || trace.parts[end] != parts) {
            return false;
        }
        int earlier = log.before(entry);
        while (earlier != AccessLog.NONE && (trace.parts[log.step(earlier)] & parts) == 0) {
            earlier = log.before(earlier);
        }
        if (earlier == AccessLog.NONE) {
            return false;
        }
        int begin = log.step(earlier);
        return trace.operation[begin] == Operation.ACQUIRE
                && trace.parts[begin] == parts
                && trace.actor[begin] == trace.actor[end]
                && !isTouched(log.latest(object, Access.ADD), begin, end, parts)
                && !isTouched(log.latest(object, Access.COUNT), begin, end, parts);
    }

    /**
     * What {@link #endsSection} relies on.
     *
     * @throws IllegalStateException when somebody else has acquired the lock since the task did
     */
    private void checkExclusive(Task task) {
        int other = -1;
        for (int entry = log.latest(task.object, Access.WRITE); entry != AccessLog.NONE; entry = log.before(entry)) {
            int step = log.step(entry);
            if ((trace.parts[step] & task.parts) == 0) {
                continue;
            }
            if (trace.operation[step] != Operation.ACQUIRE || trace.parts[step] != task.parts) {
                return;
            }
            if (trace.actor[step] != actor) {
                other = step;
            } else if (other >= 0) {
                throw new IllegalStateException("not an exclusive lock: acquired at " + trace.site[step]
                        + ", and again, before its release, at " + trace.site[other]);
            } else {
                return;
            }
        }
    }

    private boolean isTouched(int latest, int begin, int end, long parts) {
        for (int entry = latest; entry != AccessLog.NONE && log.step(entry) > begin; entry = log.before(entry)) {
            if (log.step(entry) < end && (trace.parts[log.step(entry)] & parts) != 0) {
                return true;
            }
        }
        return false;
    }

    /** For a COUNT, which is never looked at unless it is being taken. */
    private void collectCounts(int latest, int covered, long parts) {
        for (int entry = latest; entry != AccessLog.NONE; entry = log.before(entry)) {
            int step = log.step(entry);
            if (step < covered) {
                return;
            }
            if ((trace.parts[step] & parts) != 0 && !trace.areInOneEra(step, looking)) {
                consider(step, false);
                if (trace.parts[step] == parts && trace.era[step] == Counting.NONE) {
                    return;
                }
            }
        }
    }

    /** Notes a conflicting step; false when the step looked at could not have been taken before it. */
    private boolean consider(int step, boolean endsSection) {
        int who = trace.actor[step];
        if (who == actor || ordinals[step] <= past[who]) {
            return true;
        }
        boolean turnable = !conditional
                || (step <= pendingSince ? !endsSection : (trace.enabled[step] & 1 << actor) != 0);
        if (lookedAt[step] != visit) {
            lookedAt[step] = visit;
            if (turnable) {
                addRace(step);
            } else {
                if (hinderedCount == hindered.length) {
                    hindered = Arrays.copyOf(hindered, hinderedCount * 2);
                }
                hindered[hinderedCount++] = step;
            }
        }
        return turnable;
    }

    private void noteConflicts() {
        conflictCount = 0;
        if (hinderedCount == 0) {
            return;
        }
        conflictCount = raceCount + hinderedCount;
        if (conflictCount > conflicts.length) {
            conflicts = new int[conflictCount * 2];
        }
        System.arraycopy(races, 0, conflicts, 0, raceCount);
        System.arraycopy(hindered, 0, conflicts, raceCount, hinderedCount);
    }

    /** From the steps that conflict, keeps as races those that no other of them is after, latest first. */
    private void keepUnordered() {
        if (raceCount > 1) {
            Arrays.sort(races, 0, raceCount);
        }
        int kept = raceCount;
        for (int k = raceCount - 1; k >= 0; k--) {
            int step = races[k];
            if (ordinals[step] > present[trace.actor[step]]) {
                join(step);
                races[--kept] = step;
            }
        }
        System.arraycopy(races, kept, races, 0, raceCount - kept);
        raceCount -= kept;
    }

    /** Adds as races the hindering steps without which others, that do not depend on them, might have done. */
    private void addHelped() {
        for (int k = 0; k < hinderedCount; k++) {
            int step = hindered[k];
            if (ordinals[step] > present[trace.actor[step]] && hasHelper(step)) {
                addRace(step);
            }
        }
        for (int k = 0; k < hinderedCount; k++) {
            join(hindered[k]);
        }
    }

    private boolean hasHelper(int step) {
        int who = trace.actor[step];
        for (int k = 0; k < conflictCount; k++) {
            int helper = conflicts[k];
            if (helper > step && clocks[helper * width + who] < ordinals[step]) {
                return true;
            }
        }
        return false;
    }

    private void addRace(int step) {
        if (raceCount == races.length) {
            races = Arrays.copyOf(races, raceCount * 2);
        }
        races[raceCount++] = step;
    }

    private void join(int step) {
        int row = step * width;
        for (int k = 0; k < width; k++) {
            present[k] = Math.max(present[k], clocks[row + k]);
        }
    }

    private void ensure(int step) {
        if (step >= ordinals.length) {
            int size = Math.max(step + 1, ordinals.length * 2);
            ordinals = Arrays.copyOf(ordinals, size);
            logSizes = Arrays.copyOf(logSizes, size);
            lookedAt = Arrays.copyOf(lookedAt, size);
            clocks = Arrays.copyOf(clocks, size * width);
        }
    }

    /** Makes room for the actor in every clock. */
    private void widen(int newcomer) {
        if (newcomer < width) {
            return;
        }
        int wider = Math.min(Roster.MAX_ACTORS, Integer.highestOneBit(newcomer) * 2);
        int[] rows = new int[ordinals.length * wider];
        for (int step = 0; step < ordinals.length; step++) {
            System.arraycopy(clocks, step * width, rows, step * wider, width);
        }
        clocks = rows;
        width = wider;
    }
}
