package org.svalinn.source.floor;

import java.util.ArrayList;
import java.util.List;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Run;
import org.svalinn.explore.Site;
import org.svalinn.source.runtime.Cpu;

/**
 * Loops that poll: stands for cpu_relax(), delays and event waits. No time passes here, so a loop that has gone round once
 * without writing anything, and has found what it reads unchanged, would go round for ever; a search would follow it there.
 * So an actor that relaxes for the second time in a row, with no store in between, sleeps until something that it read
 * since the first time has changed. It then goes on as if it had gone round meanwhile.
 *
 * <p>What it waits for is mostly one word or register, and then it waits on that. When there are several, it registers what it
 * has read, right after reading each once more, and waits to be signalled; whoever changes one of them signals as its next
 * step, before anything else of it can be seen.
 */
final class Spinning {
    private final World world;
    private final List<World.Thread> sleepers = new ArrayList<>();

    /** Something that a loop reads. */
    private record Watch(long object, long parts, long at, int size, boolean isRegister, long value) {}

    /** What one actor has read since it relaxed last. */
    static final class Loop {
        private final List<Watch> watches = new ArrayList<>();
        private boolean turning;
        private int registered;
        private boolean signalled;
        private boolean awake;
        private long part;

        void reset() {
            watches.clear();
            turning = false;
            registered = 0;
        }
    }

    Spinning(World world) {
        this.world = world;
    }

    static void install(Floor floor, World world) {
        Spinning spinning = world.spinning();
        String source = "a loop that polls sleeps until what it reads has changed; delays take no time";
        floor.add(source, (cpu, args, site) -> {
            spinning.relax(site, cpu);
            return 0;
        }, "cpu_relax", "__udelay", "__const_udelay", "__ndelay", "udelay", "ndelay");
        floor.add(source, (cpu, args, site) -> {
            world.mightSleep(site, cpu);
            spinning.relax(site, cpu);
            return 0;
        }, "usleep_range_state", "msleep");
        floor.add("smp_cond_load_relaxed() and its like: wait until the word has changed", (cpu, args, site) -> {
            world.commandQueue().checkMayWait(site, cpu);
            spinning.awaitChange(args[0], (int) args[1], args[2], site);
            return 0;
        }, "__svalinn_await_change");
    }

    void reset() {
        sleepers.clear();
    }

    /** An actor that has written something is in no loop that only polls. */
    static void wrote(World.Thread thread) {
        if (thread.loop.turning) {
            thread.loop.reset();
        }
    }

    /** Notes what an actor that goes round in a loop has read from memory. */
    void read(World.Thread thread, long address, int size) {
        if (thread.loop.turning && size <= Long.BYTES) {
            note(thread.loop, new Watch(
                    address >>> 3, World.parts(address, size), address, size, false, world.memory().load(address, size)));
        }
    }

    /** The same of a register. */
    void readRegister(World.Thread thread, long object, long parts, long offset, int size, long value) {
        if (thread.loop.turning) {
            note(thread.loop, new Watch(object, parts, offset, size, true, value));
        }
    }

    private static void note(Loop loop, Watch watch) {
        loop.watches.removeIf(known ->
                known.at() == watch.at() && known.size() == watch.size() && known.isRegister() == watch.isRegister());
        loop.watches.add(watch);
    }

    private void relax(Site site, Cpu cpu) {
        World.Thread thread = world.thread(cpu);
        Loop loop = thread.loop;
        world.commandQueue().checkMayWait(site, cpu);
        if (!world.isConcurrent()) {
            world.board().work();
            return;
        }
        if (!loop.turning) {
            loop.turning = true;
        } else if (loop.watches.size() == 1) {
            Watch only = loop.watches.getFirst();
            world.settle();
            world.run().await(Operation.WAIT, only.object(), only.parts(), () -> hasChanged(only), site);
        } else if (loop.watches.size() > 1) {
            sleep(thread, cpu, site);
        }
        loop.watches.clear();
    }

    private void sleep(World.Thread thread, Cpu cpu, Site site) {
        Loop loop = thread.loop;
        Run run = world.run();
        loop.part = 1L << cpu.index();
        loop.registered = 0;
        loop.signalled = false;
        loop.awake = false;
        sleepers.add(thread);
        for (Watch watch : loop.watches) {
            world.settle();
            run.step(Operation.READ, watch.object(), watch.parts(), site);
            if (hasChanged(watch)) {
                loop.awake = true;
                break;
            }
            loop.registered++;
        }
        if (!loop.awake) {
            world.settle();
            run.await(Operation.WAIT, FloorObject.SPINNING, loop.part, () -> loop.awake, site);
        }
        sleepers.remove(thread);
        loop.registered = 0;
    }

    /** Before its next step, an actor signals whoever sleeps until what its last one has changed. */
    void settle() {
        for (int i = 0; i < sleepers.size(); i++) {
            Loop loop = sleepers.get(i).loop;
            if (!loop.signalled && !loop.awake && hasChanged(loop)) {
                loop.signalled = true;
                world.run().step(Operation.SIGNAL, FloorObject.SPINNING, loop.part, CHANGED);
                loop.awake = true;
            }
        }
    }

    private static final Site CHANGED = Site.named("changes what a loop polls");

    private boolean hasChanged(Loop loop) {
        for (int i = 0; i < loop.registered; i++) {
            if (hasChanged(loop.watches.get(i))) {
                return true;
            }
        }
        return false;
    }

    private boolean hasChanged(Watch watch) {
        long now = watch.isRegister()
                ? world.board().peek(watch.at(), watch.size())
                : world.memory().load(watch.at(), watch.size());
        return now != watch.value();
    }

    private void awaitChange(long address, int size, long seen, Site site) {
        long mask = size == Long.BYTES ? -1L : (1L << 8 * size) - 1;
        if (world.isConcurrent()) {
            world.settle();
            world.run().await(Operation.WAIT, address >>> 3, World.parts(address, size),
                    () -> world.memory().load(address, size) != (seen & mask), site);
        } else {
            world.board().workUntil(() -> world.memory().load(address, size) != (seen & mask), site.toString());
        }
    }
}
