package org.svalinn.source.floor;

import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.source.runtime.Cpu;
import org.svalinn.source.runtime.Memory;

/**
 * Completions: stands for kernel/sched/completion.c. How often one was completed and not yet waited for stands in its own
 * first word, as in Linux; the queue of waiters is not used.
 */
final class Completions {
    private static final String SOURCE = "kernel/sched/completion.c";

    private final World world;

    private Completions(World world) {
        this.world = world;
    }

    static void install(Floor floor, World world) {
        var completions = new Completions(world);
        floor.add(SOURCE, (cpu, args, site) -> completions.complete(args[0], site, cpu), "complete");
        floor.add(SOURCE, (cpu, args, site) -> completions.await(args[0], site, cpu), "wait_for_completion");
        floor.add(SOURCE, (cpu, args, site) -> completions.isDone(args[0], site, cpu), "completion_done");
        floor.add("kernel/sched/swait.c: completions do without it", (cpu, args, site) -> 0, "__init_swait_queue_head");
    }

    private int done(long completion) {
        Memory memory = world.memory();
        return memory.contains(completion, Integer.BYTES) ? (int) memory.load(completion, Integer.BYTES) : 1;
    }

    private void add(long completion, int delta) {
        if (world.memory().contains(completion, Integer.BYTES)) {
            world.memory().store(completion, Integer.BYTES, done(completion) + delta);
        }
    }

    private long complete(long completion, Site site, Cpu cpu) {
        world.touch(Operation.UPDATE, completion, Integer.BYTES, site, cpu);
        add(completion, 1);
        return 0;
    }

    private long await(long completion, Site site, Cpu cpu) {
        world.mightSleep(site, cpu);
        world.await(Operation.WAIT, completion, () -> done(completion) != 0, "wait_for_completion", site, cpu);
        add(completion, -1);
        return 0;
    }

    private long isDone(long completion, Site site, Cpu cpu) {
        world.touch(Operation.READ, completion, Integer.BYTES, site, cpu);
        return done(completion) != 0 ? 1 : 0;
    }
}
