package org.svalinn.kernel.sync;

import java.util.function.LongSupplier;
import org.svalinn.explore.Run;
import org.svalinn.explore.Site;
import org.svalinn.explore.Violation;
import org.svalinn.machine.Steps;

/**
 * Who goes on, as the kernel sees it: under {@link #of(Run) explore} whoever the search picks, in a simulation whoever
 * is next in virtual time. The kernel is the same on both.
 *
 * <p>Outside of any actor, while a machine is set up, a step is no step, and nobody can be waited for.
 */
public interface Scheduler extends Steps {
    /** What {@link #current} is while the kernel is set up. */
    int NOBODY = -1;

    /** The scheduler of an execution. */
    static Scheduler of(Run run) {
        return new RunScheduler(run);
    }

    /** Adds an actor. */
    void spawn(String name, Runnable body);

    /** Adds an actor that serves the others, for ever. */
    void spawnDaemon(String name, Runnable body);

    /** A number for the actor whose code runs, small and the same in every run; {@link #NOBODY} during set-up. */
    int current();

    /** Its name. */
    String currentName();

    /** Changes a counter of which only zero is observed: see {@link Run#count}. */
    void count(long object, long parts, int delta, LongSupplier value, Site site);

    /** Reports a violation after which the actor cannot go on. Never returns: throw the result. */
    RuntimeException halt(Violation violation);

    /** Whether a run is being told to people: then names, notes, call paths and holders are kept. */
    boolean isNarrating();

    /** Marks a goal of the program as reached. */
    default void reach(String goal) {}

    /**
     * Time in which the actor does nothing else, such as a device that takes its time. Under a search no time passes,
     * and this is no step.
     *
     * @param nanoseconds of virtual time
     */
    default void pass(long nanoseconds) {}

    /** Virtual time in nanoseconds; always 0 under a search. */
    default long now() {
        return 0;
    }
}
