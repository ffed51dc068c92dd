package org.svalinn.machine;

import java.util.List;
import java.util.function.BooleanSupplier;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.explore.Violation;

/** One thread and no scheduler. */
final class DirectSteps implements Steps {
    @Override
    public void step(Operation operation, long object, long parts, Site site) {}

    @Override
    public void stepRange(Operation operation, long firstObject, int count, Site site) {}

    @Override
    public void await(Operation operation, long object, long parts, BooleanSupplier enabled, Site site) {
        if (!enabled.getAsBoolean()) {
            throw new IllegalStateException("would wait for ever at " + site + ": nobody else can go on without a scheduler");
        }
    }

    @Override
    public int choose(int alternatives, Site site) {
        return 0;
    }

    @Override
    public void report(Violation violation) {
        throw new MachineViolation(violation);
    }

    @Override
    public Violation.End end(String role, Site site) {
        return new Violation.End(role, "the machine", List.of(site));
    }

    @Override
    public void note(String text) {}
}
