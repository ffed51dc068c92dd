package org.svalinn.source.floor;

import java.util.List;
import org.svalinn.explore.Site;
import org.svalinn.explore.Violation;
import org.svalinn.source.runtime.Cpu;

/**
 * refcount_t: stands for the inline functions of include/linux/refcount.h and for lib/refcount.c. As C they would
 * observe the count; here a step says that only zero matters, which spares the search the orders that do not.
 */
final class Refcounts {
    private static final String SOURCE = "include/linux/refcount.h, lib/refcount.c";
    /** REFCOUNT_SATURATED of include/linux/refcount.h. */
    private static final long SATURATED = 0xc0000000L;

    private static final String[] WARNINGS = {
        "incremented where it must not be zero, and saturated",
        "overflowed",
        "incremented from zero: the object is being freed",
        "decremented below zero",
        "decremented to zero by a decrement that must not be the last"
    };

    private final World world;
    private final Atomics atomics;

    private Refcounts(World world) {
        this.world = world;
        this.atomics = new Atomics(world);
    }

    static void install(Floor floor, World world) {
        var refcounts = new Refcounts(world);
        floor.add(SOURCE, (cpu, args, site) -> refcounts.add((int) args[0], args[1], args[2], site, cpu), "__refcount_add");
        floor.add(SOURCE, (cpu, args, site) -> refcounts.addNotZero((int) args[0], args[1], args[2], site, cpu), "__refcount_add_not_zero");
        floor.add(SOURCE, (cpu, args, site) -> refcounts.subAndTest((int) args[0], args[1], args[2], site, cpu), "__refcount_sub_and_test");
        floor.add(SOURCE, (cpu, args, site) -> refcounts.dec(args[0], args[1], site, cpu), "__refcount_dec");
        floor.add(SOURCE, (cpu, args, site) -> {
            refcounts.warn((int) args[1], args[0], site, cpu);
            return 0;
        }, "refcount_warn_saturate");
    }

    private static void refuseOld(long old, Site site, Cpu cpu) {
        if (old != 0) {
            throw cpu.unmodelled("a refcount operation that tells the old value", site);
        }
    }

    private long add(int delta, long refcount, long old, Site site, Cpu cpu) {
        refuseOld(old, site, cpu);
        long after = atomics.count(refcount, Integer.BYTES, delta, site, cpu);
        if (after == delta) {
            warn(2, refcount, site, cpu);
        } else if (after - delta < 0 || after < 0) {
            warn(1, refcount, site, cpu);
        }
        return 0;
    }

    private long addNotZero(int delta, long refcount, long old, Site site, Cpu cpu) {
        refuseOld(old, site, cpu);
        return atomics.countUnlessZero(refcount, Integer.BYTES, delta, site, cpu) ? 1 : 0;
    }

    private long subAndTest(int delta, long refcount, long old, Site site, Cpu cpu) {
        refuseOld(old, site, cpu);
        long after = atomics.count(refcount, Integer.BYTES, -delta, site, cpu);
        if (after < 0) {
            warn(3, refcount, site, cpu);
        }
        return after == 0 ? 1 : 0;
    }

    private long dec(long refcount, long old, Site site, Cpu cpu) {
        refuseOld(old, site, cpu);
        if (atomics.count(refcount, Integer.BYTES, -1, site, cpu) <= 0) {
            warn(4, refcount, site, cpu);
        }
        return 0;
    }

    private void warn(int kind, long refcount, Site site, Cpu cpu) {
        String what = kind >= 0 && kind < WARNINGS.length ? WARNINGS[kind] : "misused";
        world.report(new Violation("refcount", world.describe(refcount) + " is " + what, List.of(world.end("at", site, cpu))));
        cpu.store(refcount, Integer.BYTES, SATURATED, true, site);
    }
}
