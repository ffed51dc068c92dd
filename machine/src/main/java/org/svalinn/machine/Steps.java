package org.svalinn.machine;

import java.util.function.BooleanSupplier;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Run;
import org.svalinn.explore.Site;
import org.svalinn.explore.Violation;

/**
 * Whoever decides when the machine takes its next step. All hardware of one machine announces each of its visible
 * operations here, just before it takes it.
 *
 * <p>Under {@link #of(Run) explore} that is the scheduler. {@link #DIRECT} is nobody: every step is taken at once, so
 * that a machine is an ordinary object in an ordinary test.
 */
public interface Steps {
    /** All the parts of an object. */
    long ALL = -1L;

    /** No scheduler: a step is taken at once, a wait must be over already, a violation is thrown. */
    Steps DIRECT = new DirectSteps();

    /** The scheduler of an execution. */
    static Steps of(Run run) {
        return new RunSteps(run);
    }

    /**
     * One visible operation.
     *
     * @param object of {@link HardwareObjects}, or a memory's own number for some of its bytes
     * @param parts which of the up to 64 parts of it: two steps conflict only where they share a part
     */
    void step(Operation operation, long object, long parts, Site site);

    /** One visible operation on the whole of {@code count} consecutive objects. */
    void stepRange(Operation operation, long firstObject, int count, Site site);

    /** One visible operation that is taken once {@code enabled} holds, which depends on nothing but this object. */
    void await(Operation operation, long object, long parts, BooleanSupplier enabled, Site site);

    /** What the hardware may do either way: {@code 0..alternatives-1}; always 0 without a scheduler. */
    int choose(int alternatives, Site site);

    /**
     * Whether others go on while one waits. Not so without a scheduler, nor outside of any actor, while a machine is
     * being set up: then whoever wants something done must do it himself.
     */
    default boolean isScheduled() {
        return this != DIRECT;
    }

    /** Reports that hardware did what it must not; it then goes on as hardware would. */
    void report(Violation violation);

    /** One end of a violation: the actor whose step this is, and where it is. */
    Violation.End end(String role, Site site);

    /** Adds to what people are told of the last step; nothing while nobody is told. */
    void note(String text);
}
