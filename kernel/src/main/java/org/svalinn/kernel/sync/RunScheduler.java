package org.svalinn.kernel.sync;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Run;
import org.svalinn.explore.Site;
import org.svalinn.explore.Violation;

/** The scheduler of one execution of a search. */
final class RunScheduler implements Scheduler {
    private final Run run;

    RunScheduler(Run run) {
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
    public void count(long object, long parts, int delta, LongSupplier value, Site site) {
        run.count(object, parts, delta, value, site);
    }

    @Override
    public int choose(int alternatives, Site site) {
        return run.isActing() ? run.choose(alternatives, site) : 0;
    }

    @Override
    public boolean isScheduled() {
        return run.isActing();
    }

    @Override
    public void spawn(String name, Runnable body) {
        run.spawn(name, body);
    }

    @Override
    public void spawnDaemon(String name, Runnable body) {
        run.spawnDaemon(name, body);
    }

    @Override
    public int current() {
        return run.isActing() ? run.current().index() : NOBODY;
    }

    @Override
    public String currentName() {
        return run.isActing() ? run.current().name() : "the setup";
    }

    @Override
    public void report(Violation violation) {
        run.report(violation);
    }

    @Override
    public RuntimeException halt(Violation violation) {
        return run.halt(violation);
    }

    @Override
    public Violation.End end(String role, Site site) {
        List<Site> path = new ArrayList<>();
        path.add(site);
        if (run.isNarrating()) {
            path.addAll(CallPath.here());
        }
        return new Violation.End(role, currentName(), path);
    }

    @Override
    public boolean isNarrating() {
        return run.isNarrating();
    }

    @Override
    public void note(String text) {
        run.note(text);
    }

    @Override
    public void reach(String goal) {
        run.reach(goal);
    }
}
