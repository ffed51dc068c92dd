package org.svalinn.kernel.sync;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.explore.Violation;

/** A scheduler that a test is: it says whose turn it is, and by what calls he got there. */
final class HandScheduler implements Scheduler {
    final List<Violation> violations = new ArrayList<>();
    int actor;
    boolean isNarrating;
    List<Site> path = List.of();

    @Override
    public void step(Operation operation, long object, long parts, Site site) {}

    @Override
    public void stepRange(Operation operation, long firstObject, int count, Site site) {}

    @Override
    public void await(Operation operation, long object, long parts, BooleanSupplier enabled, Site site) {
        if (!enabled.getAsBoolean()) {
            throw new IllegalStateException("would wait at " + site);
        }
    }

    @Override
    public void count(long object, long parts, int delta, LongSupplier value, Site site) {}

    @Override
    public int choose(int alternatives, Site site) {
        return 0;
    }

    @Override
    public void spawn(String name, Runnable body) {}

    @Override
    public void spawnDaemon(String name, Runnable body) {}

    @Override
    public int current() {
        return actor;
    }

    @Override
    public String currentName() {
        return "actor " + actor;
    }

    @Override
    public void report(Violation violation) {
        violations.add(violation);
    }

    @Override
    public RuntimeException halt(Violation violation) {
        violations.add(violation);
        throw new IllegalStateException(violation.message());
    }

    @Override
    public Violation.End end(String role, Site site) {
        List<Site> whole = new ArrayList<>(List.of(site));
        whole.addAll(path);
        return new Violation.End(role, currentName(), whole);
    }

    @Override
    public boolean isNarrating() {
        return isNarrating;
    }

    @Override
    public void note(String text) {}
}
