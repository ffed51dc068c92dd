package org.svalinn.machine.iommu.vtd;

import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.explore.Violation;
import org.svalinn.machine.Steps;

/** Tells somebody of each step when it has been taken, as part of it. */
record ListeningSteps(Steps steps, Consumer<Site> listener) implements Steps {
    @Override
    public void step(Operation operation, long object, long parts, Site site) {
        steps.step(operation, object, parts, site);
        listener.accept(site);
    }

    @Override
    public void stepRange(Operation operation, long firstObject, int count, Site site) {
        steps.stepRange(operation, firstObject, count, site);
        listener.accept(site);
    }

    @Override
    public void await(Operation operation, long object, long parts, BooleanSupplier enabled, Site site) {
        steps.await(operation, object, parts, enabled, site);
        listener.accept(site);
    }

    @Override
    public int choose(int alternatives, Site site) {
        return steps.choose(alternatives, site);
    }

    @Override
    public void report(Violation violation) {
        steps.report(violation);
    }

    @Override
    public Violation.End end(String role, Site site) {
        return steps.end(role, site);
    }

    @Override
    public void note(String text) {
        steps.note(text);
    }
}
