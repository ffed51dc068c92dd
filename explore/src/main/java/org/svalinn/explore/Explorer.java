package org.svalinn.explore;

import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A search over the interleavings of a program: describe it, then {@link #explore()}. Can be used again; two explorers
 * share nothing and may run on two threads.
 */
public final class Explorer {
    private static final int DEFAULT_MAX_STEPS = 100_000;

    private final Program program;
    private Strategy strategy = Strategy.EXHAUSTIVE;
    private long maxExecutions = Long.MAX_VALUE;
    private int maxStepsPerExecution = DEFAULT_MAX_STEPS;
    private @Nullable Duration maxTime;
    private boolean stopAtFirst;
    private Consumer<Coverage> progress = coverage -> {};

    private Explorer(Program program) {
        this.program = program;
    }

    /** Starts to describe a search: exhaustive, for every distinct violation, with at most 100,000 steps in a run. */
    public static Explorer of(Program program) {
        return new Explorer(program);
    }

    public Explorer strategy(Strategy newStrategy) {
        strategy = newStrategy;
        return this;
    }

    /** Ends the search, when there is more to explore, after that many executions. */
    public Explorer maxExecutions(long executions) {
        if (executions < 1) {
            throw new IllegalArgumentException("executions: " + executions);
        }
        maxExecutions = executions;
        return this;
    }

    /** Cuts each execution that takes more steps; the search goes on, but can then verify nothing. */
    public Explorer maxStepsPerExecution(int steps) {
        if (steps < 1) {
            throw new IllegalArgumentException("steps: " + steps);
        }
        maxStepsPerExecution = steps;
        return this;
    }

    /** Ends the search after about that time: the only limit that can make two searches differ. */
    public Explorer maxTime(Duration time) {
        maxTime = time;
        return this;
    }

    /** Stops at the first violation instead of looking for every distinct one. */
    public Explorer stopAtFirst(boolean stop) {
        stopAtFirst = stop;
        return this;
    }

    /** Is told now and then, on the searching thread, what has been covered. */
    public Explorer progress(Consumer<Coverage> listener) {
        progress = listener;
        return this;
    }

    /** Makes the search. */
    public Verdict explore() {
        return new Exploration(program, new Exploration.Settings(
                        strategy, maxExecutions, maxStepsPerExecution, maxTime, stopAtFirst, progress))
                .explore();
    }

    /**
     * Runs the program once along {@code schedule}, and tells it: to its end, also past the violation that the schedule
     * may be about.
     *
     * @throws IllegalStateException when the program fails, as what would be a {@link Verdict.Error} in a search
     */
    public Replay replay(Schedule schedule) {
        Trace trace = new Trace();
        Roster roster = new Roster();
        Narrator narrator = new Narrator(program, trace, roster);
        Run run = new Run(program, trace, roster, maxStepsPerExecution, Set.of(), violation -> false, narrator);
        ScheduleFollower follower = new ScheduleFollower(schedule, trace, roster);
        if (run.execute(follower) == Run.Ending.FAILED) {
            throw new IllegalStateException(run.failure());
        }
        return new Replay(narrator.tell(run.sightings()), follower.departure());
    }

    /** How to search. */
    public enum Strategy {
        /** Source-set dynamic partial-order reduction with sleep sets: one run for each class. */
        EXHAUSTIVE,
        /** Every interleaving: the oracle of the tests. */
        PLAIN
    }

    /** What came of following a schedule; {@code departure} is empty when it could be followed to its end. */
    public record Replay(Narrative narrative, String departure) {}
}
