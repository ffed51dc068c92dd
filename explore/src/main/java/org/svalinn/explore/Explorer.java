package org.svalinn.explore;

import java.time.Duration;
import java.util.function.Consumer;

/** A search over the interleavings of a program. Stub: signatures only. */
public final class Explorer {
    private Explorer() {}

    /** Starts to describe a search: exhaustive, without limits, for every distinct violation. */
    public static Explorer of(Program program) {
        throw new UnsupportedOperationException();
    }

    public Explorer strategy(Strategy strategy) {
        throw new UnsupportedOperationException();
    }

    public Explorer maxExecutions(long executions) {
        throw new UnsupportedOperationException();
    }

    public Explorer maxStepsPerExecution(int steps) {
        throw new UnsupportedOperationException();
    }

    public Explorer maxTime(Duration time) {
        throw new UnsupportedOperationException();
    }

    /** Stops at the first violation instead of looking for every distinct one. */
    public Explorer stopAtFirst(boolean stop) {
        throw new UnsupportedOperationException();
    }

    /** Is told now and then, on the searching thread, what has been covered. */
    public Explorer progress(Consumer<Coverage> listener) {
        throw new UnsupportedOperationException();
    }

    public Verdict explore() {
        throw new UnsupportedOperationException();
    }

    /** Runs the program once along {@code schedule}, and tells it. */
    public Replay replay(Schedule schedule) {
        throw new UnsupportedOperationException();
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
