package org.svalinn.explore;

import java.util.Arrays;

/**
 * Depth-first search that makes one execution for each equivalence class of interleavings, where two are equivalent
 * when they order the conflicting steps alike: source-set dynamic partial-order reduction with sleep sets
 * (Abdulla, Aronis, Jonsson, Sagonas: <em>Optimal dynamic partial order reduction</em>, POPL 2014, algorithm 1).
 *
 * <p>It starts from one execution, and looks in it for races. For each race it makes sure that, just before the
 * earlier of the two steps, some actor is going to be tried that leads to the later one coming first. An actor whose
 * step has been tried goes to sleep, until a step that conflicts with it is taken; when everybody who could go on is
 * asleep, the execution is dropped: all that could follow has been seen.
 *
 * <p>Beyond the paper, conditions: an actor that is blocked at the end of an execution, whether of a deadlock, of one
 * that was dropped or of a complete one that leaves a daemon waiting, takes no step that could be in a race. So the
 * step it waits to take is looked at as if it came last. See {@link HappensBefore} for what races with a condition.
 * And choices of data: an actor has had its turn when all its alternatives have.
 *
 * <p>Needs memory for one execution only. What can break here, and the tests that notice: forgetting the blocked
 * actors; letting a step that was disabled hide a race further up; keeping an actor asleep past a conflicting step;
 * putting an actor to sleep with alternatives left; counting an actor among the initials that depends on another.
 */
final class SourceSetSearch implements Search {
    private final Trace trace;
    private final Roster roster;
    private final HappensBefore order;

    // For each step, as sets of actors:
    /** Those whose next step need not be tried here: all that it leads to is explored elsewhere. */
    private int[] asleep = new int[64];
    /** Those that are to be tried. */
    private int[] wanted = new int[64];
    /** Those that have been tried. */
    private int[] done = new int[64];

    SourceSetSearch(Trace trace, Roster roster) {
        this.trace = trace;
        this.roster = roster;
        this.order = new HappensBefore(trace);
    }

    @Override
    public int pick(int step, int enabled, int running) {
        if (trace.isDecided(step)) {
            return trace.actor[step];
        }
        ensure(step);
        done[step] = 0;
        wanted[step] = 0;
        int awake = enabled & ~asleep[step];
        if (awake == 0) {
            return NOBODY;
        }
        int chosen = Scheduler.keepRunning(awake, running);
        wanted[step] = 1 << chosen;
        return chosen;
    }

    @Override
    public int alternative(int step, int alternatives) {
        return trace.isDecided(step) ? trace.alternative[step] : 0;
    }

    @Override
    public void taken(int step, Task task) {
        order.add(step, task);
        turnRound(task);
        order.commit(step);
        ensure(step + 1);
        int sleepers = (asleep[step] | done[step]) & ~(1 << task.actor().index());
        for (int rest = sleepers; rest != 0; rest &= rest - 1) {
            int sleeper = Integer.numberOfTrailingZeros(rest);
            if (trace.conflictsWithNext(step, roster.get(sleeper))) {
                sleepers &= ~(1 << sleeper);
            }
        }
        asleep[step + 1] = sleepers;
    }

    @Override
    public boolean advance() {
        lookAtBlocked();
        for (int step = trace.length - 1; step >= 0; step--) {
            int actor = trace.actor[step];
            order.remove(step);
            if (trace.hasMoreAlternatives(step)) {
                trace.resumeAt(step, actor, trace.alternative[step] + 1);
                return true;
            }
            done[step] |= 1 << actor;
            int left = wanted[step] & trace.enabled[step] & ~done[step] & ~asleep[step];
            if (left != 0) {
                trace.resumeAt(step, Integer.numberOfTrailingZeros(left), 0);
                return true;
            }
        }
        return false;
    }

    private void lookAtBlocked() {
        for (int rest = roster.blocked(); rest != 0; rest &= rest - 1) {
            Task task = roster.get(Integer.numberOfTrailingZeros(rest));
            order.look(task);
            turnRound(task);
        }
    }

    /**
     * Makes sure that the task's step, the one last looked at, gets to come before each step it races with: after all
     * that does not depend on that step, and, if its condition might not hold there, after as little as possible too.
     */
    private void turnRound(Task task) {
        int self = 1 << task.actor().index();
        for (int k = 0; k < order.raceCount(); k++) {
            int earlier = order.race(k);
            want(earlier, order.initials(earlier, false), self);
            if (order.mayComeAtOnce(k)) {
                want(earlier, order.initials(earlier, true), self);
            }
        }
    }

    private void want(int step, int initials, int self) {
        if ((initials & (wanted[step] | asleep[step])) == 0) {
            int possible = initials & trace.enabled[step];
            int best = (possible & self) != 0 ? self : Integer.lowestOneBit(possible);
            wanted[step] |= best != 0 ? best : trace.enabled[step];
        }
    }

    private void ensure(int step) {
        if (step >= asleep.length) {
            int size = Math.max(step + 1, asleep.length * 2);
            asleep = Arrays.copyOf(asleep, size);
            wanted = Arrays.copyOf(wanted, size);
            done = Arrays.copyOf(done, size);
        }
    }
}
