package org.svalinn.source.floor;

import org.svalinn.explore.Site;
import org.svalinn.source.runtime.Cpu;

/** The CPU as the kernel sees it: {@code current}, per-CPU data, system registers. */
final class Processor {
    /** ID_AA64MMFR0_EL1 of the simulated machine: 48-bit physical addresses, 8-bit ASIDs. */
    private static final long ID_AA64MMFR0 = 5;

    private Processor() {}

    static void install(Floor floor, World world) {
        floor.add("arch/arm64/include/asm/current.h", (cpu, args, site) -> world.thread(cpu).current, "__svalinn_current");
        floor.add("per-CPU data: one copy, as if all actors shared a CPU", (cpu, args, site) -> args[0], "__svalinn_this_cpu", "__svalinn_per_cpu");
        floor.add("system registers", (cpu, args, site) -> {
            String name = world.memory().cString(args[0]);
            return switch (name) {
                case "SYS_ID_AA64MMFR0_EL1" -> ID_AA64MMFR0;
                case "mair_el1" -> 0xffL;
                default -> throw cpu.unmodelled("the system register " + name, site);
            };
        }, "__svalinn_sysreg");
        floor.add("TLB maintenance of the processors, whose TLBs hold nothing that matters to a device", (cpu, args, site) -> 0, "__svalinn_tlbi");
        String preemption = "arch/arm64/include/asm/preempt.h";
        floor.add(preemption, (cpu, args, site) -> count(world, args[0], site, cpu), "__preempt_count_add");
        floor.add(preemption, (cpu, args, site) -> count(world, -args[0], site, cpu), "__preempt_count_sub");
        floor.add(preemption, (cpu, args, site) -> {
            count(world, -1, site, cpu);
            return 0;
        }, "__preempt_count_dec_and_test");
        floor.add(preemption, (cpu, args, site) -> world.thread(cpu).preemptCount, "preempt_count");
        String capabilities = "arch/arm64/kernel/cpufeature.c: start-up is over, and no optional capability is there";
        floor.add(capabilities, (cpu, args, site) -> 1, "system_capabilities_finalized");
        floor.add(capabilities, (cpu, args, site) -> 0, "alternative_has_feature_likely", "alternative_has_feature_unlikely");
        String irq = "interrupts of this CPU: disabled is atomic context";
        floor.add(irq, (cpu, args, site) -> disable(world, site, cpu), "__svalinn_irq_disable", "__svalinn_irq_save");
        floor.add(irq, (cpu, args, site) -> enable(world, site, cpu, true), "__svalinn_irq_enable");
        floor.add(irq, (cpu, args, site) -> enable(world, site, cpu, args[0] == 0), "__svalinn_irq_restore");
        floor.add(irq, (cpu, args, site) -> world.thread(cpu).irqsDisabled ? 1 : 0, "__svalinn_irqs_disabled");
        floor.add("kernel/time/timekeeping.c: no time passes, so that no time-out runs out", (cpu, args, site) -> 0, "ktime_get");
        floor.add("kernel/sched", (cpu, args, site) -> 0, "__wake_up", "wake_up_process", "sync_mm_rss", "__thaw_task",
                "preempt_schedule", "preempt_schedule_notrace", "__cpuhp_setup_state");
    }

    private static long count(World world, long delta, Site site, Cpu cpu) {
        World.Thread thread = world.thread(cpu);
        long before = thread.preemptCount;
        if (before == 0 && delta != 0) {
            world.enterAtomic(site, cpu);
        }
        thread.preemptCount = before + delta;
        if (before != 0 && before + delta == 0) {
            world.leaveAtomic(site, cpu);
        }
        return 0;
    }

    /** Gives the flags to restore: whether they were disabled before. */
    static long disable(World world, Site site, Cpu cpu) {
        World.Thread thread = world.thread(cpu);
        if (thread.irqsDisabled) {
            return 1;
        }
        world.enterAtomic(site, cpu);
        thread.irqsDisabled = true;
        return 0;
    }

    static long enable(World world, Site site, Cpu cpu, boolean enable) {
        World.Thread thread = world.thread(cpu);
        if (enable && thread.irqsDisabled) {
            thread.irqsDisabled = false;
            world.leaveAtomic(site, cpu);
        }
        return 0;
    }
}
