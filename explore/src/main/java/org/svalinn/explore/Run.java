package org.svalinn.explore;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One execution: actors that take turns. Everything an actor does between two steps happens without interruption, and
 * belongs to the step before it.
 *
 * <p>An actor parks <em>before</em> its step, with the step pending, so that whoever decides sees what everybody is
 * about to do. The decision is made on the stack of the actor that has just parked, and it leaves that stack only when
 * somebody else is to go on: a step without a switch costs no more than a few calls. A step that an earlier execution
 * has already taken is only compared with what was recorded, and every one is: a program that is not a function of its
 * schedule is found out where it first differs.
 *
 * <p>Outside of any actor, in {@link Program#start} and {@link Program#finish}, a step is no step: nobody could come
 * between.
 */
public final class Run {
    /** How an execution ended. */
    enum Ending {
        /** Everybody has finished, or is a daemon and waits. */
        COMPLETE,
        /** Somebody waits who is not a daemon, and nobody can go on. */
        DEADLOCK,
        /** The scheduler knew what would follow. */
        PRUNED,
        /** Too many steps. */
        CUT,
        /** A violation was seen, and that was enough. */
        STOPPED,
        /** The execution went wrong: see {@link #failure()}. */
        FAILED
    }

    /** A violation, and how many steps had been taken when it was seen. */
    record Sighting(Violation violation, int steps) {}

    private static final int NOBODY = Scheduler.NOBODY;
    private static final long ALL_PARTS = -1L;

    private final Program program;
    private final Trace trace;
    private final Roster roster;
    private final int maxSteps;
    private final Set<String> missedGoals;
    private final Predicate<Violation> enough;
    private final @Nullable Narrator narrator;

    private Scheduler scheduler = (step, enabled, running) -> NOBODY;
    private final List<Sighting> sightings = new ArrayList<>();
    private @Nullable Task current;
    private int next;
    private Ending ending = Ending.COMPLETE;
    private boolean someoneHalted;
    private @Nullable String failure;
    private @Nullable String consequence;

    /**
     * Prepares executions of {@code program}.
     *
     * @param missedGoals loses the goals that are reached
     * @param enough whether the execution may end as soon as it has seen a violation
     * @param narrator is told everything, or null
     */
    Run(
            Program program,
            Trace trace,
            Roster roster,
            int maxSteps,
            Set<String> missedGoals,
            Predicate<Violation> enough,
            @Nullable Narrator narrator) {
        this.program = program;
        this.trace = trace;
        this.roster = roster;
        this.maxSteps = maxSteps;
        this.missedGoals = missedGoals;
        this.enough = enough;
        this.narrator = narrator;
    }

    // ---------------------------------------------------------------------------------------- for the program

    /** Adds an actor. Its body runs in direct style; each of its visible operations is a step. */
    public Actor spawn(String name, Runnable body) {
        return add(name, false, body);
    }

    /** Adds an actor that serves the others: a run is over when only daemons are left, all waiting. */
    public Actor spawnDaemon(String name, Runnable body) {
        return add(name, true, body);
    }

    /**
     * The actor whose code is running.
     *
     * @throws IllegalStateException in {@link Program#start} and {@link Program#finish}, which no actor runs
     */
    public Actor current() {
        Task task = current;
        if (task == null) {
            throw new IllegalStateException("no actor is running");
        }
        return task.actor();
    }

    /** Whether the code of an actor is running: not so in {@link Program#start} and {@link Program#finish}. */
    public boolean isActing() {
        return current != null;
    }

    /**
     * One visible operation on (part of) one object, taken when the schedule says so.
     *
     * @param object identifies what is touched, the same in every interleaving
     * @param parts which of the up to 64 parts of the object: two steps conflict only where they share a part
     */
    public void step(Operation operation, long object, long parts, Site site) {
        visible(operation, object, 1, parts, null, site);
    }

    /**
     * Changes a counter, when the schedule says so, in a way that only zero is observed: as long as the counter is
     * above zero before the step and would be after it, the program sees nothing else of it, and delta is added. So
     * are increment, decrement, decrement-and-test, increment-not-zero (which changes nothing when it finds zero) and
     * decrement-not-last (which changes nothing when it finds one). Such steps commute as long as zero cannot come of
     * them, in any order, so that many actors may hold and drop references at little cost.
     *
     * @param parts of the object, where the counter is: two counters have no part in common
     * @param delta what is added when the counter is far from zero
     * @param value gives the counter as it is, signed; asked just before the step is taken, and has no effects
     */
    public void count(long object, long parts, int delta, LongSupplier value, Site site) {
        Task me = current;
        if (me == null) {
            return;
        }
        int step = trace.length;
        if (step < trace.fixed
                && trace.actor[step] == me.actor().index()
                && trace.delta[step] == delta
                && trace.matches(step, Operation.COUNT, object, 1, parts, site)) {
            trace.length = step + 1;
            return;
        }
        me.pendCount(object, parts, delta, value, site);
        park(me);
        take(me);
    }

    /** One visible operation on the whole of {@code count} consecutive objects. */
    public void stepRange(Operation operation, long firstObject, int count, Site site) {
        if (count < 1) {
            throw new IllegalArgumentException("a range of " + count + " objects at " + site);
        }
        visible(operation, firstObject, count, ALL_PARTS, null, site);
    }

    /**
     * One visible operation that can only be taken while {@code enabled} holds. The condition may depend only on
     * state that conflicting steps on the same object change, and has no effects.
     */
    public void await(Operation operation, long object, BooleanSupplier enabled, Site site) {
        visible(operation, object, 1, ALL_PARTS, enabled, site);
    }

    /** The same for parts of an object: the condition may depend only on state that conflicting steps on them change. */
    public void await(Operation operation, long object, long parts, BooleanSupplier enabled, Site site) {
        visible(operation, object, 1, parts, enabled, site);
    }

    /** A choice of data: every one of {@code 0..alternatives-1} is explored. */
    public int choose(int alternatives, Site site) {
        if (alternatives < 1) {
            throw new IllegalArgumentException("a choice of " + alternatives + " alternatives at " + site);
        }
        Task me = current;
        if (me == null) {
            throw new IllegalStateException("a choice outside of any actor at " + site);
        }
        me.pend(Operation.CHOOSE, 0, 0, 0, null, site, alternatives);
        park(me);
        take(me);
        return trace.alternative[trace.length - 1];
    }

    /** Reports a violation after which the actor can go on. The execution continues. */
    public void report(Violation violation) {
        sightings.add(new Sighting(violation, trace.length));
        if (enough.test(violation)) {
            ending = Ending.STOPPED;
            if (current != null) {
                leaveForEver(NOBODY);
            }
        }
    }

    /** Reports a violation after which the actor cannot go on. Never returns: throw the result to please the compiler. */
    public RuntimeException halt(Violation violation) {
        report(violation);
        someoneHalted = true;
        Task me = current;
        if (me == null) {
            throw new HaltedOutside();
        }
        if (narrator != null) {
            narrator.settle();
        }
        roster.finished(me);
        throw leaveForEver(nextActor(me.actor().index()));
    }

    /** Marks a goal of the program as reached. */
    public void reach(String goal) {
        if (!missedGoals.isEmpty()) {
            missedGoals.remove(goal);
        }
    }

    /** Whether this execution is being told to people: then notes are kept, and call paths asked for. */
    public boolean isNarrating() {
        return narrator != null;
    }

    /** While narrating, adds to what is told of the step just taken, such as {@code 2 -> 1}. */
    public void note(String text) {
        if (narrator != null && current != null) {
            narrator.note(text);
        }
    }

    // ------------------------------------------------------------------------------------------ for searches

    /** Runs the program once, as the trace has it fixed and then as {@code decider} says. */
    Ending execute(Scheduler decider) {
        scheduler = decider;
        roster.clear();
        trace.length = 0;
        sightings.clear();
        someoneHalted = false;
        failure = null;
        consequence = null;
        ending = Ending.COMPLETE;
        outside(() -> program.start(this));
        if (ending == Ending.COMPLETE && !someoneHalted) {
            takeTurns();
            if (narrator != null) {
                narrator.settle();
            }
            if (ending == Ending.COMPLETE && !someoneHalted) {
                outside(() -> program.finish(this));
            } else if (ending == Ending.DEADLOCK && !someoneHalted) {
                sightings.add(new Sighting(Deadlock.describe(roster, trace, narrator), trace.length));
            }
        }
        return ending;
    }

    /** What was seen in the last execution, in order. */
    List<Sighting> sightings() {
        return sightings;
    }

    /** Why the last execution failed. */
    String failure() {
        return failure == null ? "" : failure;
    }

    /** What went wrong in the last execution once it had violated, and so may be a consequence; or null. */
    @Nullable String consequence() {
        return consequence;
    }

    /** The life of an actor, on its own stack. */
    void live(Task me, Runnable body) {
        try {
            take(me);
            body.run();
        } catch (Throwable thrown) {
            failed("in " + me.actor().name(), thrown);
        }
        if (narrator != null) {
            narrator.settle();
        }
        roster.finished(me);
        next = ending == Ending.FAILED ? NOBODY : nextActor(me.actor().index());
    }

    // ------------------------------------------------------------------------------------------------ inside

    private Actor add(String name, boolean daemon, Runnable body) {
        Task task = roster.add(this, name, daemon, body);
        int index = task.actor().index();
        trace.spawnedAfter[index] = trace.length - 1;
        return task.actor();
    }

    private void takeTurns() {
        if (roster.size() == 0) {
            fail("the program spawned no actor");
            return;
        }
        next = nextActor(0);
        while (next != NOBODY) {
            Task task = roster.get(next);
            current = task;
            task.resume();
        }
        current = null;
    }

    private void outside(Runnable part) {
        current = null;
        try {
            part.run();
        } catch (HaltedOutside halted) {
            // The violation has been reported, and nobody is left to go on.
        } catch (Throwable thrown) {
            failed("outside of any actor", thrown);
        }
    }

    private void visible(
            Operation operation, long object, int count, long parts, @Nullable BooleanSupplier condition, Site site) {
        if (operation == Operation.COUNT) {
            throw new IllegalArgumentException("a COUNT without its counter at " + site);
        }
        Task me = current;
        if (me == null) {
            if (condition != null && !condition.getAsBoolean()) {
                throw new IllegalStateException("would wait for ever, outside of any actor, at " + site);
            }
            return;
        }
        int step = trace.length;
        if (step < trace.fixed
                && trace.actor[step] == me.actor().index()
                && (condition == null || condition.getAsBoolean())
                && trace.matches(step, operation, object, count, parts, site)) {
            trace.length = step + 1;
            return;
        }
        me.pend(operation, object, count, parts, condition, site, 0);
        park(me);
        take(me);
    }

    /** Waits, with the step pending, until the schedule says that it is this task's turn. */
    private void park(Task me) {
        if (narrator != null) {
            narrator.settle();
            narrator.parks(me);
        }
        roster.parked(me);
        int chosen = nextActor(me.actor().index());
        if (chosen != me.actor().index()) {
            next = chosen;
            Coroutine.pause();
        }
    }

    private RuntimeException leaveForEver(int chosen) {
        next = chosen;
        Coroutine.pause();
        throw new AssertionError("gone on with after it was left for ever");
    }

    /** Who takes the next step; nobody when the execution is over, and then {@link #ending} says how. */
    private int nextActor(int running) {
        int step = trace.length;
        if (step < trace.fixed) {
            int recorded = trace.actor[step];
            if (recorded < roster.size() && roster.isUnfinished(recorded)) {
                return recorded;
            }
            return fail(departure(step, "no such actor"));
        }
        int enabled = roster.enabled();
        if (enabled == 0) {
            ending = roster.awaited() == 0 ? Ending.COMPLETE : Ending.DEADLOCK;
            return NOBODY;
        }
        if (step >= maxSteps) {
            ending = Ending.CUT;
            return NOBODY;
        }
        trace.ensure(step);
        if (trace.isDecided(step) && trace.enabled[step] != enabled) {
            return fail("not deterministic: at step " + step + " expected the actors "
                    + Integer.toBinaryString(trace.enabled[step]) + " to be able to go on, found "
                    + Integer.toBinaryString(enabled));
        }
        trace.enabled[step] = enabled;
        int chosen = scheduler.pick(step, enabled, running);
        if (chosen == NOBODY) {
            ending = Ending.PRUNED;
        }
        return chosen;
    }

    private void take(Task me) {
        int step = trace.length;
        if (step < trace.fixed) {
            check(step, me);
            trace.length = step + 1;
            return;
        }
        trace.record(step, me);
        trace.alternative[step] =
                me.operation == Operation.CHOOSE ? scheduler.alternative(step, me.alternatives) : 0;
        trace.length = step + 1;
        scheduler.taken(step, me);
        if (narrator != null) {
            narrator.takes(me, step);
        }
    }

    /** Leaves for ever when the pending step is not the one that was recorded. */
    private void check(int step, Task me) {
        boolean same = trace.matches(step, me.operation, me.object, me.count, me.parts, me.site)
                && trace.alternatives[step] == me.alternatives
                && trace.delta[step] == me.delta;
        if (!same) {
            throw leaveForEver(fail(departure(step, tell(me.actor().index(), me.operation, me.object, me.site))));
        }
        if (!me.isPossible()) {
            throw leaveForEver(fail(departure(step, "its condition does not hold")));
        }
    }

    private String departure(int step, String found) {
        return "not deterministic: at step " + step + " expected "
                + tell(trace.actor[step], trace.operation[step], trace.object[step], trace.site[step])
                + ", found " + found;
    }

    private String tell(int actor, Operation operation, long object, Site site) {
        String name = actor < roster.size() ? roster.get(actor).actor().name() : "actor " + actor;
        return name + " " + operation + " #" + Long.toHexString(object) + " at " + site;
    }

    private void failed(String where, Throwable thrown) {
        StackTraceElement[] frames = thrown.getStackTrace();
        String message = thrown + " (" + where + (frames.length == 0 ? "" : ", at " + frames[0]) + ")";
        if (sightings.isEmpty()) {
            fail(message);
        } else {
            consequence = message;
            someoneHalted = true;
        }
    }

    private int fail(String message) {
        failure = message;
        ending = Ending.FAILED;
        return NOBODY;
    }

    /** Unwinds {@link Program#start} or {@link Program#finish} after a violation that it cannot go on from. */
    private static final class HaltedOutside extends RuntimeException {
        HaltedOutside() {
            super(null, null, false, false);
        }
    }
}
