package org.svalinn.source.floor;

import java.util.List;
import org.svalinn.explore.Site;
import org.svalinn.explore.Violation;
import org.svalinn.source.runtime.Cpu;

/** What the kernel says of itself: BUG and WARN, refcount_t's warnings, might_sleep(), and printk(). */
final class Reports {
    private static final String[] REFCOUNT = {
        "incremented where it must not be zero, and saturated",
        "overflowed",
        "incremented from zero: the object is being freed",
        "decremented below zero",
        "decremented to zero by a decrement that must not be the last"
    };
    /** REFCOUNT_SATURATED of include/linux/refcount.h. */
    private static final long SATURATED = 0xc0000000L;

    private Reports() {}

    static void install(Floor floor, World world) {
        floor.add("BUG()", (cpu, args, site) -> {
            throw world.halt(new Violation("bug", "BUG at " + at(world, args), List.of(world.end("at", site, cpu))));
        }, "__svalinn_bug");
        floor.add("WARN()", (cpu, args, site) -> {
            world.report(new Violation("warning", "WARNING at " + at(world, args), List.of(world.end("at", site, cpu))));
            return 0;
        }, "__svalinn_warn");
        floor.add("kernel/panic.c", (cpu, args, site) -> {
            throw world.halt(new Violation("bug", "panic: " + world.memory().cString(args[0]).strip(), List.of(world.end("at", site, cpu))));
        }, "panic");
        floor.add("lib/refcount.c", (cpu, args, site) -> {
            saturate(world, args[0], (int) args[1], site, cpu);
            return 0;
        }, "refcount_warn_saturate");
        floor.add("kernel/sched/core.c", (cpu, args, site) -> {
            world.mightSleep(site, cpu);
            return 0;
        }, "__might_sleep", "__might_resched", "__cond_resched");
        floor.add("kernel/printk", (cpu, args, site) -> 0, "_printk", "__warn_printk", "_dev_printk", "_dev_err", "_dev_warn", "_dev_info",
                "_dev_notice", "___ratelimit", "dump_stack", "add_taint");
    }

    private static String at(World world, long[] args) {
        return world.memory().cString(args[0]) + ":" + args[1];
    }

    private static void saturate(World world, long refcount, int type, Site site, Cpu cpu) {
        String what = type >= 0 && type < REFCOUNT.length ? REFCOUNT[type] : "misused";
        world.report(new Violation("refcount", world.describe(refcount) + " is " + what, List.of(world.end("at", site, cpu))));
        cpu.store(refcount, Integer.BYTES, SATURATED, true, site);
    }
}
