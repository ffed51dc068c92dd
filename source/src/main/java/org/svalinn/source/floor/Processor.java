package org.svalinn.source.floor;

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
                case "id_aa64mmfr0_el1", "ID_AA64MMFR0_EL1" -> ID_AA64MMFR0;
                case "mair_el1" -> 0xffL;
                default -> throw cpu.unmodelled("the system register " + name, site);
            };
        }, "__svalinn_sysreg");
        floor.add("the SMMU's command queue: commands complete at once", (cpu, args, site) -> 0, "arm_smmu_cmdq_issue_cmdlist");
        floor.add("kernel/sched", (cpu, args, site) -> 0, "__wake_up", "wake_up_process", "sync_mm_rss", "__thaw_task",
                "preempt_schedule", "preempt_schedule_notrace");
    }
}
