package org.svalinn.explore;

import java.util.List;
import java.util.Set;

/** What a search proved. Only {@link Verified} is a pass. */
public sealed interface Verdict {
    Coverage coverage();

    /** Every class of interleavings was explored, and none violates. */
    record Verified(Coverage coverage) implements Verdict {}

    /** No violation, but a limit cut the search. */
    record Bounded(Coverage coverage, String limit) implements Verdict {}

    /** At least one execution violates; one counterexample for each distinct violation. */
    record Violated(Coverage coverage, List<Counterexample> counterexamples, boolean complete) implements Verdict {
        public Violated {
            counterexamples = List.copyOf(counterexamples);
        }
    }

    /** No execution ever reached what the program is about: the search proves nothing. */
    record Vacuous(Coverage coverage, Set<String> missed) implements Verdict {}

    /** The search could not be made: something unmodelled, or a program that is not deterministic. */
    record Error(Coverage coverage, String message) implements Verdict {}

    /** A violation with the schedule that shows it and its telling. */
    record Counterexample(Violation violation, Schedule schedule, Narrative narrative) {}
}
