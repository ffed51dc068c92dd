package org.svalinn.explore;

import java.util.List;

/** A run as it is told to people: its actors and every step that was taken. */
public record Narrative(List<String> actors, List<Step> steps, List<Violation> violations) {
    public Narrative {
        actors = List.copyOf(actors);
        steps = List.copyOf(steps);
        violations = List.copyOf(violations);
    }

    /**
     * One step.
     *
     * @param number from 0
     * @param actor who took it
     * @param operation what it did
     * @param object to what, in words
     * @param path where, innermost call first
     * @param note what came of it, such as {@code 2 -> 1}, or empty
     * @param preempts whether it took the turn from an actor that could have gone on
     * @param conflicts whether it conflicts with a step of another actor in this run: what matters to the order
     */
    public record Step(
            int number,
            String actor,
            Operation operation,
            String object,
            List<Site> path,
            String note,
            boolean preempts,
            boolean conflicts) {
        public Step {
            path = List.copyOf(path);
        }
    }
}
