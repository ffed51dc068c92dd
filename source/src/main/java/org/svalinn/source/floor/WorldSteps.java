package org.svalinn.source.floor;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.explore.Violation;
import org.svalinn.machine.Steps;

/**
 * The steps of the hardware around a source kernel: taken with those of C by one scheduler. While the kernel starts and the
 * setup runs, alone, a wait lets the hardware work until it is over.
 */
final class WorldSteps implements Steps {
    private final World world;
    private boolean silent;

    WorldSteps(World world) {
        this.world = world;
    }

    /** Takes no steps while it looks at something that it has announced before. */
    void silent(boolean silence) {
        silent = silence;
    }

    @Override
    public void step(Operation operation, long object, long parts, Site site) {
        if (!silent && world.isConcurrent()) {
            world.settle();
            world.run().step(operation, object, parts, site);
        }
    }

    @Override
    public void stepRange(Operation operation, long firstObject, int count, Site site) {
        if (!silent && world.isConcurrent()) {
            world.settle();
            world.run().stepRange(operation, firstObject, count, site);
        }
    }

    @Override
    public void await(Operation operation, long object, long parts, BooleanSupplier enabled, Site site) {
        if (world.isConcurrent()) {
            world.settle();
            world.run().await(operation, object, parts, enabled, site);
        } else {
            world.board().workUntil(enabled, site.toString());
        }
    }

    @Override
    public int choose(int alternatives, Site site) {
        return world.isConcurrent() ? world.run().choose(alternatives, site) : 0;
    }

    @Override
    public void report(Violation violation) {
        world.report(violation);
    }

    @Override
    public Violation.End end(String role, Site site) {
        boolean acting = world.isConcurrent() && world.run().isActing();
        List<Site> path = new ArrayList<>();
        path.add(site);
        return new Violation.End(role, acting ? world.run().current().name() : "start-up", path);
    }

    @Override
    public void note(String text) {
        world.note(text);
    }
}
