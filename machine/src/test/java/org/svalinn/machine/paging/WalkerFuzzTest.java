package org.svalinn.machine.paging;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.svalinn.machine.fuzz.FuzzInput;

/**
 * Walks of arbitrary memory: they come to a page or a fault, never to an exception, and never go round in circles;
 * whatever they come to obeys what holds for every walk.
 */
@DisplayName("Walks of arbitrary memory")
class WalkerFuzzTest {
    private static final int INPUTS = 300_000;
    private static final int MOST_BYTES = 192;
    private static final List<Formats> FORMATS = Formats.all();

    /** A little memory that holds anything, at the addresses that its own entries can lead to. */
    private static final class Anything implements TableMemory {
        static final int ENTRIES = 1 << 10;
        final long[] memory = new long[ENTRIES];
        int reads;
        int updates;

        /** Entries whose number has this bit are nowhere. */
        long refused;

        @Override
        public long locate(long address, boolean forUpdate) {
            require((address & 7) == 0, "an entry's address");
            return (address >>> 3 & refused) != 0 ? NOWHERE : address >>> 3 & ENTRIES - 1;
        }

        @Override
        public long readEntry(long physical) {
            reads++;
            return memory[(int) physical];
        }

        @Override
        public long updateEntry(long physical, long expected, long value) {
            updates++;
            long found = memory[(int) physical];
            if (found == expected) {
                memory[(int) physical] = value;
            }
            return found;
        }

        void clear() {
            Arrays.fill(memory, 0);
            reads = 0;
            updates = 0;
        }
    }

    /**
     * Memory that somebody else writes to all the time: each read sees what comes next, an update may come too late.
     */
    private record Changing(FuzzInput input) implements TableMemory {
        @Override
        public long locate(long address, boolean forUpdate) {
            require((address & 7) == 0, "an entry's address");
            return input.nextByte() == 0xff ? NOWHERE : address;
        }

        @Override
        public long readEntry(long physical) {
            return entry(input);
        }

        @Override
        public long updateEntry(long physical, long expected, long value) {
            return input.nextBoolean() ? entry(input) : expected;
        }
    }

    private final Anything memory = new Anything();
    private final Walk walk = new Walk(memory);
    private final Walk again = new Walk(memory);

    /** How often random inputs came to a page, and to each fault: a fuzzer that sees only faults sees nothing. */
    private final int[] seen = new int[WalkFault.values().length];

    @FuzzTest
    void anyTables(byte[] data) {
        still(new FuzzInput(data));
    }

    @FuzzTest
    void anyRace(byte[] data) {
        changing(new FuzzInput(data));
    }

    @Test
    @DisplayName("of memory that keeps still: the second walk, and a walk from each cached table, say the same "
            + "and change nothing")
    void manyTables() {
        FuzzInput.random(1, INPUTS, MOST_BYTES, this::still);
        for (WalkFault fault : WalkFault.values()) {
            if (fault != WalkFault.UPDATE_ABORT) {
                assertThat(seen[fault.ordinal()]).as("%s", fault).isGreaterThan(INPUTS / 5000);
            }
        }
    }

    @Test
    @DisplayName("of memory that others write to meanwhile")
    void manyRaces() {
        FuzzInput.random(2, INPUTS, MOST_BYTES, this::changing);
        assertThat(seen[WalkFault.NONE.ordinal()]).isGreaterThan(INPUTS / 1000);
        assertThat(seen[WalkFault.UPDATE_ABORT.ordinal()]).isPositive();
    }

    private static void begin(Walk walk, Formats format, FuzzInput input) {
        long address = format.lowest() + (input.nextLong() & format.reach() - 1);
        if (input.nextByte() > 240) {
            address = input.nextLong();
        }
        int wanted = input.nextInt(8);
        boolean privileged = input.nextBoolean();
        long table = input.nextByte() > 240 ? input.nextLong() : input.nextLong() >>> 20;
        walk.as(format.format()).begin(table, format.entries().topLevel(), address, wanted, privileged);
        if (input.nextBoolean()) {
            walk.withoutPermissionFault();
        }
    }

