package org.svalinn.explore;

import java.util.List;

/**
 * A run, as the decisions that make it. Each names the actor, its operation and the site, so that it can be followed
 * again, and can say where it departs once the source has changed.
 */
public record Schedule(List<Decision> decisions) {
    public Schedule {
        decisions = List.copyOf(decisions);
    }

    /**
     * At step {@code step}, {@code actor} goes on (and goes on until the next decision).
     *
     * @param step the number of the step, from 0
     * @param actor who goes on
     * @param operation what it is about to do
     * @param site where
     * @param choice the alternative taken, or -1 where the step is not a choice
     */
    public record Decision(int step, String actor, Operation operation, Site site, int choice) {}
}
