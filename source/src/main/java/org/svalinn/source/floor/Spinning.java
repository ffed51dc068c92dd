package org.svalinn.source.floor;

import java.util.ArrayList;
import java.util.List;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.source.runtime.Cpu;

/**
 * Loops that poll: stands for cpu_relax(), delays and event waits. No time passes here, so a loop that has found what it reads
 * unchanged would go round for ever; a search would follow it there. So an actor that relaxes sleeps until something has changed
 * that it read since it last wrote or relaxed, and then goes round once more. If one of these has changed already since it was
 * read, it does not sleep at all: a loop that reads a word twice in one round must not miss a change in between. In its first
 * round an actor that has read no register does not sleep either: it may have read something else on its way to the loop, and not yet
 * what it is going to poll.
 *
 * <p>Whoever changes what a sleeper has read signals it as its next step, before anything else of it can be seen. To fall asleep is
 * no look at memory, though it depends on it: whether a change comes just before or just after, the loop goes round
 * and reads the same. So a round costs the search no more than the steps that C itself takes.
 *
 * <p>A round of a loop that writes and then reads sleeps too, until what it has read changes: that its own writing would end it is
 * not considered. Such a loop shows as a deadlock.
 */
final class Spinning {
    private static final Site CHANGED = Site.named("changes what a loop polls");

    private final World world;
    private final List<World.Thread> sleepers = new ArrayList<>();

    /** What one actor has read since it wrote or relaxed last. */
    static final class Loop {
        /** More than a loop that polls reads in one round; beyond, an actor relaxes without sleeping. */
        private static final int MOST = 64;

        private final long[] at = new long[MOST];
        private final long[] values = new long[MOST];
        private final byte[] sizes = new byte[MOST];
        private final boolean[] registers = new boolean[MOST];
        private int count;
        private boolean readsRegisters;
        private boolean hasTurned;
        private boolean signalled;
        private boolean awake;
        private long part;

        void reset() {
            forget();
            hasTurned = false;
        }

        private void forget() {
            count = 0;
            readsRegisters = false;
        }

        private void note(long where, int size, boolean isRegister, long value) {
            if (count < MOST) {
                at[count] = where;
                values[count] = value;
                sizes[count] = (byte) size;
                registers[count] = isRegister;
            }
            readsRegisters |= isRegister;
            count++;
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

    /** What an actor has written it waits for no more. */
    static void wrote(World.Thread thread) {
        thread.loop.reset();
    }

    /** Notes what an actor has read from memory. */
    void read(World.Thread thread, long address, int size) {
        // A copy of some other size is no poll.
        if (size <= Long.BYTES && Integer.bitCount(size) == 1 && world.memory().contains(address, size)) {
            thread.loop.note(address, size, false, world.memory().load(address, size));
        }
    }

    /** The same of a register. */
    void readRegister(World.Thread thread, long offset, int size, long value) {
        thread.loop.note(offset, size, true, value);
    }

    private void relax(Site site, Cpu cpu) {
        world.commandQueue().checkMayWait(site, cpu);
        if (!world.isConcurrent()) {
            world.board().work();
            return;
        }
        World.Thread thread = world.thread(cpu);
        Loop loop = thread.loop;
        boolean polls = loop.hasTurned || loop.readsRegisters;
        if (polls && loop.count > 0 && loop.count <= Loop.MOST && !hasChanged(loop)) {
            loop.part = 1L << cpu.index();
            loop.signalled = false;
            loop.awake = false;
            sleepers.add(thread);
            world.settle();
            world.run().await(Operation.WAIT, FloorObject.SPINNING, loop.part, () -> loop.awake, site);
            sleepers.remove(thread);
        }
        loop.forget();
        loop.hasTurned = true;
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

    private boolean hasChanged(Loop loop) {
        for (int i = 0; i < loop.count; i++) {
            long now = loop.registers[i]
                    ? world.board().peek(loop.at[i], loop.sizes[i])
                    : world.memory().load(loop.at[i], loop.sizes[i]);
            if (now != loop.values[i]) {
                return true;
            }
        }
        return false;
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
