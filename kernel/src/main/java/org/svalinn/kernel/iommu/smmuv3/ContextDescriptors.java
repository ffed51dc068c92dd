package org.svalinn.kernel.iommu.smmuv3;

import static org.svalinn.kernel.iommu.smmuv3.CommandQueue.CFGI_CD;

import org.svalinn.kernel.design.Omission;
import org.svalinn.kernel.design.Variant;
import org.svalinn.machine.memory.Ram;
import org.svalinn.machine.memory.Use;

/**
 * The context descriptors of all devices: {@code arm_smmu_write_ctx_desc()}, a method for each of its cases. 64 bits
 * of one change at once (3.21.3), and then the SMMU is told.
 */
final class ContextDescriptors {
    /** A table for PASIDs below 64. */
    static final int LOG2_ENTRIES = 6;
    static final int MAX_PASID = (1 << LOG2_ENTRIES) - 1;
    private static final int CD_BYTES = 64;
    /** AA64, IPS of 48 bits, EPD1, SH0, ORGN0, IRGN0, T0SZ: of an address space of 48 bits in pages of 4 KiB. */
    private static final long CD_TCR = 1L << 41 | 5L << 32 | 1L << 30 | 3 << 12 | 1 << 10 | 1 << 8 | 16;
    private static final long CD_VALID = 1L << 31;
    private static final long CD_WALKS_DISABLED = 1L << 14;
    private static final long CD_ABORT = 1L << 46;
    private static final long CD_RECORD = 1L << 45;
    private static final long CD_STALL = 1L << 44;
    private static final int CD_ASID_SHIFT = 48;
    private static final long CD_ASID = 0xffffL << CD_ASID_SHIFT;
    /** MAIR_EL1 as Linux has it. */
    private static final long MAIR = 0x04_0044_ffffL;

    private static final long LEAF = 1;
    private static final int SSID_SHIFT = 12;

    private static final Use CONTEXT = Use.of(Use.Kind.SOFTWARE, "arm_smmu_write_ctx_desc");
    private static final Use REUSE = Use.of(Use.Kind.SOFTWARE, "looks whether a PASID is in a table");

    private final Variant variant;
    private final Ram ram;
    private final CommandQueue commands;

    ContextDescriptors(Variant variant, Ram ram, CommandQueue commands) {
        this.variant = variant;
        this.ram = ram;
        this.commands = commands;
    }

    /** Makes it valid; of one that is valid, changes the ASID. */
    void write(Master master, int pasid, SharedContext context) {
        long descriptor = descriptor(master, pasid);
        long asid = (long) context.asid << CD_ASID_SHIFT;
        long old = ram.peek(descriptor, 8);
        if ((old & CD_VALID) != 0) {
            writeFirst(master, pasid, old & ~CD_ASID | asid);
            return;
        }
        ram.write(descriptor + 8, 8, context.mm.pages().root(), CONTEXT);
        ram.write128(descriptor + 16, 0, MAIR, CONTEXT);
        // The entry of the stream table is live: all else is to be seen before what makes the descriptor valid
        sync(master, pasid);
        long stall = master.stalls() ? CD_STALL : 0;
        writeFirst(master, pasid, CD_TCR | CD_RECORD | CD_ABORT | stall | asid | CD_VALID);
    }

    /** {@code quiet_cd}: DMA may still be running, so it stays valid, lest there be C_BAD_CD events. */
    void quiet(Master master, int pasid) {
        long old = ram.peek(descriptor(master, pasid), 8);
        writeFirst(master, pasid, (old | CD_WALKS_DISABLED) & ~(CD_STALL | CD_RECORD));
    }

    /** It is valid no more. */
    void clear(Master master, int pasid) {
        if (variant.does(Omission.TEAR_DOWN)) {
            writeFirst(master, pasid, 0);
        }
    }

    private void writeFirst(Master master, int pasid, long value) {
        ram.write(descriptor(master, pasid), 8, value, CONTEXT);
        sync(master, pasid);
    }

    private static long descriptor(Master master, int pasid) {
        if (pasid < 1 || pasid > MAX_PASID) {
            throw new IllegalArgumentException("this driver's PASIDs are 1 to 63, not " + pasid);
        }
        return master.contexts() + (long) pasid * CD_BYTES;
    }

    /** {@code arm_smmu_sync_cd()}. */
    private void sync(Master master, int pasid) {
        if (variant.does(Omission.PASID_INVALIDATION)) {
            commands.issueWithSync(CFGI_CD | (long) pasid << SSID_SHIFT | master.stream(), LEAF);
        }
    }

    /** Whether it is valid: a step. */
    boolean isValid(Master master, int pasid) {
        return (ram.read(descriptor(master, pasid), 8, REUSE) & CD_VALID) != 0;
    }
}
