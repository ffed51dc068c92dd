package org.svalinn.machine.paging;

import static org.svalinn.machine.paging.AArch64Walker.AP_READ_ONLY;
import static org.svalinn.machine.paging.AArch64Walker.AP_UNPRIVILEGED;
import static org.svalinn.machine.paging.AArch64Walker.CONTIGUOUS;
import static org.svalinn.machine.paging.AArch64Walker.DBM;
import static org.svalinn.machine.paging.AArch64Walker.OUTPUT;
import static org.svalinn.machine.paging.AArch64Walker.OUTPUT_HIGH;
import static org.svalinn.machine.paging.AArch64Walker.OUTPUT_HIGH_SHIFT;
import static org.svalinn.machine.paging.AArch64Walker.PXN;
import static org.svalinn.machine.paging.AArch64Walker.S2AP_READ;
import static org.svalinn.machine.paging.AArch64Walker.S2AP_WRITE;
import static org.svalinn.machine.paging.AArch64Walker.S2XN_0;
import static org.svalinn.machine.paging.AArch64Walker.S2XN_1;
import static org.svalinn.machine.paging.AArch64Walker.TABLE_OR_PAGE;
import static org.svalinn.machine.paging.AArch64Walker.UXN;
import static org.svalinn.machine.paging.AArch64Walker.VALID;

import org.svalinn.machine.iommu.Access;

/**
 * Entries of VMSAv8-64 tables. At stage 1, a page is for unprivileged accesses if the attribute
 * {@link AArch64Walker#AP_UNPRIVILEGED} is given, and then never executed with privilege; otherwise it is privileged
 * software's alone. A page without {@link AArch64Walker#ACCESS_FLAG} faults where hardware does not set it. Where
 * hardware manages the dirty state (HA and HD), a page that may be written has DBM, and starts clean.
 *
 * @param format of {@link AArch64Format}
 */
public record AArch64Entries(long format) implements Entries {
    /** One of the bits 58:55 that are software's (DDI 0487, D8.3). */
    private static final long SOFTWARE_DIRTY = 1L << 55;

    @Override
    public int topLevel() {
        return AArch64Format.topLevel(format);
    }

    @Override
    public int count(int level) {
        return level == topLevel() ? AArch64Format.topEntries(format) : 1 << AArch64Format.granuleShift(format) - 3;
    }

    @Override
    public int shift(int level) {
        return AArch64Format.shift(format, level);
    }

    @Override
    public boolean covers(long address, long bytes) {
        return AArch64Walker.isInRange(format, address)
                && AArch64Walker.isInRange(format, address + bytes - 1)
                && (address ^ address + bytes - 1) >= 0;
    }

    @Override
    public boolean mapsAt(int level) {
        return AArch64Format.mapsAt(format, level);
    }

    @Override
    public int contiguous(int level) {
        return 1 << AArch64Format.contiguousShift(AArch64Format.granuleShift(format), level);
    }

    @Override
    public long contiguousBit() {
        return CONTIGUOUS;
    }

    @Override
    public long table(long address) {
        return address(address) | VALID | TABLE_OR_PAGE;
    }

    @Override
    public long page(int level, long physical, int access, long attributes) {
        long clean = AArch64Format.isStage2(format) ? 0 : AP_READ_ONLY;
        return protect(address(physical) | attributes | VALID | clean | (level == 1 ? TABLE_OR_PAGE : 0), access);
    }

    @Override
    public long protect(long entry, int access) {
        boolean reads = (access & Access.READ) != 0;
        boolean writes = (access & Access.WRITE) != 0;
        boolean executes = (access & Access.EXECUTE) != 0;
        if (!reads && (executes || !AArch64Format.isStage2(format))) {
            throw new IllegalArgumentException("AArch64 entries are not made to permit just " + Access.text(access));
        }
        long writable = writable(entry, writes);
        if (AArch64Format.isStage2(format)) {
            long without = writable & ~(S2AP_READ | S2XN_0 | S2XN_1);
            return without | (reads ? S2AP_READ : 0) | (executes ? 0 : S2XN_1);
        }
        boolean unprivileged = (entry & AP_UNPRIVILEGED) != 0 || (format & AArch64Format.ONE_PRIVILEGE) != 0;
        long never = unprivileged ? PXN | (executes ? 0 : UXN) : UXN | (executes ? 0 : PXN);
        return writable & ~(UXN | PXN) | never;
    }

    /**
     * The same entry, writable or not; a page that becomes read-only keeps in a bit of software's own that it is
     * dirty.
     */
    private long writable(long entry, boolean writes) {
        boolean stage2 = AArch64Format.isStage2(format);
        long read = stage2 ? entry & ~S2AP_WRITE : entry | AP_READ_ONLY;
        if (!tracksWrites()) {
            return writes ? stage2 ? entry | S2AP_WRITE : entry & ~AP_READ_ONLY : read;
        }
        if (writes) {
            return entry | DBM;
        }
        return (isDirty(entry) ? read | SOFTWARE_DIRTY : read) & ~DBM;
    }

    @Override
    public boolean isDirty(long entry) {
        boolean writable = AArch64Format.isStage2(format) == ((entry & S2AP_WRITE) != 0);
        return writable || tracksWrites() && (entry & SOFTWARE_DIRTY) != 0;
    }

    private boolean tracksWrites() {
        long both = AArch64Format.HA | AArch64Format.HD;
        return (format & both) == both;
    }

    @Override
    public long smaller(int level, long entry) {
        return level > 2 ? entry : entry | TABLE_OR_PAGE;
    }

    private long address(long physical) {
        long address = physical & OUTPUT;
        if ((format & AArch64Format.LPA) != 0 && AArch64Format.granuleShift(format) == 16) {
            address |= physical >>> OUTPUT_HIGH_SHIFT & OUTPUT_HIGH;
        }
        return address;
    }
}
