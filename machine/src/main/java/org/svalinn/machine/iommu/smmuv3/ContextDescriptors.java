package org.svalinn.machine.iommu.smmuv3;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.svalinn.machine.memory.PhysicalMemory;
import org.svalinn.machine.memory.Use;

/**
 * Context descriptors (3.3.2, 5.3, 5.4): one, a linear table or one of two levels, in the address space of stage 2
 * where there is one; and those of them that the SMMU has cached, valid or not. An L1CD is read anew each time. A CD is
 * read as words of 64 bits, the highest first, each a step.
 */
final class ContextDescriptors {
    private static final int ENTRIES = 64;
    private static final long ADDRESS = 0x000f_ffff_ffff_f000L;
    private static final Use L1CD = Use.of(Use.Kind.TABLE, "fetches an L1CD (5.3)");
    private static final Use CD = Use.of(Use.Kind.TABLE, "fetches a CD (5.4)");

    private final SmmuIds ids;
    private final PhysicalMemory memory;
    private @Nullable ContextDescriptor[] cached = new ContextDescriptor[0];
    private @Nullable ContextDescriptor[] remembered = new ContextDescriptor[0];

    ContextDescriptors(SmmuIds ids, PhysicalMemory memory) {
        this.ids = ids;
        this.memory = memory;
    }

    static int index(int stream, int substream) {
        return (substream ^ substream >>> 6 ^ stream * 11) & ENTRIES - 1;
    }

    @Nullable ContextDescriptor find(int stream, int substream) {
        if (cached.length == 0) {
            return null;
        }
        ContextDescriptor cd = cached[index(stream, substream)];
        return cd != null && cd.substream == substream && cd.stream == stream ? cd : null;
    }

    void keep(ContextDescriptor cd) {
        if (cached.length == 0) {
            cached = new ContextDescriptor[ENTRIES];
        }
        cached[index(cd.stream, cd.substream)] = cd;
    }

    void forget(int stream, int substream) {
        if (cached.length != 0 && find(stream, substream) != null) {
            cached[index(stream, substream)] = null;
        }
    }

    /** Forgets the CDs of {@code 1 << log2} streams, aligned to their number. */
    void forgetAll(int stream, int log2) {
        for (int i = 0; i < cached.length; i++) {
            ContextDescriptor cd = cached[i];
            if (cd != null && StreamTable.matches(cd.stream, stream, log2)) {
                cached[i] = null;
            }
        }
    }

    /** Fetches the CD of a substream; null with the event in the passage's record when there is none to fetch. */
    @Nullable ContextDescriptor fetch(Passage passage, StreamTableEntry ste, int substream) {
        long address;
        if (ste.contextFormat == 0) {
            address = (ste.contextPointer & -(64L << ste.contextsLog2)) + ((long) substream << 6);
        } else {
            int split = ste.contextFormat == 1 ? 6 : 10;
            int log2Entries = Math.max(ste.contextsLog2 - split, 0);
            long place = (ste.contextPointer & -Math.max(8L << log2Entries, 64)) + ((long) (substream >>> split) << 3);
            place = locate(passage, ste, place);
            if (place == NestedTables.NOWHERE) {
                return null;
            }
            long descriptor = memory.read(place, Long.BYTES, L1CD);
            long table = descriptor & ADDRESS & -(64L << split);
            if ((descriptor & 1) == 0 || table >>> ids.oas() != 0) {
                passage.event.badSubstream(passage.transaction, substream);
                return null;
            }
            address = table + ((long) (substream & (1 << split) - 1) << 6);
        }
        address = locate(passage, ste, address);
        if (address == NestedTables.NOWHERE) {
            return null;
        }
        long dw2 = memory.read(address + 16, Long.BYTES, CD);
        long dw1 = memory.read(address + 8, Long.BYTES, CD);
        long dw0 = memory.read(address, Long.BYTES, CD);
        return new ContextDescriptor(ids, ste, substream, dw0, dw1, dw2);
    }

    private long locate(Passage passage, StreamTableEntry ste, long address) {
        long place = address;
        if (ste.stage2) {
            place = passage.nested.throughStage2(address, false, EventRecord.CLASS_CD);
            if (place == NestedTables.NOWHERE) {
                return NestedTables.NOWHERE;
            }
        }
        if (!memory.contains(place)) {
            passage.event.fetch(EventRecord.F_CD_FETCH, passage.transaction, place);
            return NestedTables.NOWHERE;
        }
        return place;
    }

    void snapshot() {
        remembered = cached.clone();
    }

    void restore() {
        if (remembered.length != 0) {
            System.arraycopy(remembered, 0, cached, 0, ENTRIES);
        } else {
            Arrays.fill(cached, null);
        }
    }
}
