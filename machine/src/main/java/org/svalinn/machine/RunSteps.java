package org.svalinn.machine;

import java.util.List;
import java.util.function.BooleanSupplier;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Run;
import org.svalinn.explore.Site;
import org.svalinn.explore.Violation;

/** Steps of the actors of one execution. */
final class RunSteps implements Steps {
    private final Run run;

    RunSteps(Run run) {
        this.run = run;
    }

    @Override
    public void step(Operation operation, long object, long parts, Site site) {
        run.step(operation, object, parts, site);
    }

    @Override
    public void stepRange(Operation operation, long firstObject, int count, Site site) {
        run.stepRange(operation, firstObject, count, site);
    }

    @Override
    public void await(Operation operation, long object, long parts, BooleanSupplier enabled, Site site) {
        run.await(operation, object, parts, enabled, site);
    }

    @Override
    public int choose(int alternatives, Site site) {
        return run.choose(alternatives, site);
    }

    @Override
    public boolean isScheduled() {
        return run.isActing();
    }

    @Override
    public void report(Violation violation) {
        run.report(violation);
    }

    @Override
    public Violation.End end(String role, Site site) {
        return new Violation.End(role, run.isActing() ? run.current().name() : "start", List.of(site));
    }

    @Override
    public void note(String text) {
        run.note(text);
    }
}
