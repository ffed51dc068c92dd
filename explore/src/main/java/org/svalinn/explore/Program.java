package org.svalinn.explore;

import java.util.List;
import java.util.Set;

/**
 * A concurrent program to explore. {@link #start} is called once per execution; it makes a world from nothing and
 * spawns the actors. It must be a function of the schedule alone: no clock, no identity hash, no state kept from
 * an earlier execution that a step can see.
 */
public interface Program {
    /** Makes the world of one execution and spawns its actors on {@code run}. */
    void start(Run run);

    /** Called when every actor has finished or, for a daemon, waits for ever: the place for end-of-run checks. */
    default void finish(Run run) {}

    /** The goals that some execution must {@linkplain Run#reach reach}, or the search proves nothing. */
    default Set<String> goals() {
        return Set.of();
    }

    /**
     * A name that people understand for parts of an object, asked for only while narrating, right after a step on it.
     *
     * @param parts as in the step; all ones for a range of objects, or a wait
     */
    default String describe(long object, long parts) {
        return "#" + Long.toHexString(object);
    }

    /**
     * The calls that led the current actor to the step that it is about to take, innermost first and without the
     * step's own site; asked for only while narrating.
     */
    default List<Site> callPath() {
        return List.of();
    }
}
