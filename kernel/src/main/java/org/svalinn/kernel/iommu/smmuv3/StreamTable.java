package org.svalinn.kernel.iommu.smmuv3;

import static org.svalinn.kernel.iommu.smmuv3.CommandQueue.CFGI_STE;

import org.svalinn.machine.memory.Owner;
import org.svalinn.machine.memory.PageState;
import org.svalinn.machine.memory.Ram;
import org.svalinn.machine.memory.Use;

/**
 * The stream table (5.1, 5.2, 6.3.25), of two levels: an entry for each master, of stage 1, which leads to its context
 * descriptors. The first level is at the beginning of a page that is made before.
 */
final class StreamTable {
    private static final int LOG2_STREAMS = 12;
    private static final int SPLIT = 6;
    private static final int TWO_LEVELS = 1 << 16;
    /** STRTAB_BASE_CFG. */
    static final int CONFIGURATION = TWO_LEVELS | SPLIT << 6 | LOG2_STREAMS;

    private static final long SPAN = SPLIT + 1;
    private static final int STE_BYTES = 64;
    private static final long STE_VALID = 1;
    private static final long STE_STAGE_1 = 0b101 << 1;
    private static final int STE_CONTEXTS_SHIFT = 59;
    /** S1CSH, S1COR, S1CIR: inner shareable, write-back; S1DSS: what has no PASID uses context descriptor 0. */
    private static final long STE_ATTRIBUTES = 3 << 6 | 1 << 4 | 1 << 2 | 2;
    private static final long STE_FULL_ATS = 1 << 28;
    private static final long STE_NO_STALL = 1 << 27;
    private static final long LEAF = 1;

    private static final Use ENTRY = Use.of(Use.Kind.SOFTWARE, "arm_smmu_write_strtab_ent");

    private final Ram ram;
    private final CommandQueue commands;
    private final long firstLevel;

    StreamTable(Ram ram, CommandQueue commands, long firstLevel) {
        this.ram = ram;
        this.commands = commands;
        this.firstLevel = firstLevel;
    }

    /**
     * {@code arm_smmu_write_strtab_ent()}: what makes it valid is written last.
     *
     * @throws IllegalArgumentException if its StreamID is not below 4096
     */
    void write(Master master) {
        int id = master.function().requesterId();
        if (id >>> LOG2_STREAMS != 0) {
            throw new IllegalArgumentException(
                    master.device().name() + ": this driver's StreamIDs are below 4096, not " + id);
        }
        long entry = secondLevel(id >>> SPLIT) + (long) (id & (1 << SPLIT) - 1) * STE_BYTES;
        long ats = master.ats() ? STE_FULL_ATS : 0;
        long stalls = master.stalls() ? 0 : STE_NO_STALL;
        ram.write(entry + 8, 8, STE_ATTRIBUTES | ats | stalls, ENTRY);
        commands.issueWithSync(CFGI_STE | master.stream(), LEAF);
        long contexts = (long) ContextDescriptors.LOG2_ENTRIES << STE_CONTEXTS_SHIFT | master.contexts();
        ram.write(entry, 8, contexts | STE_STAGE_1 | STE_VALID, ENTRY);
        commands.issueWithSync(CFGI_STE | master.stream(), LEAF);
    }

    /** {@code arm_smmu_init_l2_strtab()}. */
    private long secondLevel(int index) {
        long entry = firstLevel + index * 8L;
        if (ram.peek(entry, 8) == 0) {
            ram.write(entry, 8, ram.allocate(PageState.DEVICE_TABLE, Owner.KERNEL) | SPAN, ENTRY);
        }
        return ram.peek(entry, 8) & -Ram.PAGE_SIZE;
    }
}
