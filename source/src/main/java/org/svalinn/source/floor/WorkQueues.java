package org.svalinn.source.floor;

import java.util.ArrayDeque;
import java.util.Deque;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.source.runtime.Cpu;
import org.svalinn.source.type.RecordType;

/** Work queues, served by one daemon, {@code kworker}: stands for kernel/workqueue.c. */
public final class WorkQueues {
    private static final Site IDLE = Site.named("waits for work");
    private static final Site WORK = Site.named("process_one_work");
    private static final long PENDING = 1;

    private final World world;
    private final Deque<Long> queued = new ArrayDeque<>();
    private long running;

    WorkQueues(World world) {
        this.world = world;
    }

    static void install(Floor floor, World world) {
        WorkQueues queues = world.workQueues();
        String source = "kernel/workqueue.c";
        floor.add(source, (cpu, args, site) -> world.heap().allocate(8, "workqueue_struct", site, cpu).address(), "alloc_workqueue");
        floor.add(source, (cpu, args, site) -> queues.queue(args[2], site, cpu), "queue_work_on");
        floor.add(source, (cpu, args, site) -> queues.flush(site, cpu), "__flush_workqueue", "flush_work");
    }

    private long queue(long work, Site site, Cpu cpu) {
        world.touchObject(Operation.SIGNAL, FloorObject.WORK, site);
        world.touch(Operation.UPDATE, work, Long.BYTES, site, cpu);
        long data = world.memory().load(work, Long.BYTES);
        if ((data & PENDING) != 0) {
            return 0;
        }
        world.memory().store(work, Long.BYTES, data | PENDING);
        queued.add(work);
        return 1;
    }

    private long flush(Site site, Cpu cpu) {
        world.mightSleep(site, cpu);
        world.awaitObject(Operation.WAIT, FloorObject.WORK, () -> queued.isEmpty() && running == 0, "flush", site);
        return 0;
    }

    /** The life of the worker. */
    public void serve(Cpu cpu) {
        RecordType layout = world.image().layout("struct work_struct");
        long functionOffset = layout.offset("func");
        while (true) {
            world.awaitObject(Operation.WAIT, FloorObject.WORK, () -> !queued.isEmpty(), "work", IDLE);
            long work = queued.remove();
            running = work;
            world.touch(Operation.UPDATE, work, Long.BYTES, WORK, cpu);
            world.memory().store(work, Long.BYTES, world.memory().load(work, Long.BYTES) & ~PENDING);
            long function = cpu.load(work + functionOffset, Long.BYTES, false, WORK);
            world.callBack(function, WORK, cpu, work);
            world.touchObject(Operation.SIGNAL, FloorObject.WORK, WORK);
            running = 0;
        }
    }

    void requireIdle() {
        if (!queued.isEmpty()) {
            throw new SetupFailure("the setup leaves queued work behind: move what queues it under 'actors'");
        }
    }

    void reset() {
        queued.clear();
        running = 0;
    }
}
