package org.svalinn.machine.iommu.smmuv3;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.svalinn.machine.memory.PhysicalMemory;
import org.svalinn.machine.memory.Use;

/**
 * The stream table (3.3.1, 5.1, 5.2): linear or of two levels, and the STEs of it that the SMMU has cached, valid or
 * not. An L1STD is read anew each time. An STE is read as words of 64 bits, the highest first, each a step: software
 * that makes it valid before the rest of it is in place is seen to have done so.
 */
final class StreamTable {
    private static final int ENTRIES = 32;
    private static final long ADDRESS = 0x000f_ffff_ffff_ffc0L;
    private static final Use L1STD = Use.of(Use.Kind.TABLE, "fetches an L1STD (5.1)");
    private static final Use STE = Use.of(Use.Kind.TABLE, "fetches an STE (5.2)");

    private final SmmuIds ids;
    private final PhysicalMemory memory;
    private @Nullable StreamTableEntry[] cached = new StreamTableEntry[0];
    private @Nullable StreamTableEntry[] remembered = new StreamTableEntry[0];

    private long base;
    private int baseConfiguration;
    private long rememberedBase;
    private int rememberedBaseConfiguration;

    StreamTable(SmmuIds ids, PhysicalMemory memory) {
        this.ids = ids;
        this.memory = memory;
    }

    // Registers

    long base() {
        return base;
    }

    /** SMMU_STRTAB_BASE (6.3.24): RA and ADDR. */
    void base(long register) {
        base = register & (1L << 62 | ADDRESS);
    }

    int baseConfiguration() {
        return baseConfiguration;
    }

    /** SMMU_STRTAB_BASE_CFG (6.3.25): FMT, SPLIT and LOG2SIZE. */
    void baseConfiguration(int register) {
        baseConfiguration = register & (0b11 << 16 | 0x1f << 6 | 0x3f);
    }

    private int log2Size() {
        return Math.min(baseConfiguration & 0x3f, ids.sidSize());
    }

    private boolean isTwoLevel() {
        return ids.has0(SmmuIds.IDR0_ST_TWO_LEVELS) && (baseConfiguration >>> 16 & 0b11) == 0b01;
    }

    /** SPLIT, of which reserved values behave as 6. */
    private int split() {
        int split = baseConfiguration >>> 6 & 0x1f;
        return split == 8 || split == 10 ? split : 6;
    }

    // Cache

    static int index(int stream) {
        return (stream ^ stream >>> 5) & ENTRIES - 1;
    }

    @Nullable StreamTableEntry find(int stream) {
        if (cached.length == 0) {
            return null;
        }
        StreamTableEntry entry = cached[index(stream)];
        return entry != null && entry.stream == stream ? entry : null;
    }

    void keep(StreamTableEntry entry) {
        if (cached.length == 0) {
            cached = new StreamTableEntry[ENTRIES];
        }
        cached[index(entry.stream)] = entry;
    }

    /** Forgets the STEs of {@code 1 << log2} streams, aligned to their number. */
    void forget(int stream, int log2) {
        for (int i = 0; i < cached.length; i++) {
            StreamTableEntry entry = cached[i];
            if (entry != null && matches(entry.stream, stream, log2)) {
                cached[i] = null;
            }
        }
    }

    static boolean matches(int stream, int with, int log2) {
        return log2 >= 32 || stream >>> log2 == with >>> log2;
    }

    // Lookup

    /** Fetches an STE; null with the event in the passage's record when there is none to fetch. */
    @Nullable StreamTableEntry fetch(Passage passage, boolean e2h) {
        int stream = passage.requester;
        if (log2Size() < 32 && stream >>> log2Size() != 0) {
            passage.event.configuration(EventRecord.C_BAD_STREAMID, passage.transaction);
            return null;
        }
        long address;
        if (isTwoLevel()) {
            int split = split();
            int log2Entries = Math.max(log2Size() - split, 0);
            long place = (base & ADDRESS & -Math.max(8L << log2Entries, 64)) + ((long) (stream >>> split) << 3);
            if (!memory.contains(place)) {
                passage.event.fetch(EventRecord.F_STE_FETCH, passage.transaction, place);
                return null;
            }
            long descriptor = memory.read(place, Long.BYTES, L1STD);
            int span = (int) descriptor & 0x1f;
            int within = stream & (1 << split) - 1;
            if (span == 0 || span > split + 1 || within >>> span - 1 != 0) {
                passage.event.configuration(EventRecord.C_BAD_STREAMID, passage.transaction);
                return null;
            }
            address = (descriptor & ADDRESS & -(64L << span - 1)) + ((long) within << 6);
        } else {
            address = (base & ADDRESS & -(64L << log2Size())) + ((long) stream << 6);
        }
        if (!memory.contains(address)) {
            passage.event.fetch(EventRecord.F_STE_FETCH, passage.transaction, address);
            return null;
        }
        long dw3 = memory.read(address + 24, Long.BYTES, STE);
        long dw2 = memory.read(address + 16, Long.BYTES, STE);
        long dw1 = memory.read(address + 8, Long.BYTES, STE);
        long dw0 = memory.read(address, Long.BYTES, STE);
        return new StreamTableEntry(ids, e2h, stream, dw0, dw1, dw2, dw3);
    }

    // Hardware

    void snapshot() {
        remembered = cached.clone();
        rememberedBase = base;
        rememberedBaseConfiguration = baseConfiguration;
    }

    void restore() {
        if (remembered.length != 0) {
            System.arraycopy(remembered, 0, cached, 0, ENTRIES);
        } else {
            Arrays.fill(cached, null);
        }
        base = rememberedBase;
        baseConfiguration = rememberedBaseConfiguration;
    }
}