    /** An entry of any kind, mostly one that some format has. */
    private static long entry(FuzzInput input) {
        long anything = input.nextLong();
        return switch (input.nextInt(5)) {
            case 0 -> anything;
            case 1 -> anything & 0x8000_0fff_ffff_f7ffL | 3;
            case 2 -> anything & 0x8068_0fff_c000_05ffL | 1;
            case 3 -> anything & 0x0fff_ffff_f0ffL | 3;
            default -> anything & 0xf878_0fff_ffff_f7ffL | 0x447;
        };
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }

    private void still(FuzzInput input) {
        Formats format = FORMATS.get(input.nextInt(FORMATS.size()));
        memory.clear();
        memory.refused = input.nextByte() > 200 ? 1L << input.nextInt(10) : 0;
        begin(walk, format, input);
        long pattern = entry(input);
        for (int i = 0; i < Anything.ENTRIES && (i == 0 || !input.isEmpty()); i++) {
            memory.memory[input.nextInt(Anything.ENTRIES)] = entry(input);
        }
        if (input.nextBoolean() || pattern != 0) {
            for (int i = 0; i < Anything.ENTRIES; i++) {
                memory.memory[i] = memory.memory[i] == 0 ? pattern : memory.memory[i];
            }
        }
        format.walker().walk(walk);
        check(format);
        require(memory.reads <= format.entries().topLevel(), "reads each level once");
        require(memory.updates <= format.entries().topLevel(), "marks each level once");
        int updates = memory.updates;
        repeat(format, walk.table(), walk.level(), 0);
        for (int level = 1; level < walk.level(); level++) {
            if (walk.tableAt(level) != 0) {
                repeat(format, walk.tableAt(level), level, walk.accessAt(level));
            }
        }
        require(memory.updates == updates, "marks what is marked");
    }

    private void repeat(Formats format, long table, int level, int taken) {
        again.as(format.format()).begin(table, level, walk.address(), walk.wanted(), walk.isPrivileged(), taken);
        if (walk.isOnlyAsking()) {
            again.withoutPermissionFault();
        }
        format.walker().walk(again);
        require(again.fault() == walk.fault() && again.faultLevel() == walk.faultLevel(), "another fault");
        require(again.granted() == walk.granted() && again.permitted() == walk.permitted(), "other permissions");
        require(again.physical() == walk.physical() && again.pageShift() == walk.pageShift(), "another page");
        require(again.leaf() == walk.leaf(), "another entry");
        require(again.isGlobal() == walk.isGlobal() && again.isUserPage() == walk.isUserPage(), "another kind of page");
    }

    private void changing(FuzzInput input) {
        Formats format = FORMATS.get(input.nextInt(FORMATS.size()));
        begin(walk, format, input);
        walk.through(new Changing(input));
        format.walker().walk(walk);
        walk.through(memory);
        check(format);
    }

    private void check(Formats format) {
        WalkFault fault = walk.fault();
        seen[fault.ordinal()]++;
        require((walk.granted() & ~walk.permitted()) == 0, "grants what is not permitted");
        if (fault != WalkFault.NONE) {
            int most = Math.max(4, format.entries().topLevel());
            require(walk.faultLevel() >= 1 && walk.faultLevel() <= most, "a fault at no level");
            boolean lacks = (walk.wanted() & ~walk.permitted()) != 0;
            require(fault != WalkFault.PERMISSION || lacks, "refuses what is permitted");
            return;
        }
        require(walk.isOnlyAsking() || (walk.wanted() & ~walk.granted()) == 0, "does not grant what it lets pass");
        require(walk.physical() >>> 52 == 0, "an address of more than 52 bits");
        boolean mapped = false;
        for (int level = 1; level <= 3; level++) {
            mapped |= format.entries().mapsAt(level) && walk.pageShift() == format.entries().shift(level);
        }
        require(mapped, "a page of no such size");
        require(walk.contiguousShift() >= walk.pageShift(), "a run shorter than a page");
    }
}
