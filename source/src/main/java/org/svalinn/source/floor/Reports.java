package org.svalinn.source.floor;

import java.util.List;
import org.svalinn.explore.Violation;

/** What the kernel says of itself: BUG and WARN, might_sleep(), and printk(). */
final class Reports {
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
        floor.add("kernel/sched/core.c", (cpu, args, site) -> {
            world.mightSleep(site, cpu);
            return 0;
        }, "__might_sleep", "__might_resched", "__cond_resched");
        floor.add("kernel/printk", (cpu, args, site) -> 0, "_printk", "__warn_printk", "_dev_printk", "_dev_err", "_dev_warn", "_dev_info", "_dev_notice", "___ratelimit", "dump_stack", "add_taint");
    }

    private static String at(World world, long[] args) {
        return world.memory().cString(args[0]) + ":" + args[1];
    }
}
