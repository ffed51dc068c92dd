package org.svalinn.machine.iommu.smmuv3;

import org.jspecify.annotations.Nullable;
import org.svalinn.machine.iommu.Access;
import org.svalinn.machine.memory.PhysicalMemory;
import org.svalinn.machine.memory.Use;
import org.svalinn.machine.paging.AArch64Format;
import org.svalinn.machine.paging.AArch64Walker;
import org.svalinn.machine.paging.TableMemory;
import org.svalinn.machine.paging.Walk;
import org.svalinn.machine.paging.WalkFault;

/**
 * Stage 2 under stage 1: where the tables of stage 1, and context descriptors, are intermediate physical addresses. It
 * belongs to one passage; what stage 2 refuses stands in the passage's event record.
 */
final class NestedTables implements TableMemory {
    static final long NOWHERE = TableMemory.NOWHERE;

    private static final Use TABLE = Use.of(Use.Kind.WALK, "walks a translation table of stage 1");

    private final PhysicalMemory memory;
    private final AArch64Walker walker;
    private @Nullable Passage passage;

    /** Whether stage 2 is why {@link #locate} last gave {@link #NOWHERE}. */
    boolean isRefused;

    /** The physical address that {@link #locate} last found, whether or not there is memory. */
    long place;

    NestedTables(PhysicalMemory memory, AArch64Walker walker) {
        this.memory = memory;
        this.walker = walker;
    }

    void of(Passage owner) {
        passage = owner;
    }

    private Passage passage() {
        Passage owner = passage;
        if (owner == null) {
            throw new IllegalStateException("belongs to no passage");
        }
        return owner;
    }

    @Override
    public long locate(long address, boolean forUpdate) {
        Passage owner = passage();
        StreamTableEntry ste = owner.ste;
        isRefused = false;
        if (ste == null || !ste.stage2) {
            return memory.contains(address) ? address : NOWHERE;
        }
        place = throughStage2(address, forUpdate, EventRecord.CLASS_TT);
        if (place == NOWHERE) {
            isRefused = true;
            return NOWHERE;
        }
        return memory.contains(place) ? place : NOWHERE;
    }

    @Override
    public long readEntry(long physical) {
        return memory.read(physical, Long.BYTES, TABLE);
    }

    @Override
    public long updateEntry(long physical, long expected, long value) {
        return memory.compareExchange(physical, Long.BYTES, expected, value, TABLE);
    }

    /**
     * Translates the address of a table or descriptor by stage 2; {@link #NOWHERE} with the event in the passage's
     * record.
     */
    long throughStage2(long ipa, boolean forUpdate, int accessClass) {
        Passage owner = passage();
        StreamTableEntry ste = owner.ste;
        if (ste == null) {
            throw new IllegalStateException("no STE");
        }
        Walk inner = owner.inner.as(ste.s2format);
        inner.begin(
                ste.s2table,
                AArch64Format.topLevel(ste.s2format),
                ipa,
                forUpdate ? Access.READ | Access.WRITE : Access.READ,
                true);
        walker.walk(inner);
        if (inner.fault() == WalkFault.NONE) {
            return inner.physical();
        }
        Faults.record(owner, inner, true, accessClass, ipa);
        return NOWHERE;
    }
}
