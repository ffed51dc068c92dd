package org.svalinn.machine.paging;

import org.svalinn.machine.iommu.Access;

/**
 * VMSAv8-64 translation of one stage (Arm DDI 0487, D8; for an SMMU, IHI 0070, 3.4). How the tables are to be read is
 * an {@link AArch64Format}. For two stages, the {@link TableMemory} of the first translates the addresses of its
 * tables by the second, and whoever drives the walks sends the result through the second again.
 *
 * <p>Where an entry has several faults, they are found in the architecture's order: translation, address size, access
 * flag, permission (D8.14). An encoding that is reserved at its level is an invalid entry, not a fault of its own.
 * Bits that are RES0 are ignored, as hardware does.
 *
 * <p>The access flag and the dirty state change by one atomic update of the last entry, and only if the access is
 * permitted. A page whose DBM bit makes it writable is {@link Walk#permitted} to be written, but {@link Walk#granted}
 * only once it is marked. Attributes of memory (AttrIndx, SH, MemAttr) and NS stay in {@link Walk#leaf}.
 */
public final class AArch64Walker implements Walker {
    static final long VALID = 1;
    static final long TABLE_OR_PAGE = 1L << 1;

    /** AF: somebody has used the page. */
    public static final long ACCESS_FLAG = 1L << 10;

    /** DBM: hardware may make the page writable at the first write. */
    public static final long DBM = 1L << 51;

    static final long CONTIGUOUS = 1L << 52;

    /** Bits 47:12 of an output address, in every kind of entry; the granule or block takes off lower ones. */
    static final long OUTPUT = 0x0000_ffff_ffff_f000L;

    /** With FEAT_LPA and the 64 KiB granule, bits 51:48 of the output address. */
    static final long OUTPUT_HIGH = 0xf000;

    static final int OUTPUT_HIGH_SHIFT = 48 - 12;

    // Stage 1

    /** AP[1]: unprivileged accesses too. */
    public static final long AP_UNPRIVILEGED = 1L << 6;

    /** AP[2]: nobody writes. */
    static final long AP_READ_ONLY = 1L << 7;

    /** nG: the translation belongs to an ASID. */
    public static final long NOT_GLOBAL = 1L << 11;

    static final long PXN = 1L << 53;
    static final long UXN = 1L << 54;

    /** APTable[0]: no unprivileged accesses below. */
    static final long APTABLE_PRIVILEGED = 1L << 61;

    /** APTable[1]: nobody writes below. */
    static final long APTABLE_READ_ONLY = 1L << 62;

    static final long UXNTABLE = 1L << 60;
    static final long PXNTABLE = 1L << 59;

    // Stage 2

    static final long S2AP_READ = 1L << 6;
    static final long S2AP_WRITE = 1L << 7;

    /** XN[0]: with XN[1], whether it is the other privilege that may not execute. */
    static final long S2XN_0 = 1L << 53;

    static final long S2XN_1 = 1L << 54;

    // What upper levels take away.
    private static final int PRIVILEGED_ONLY = 1;
    private static final int READ_ONLY = 2;
    private static final int NO_UNPRIVILEGED_EXECUTE = 4;
    private static final int NO_PRIVILEGED_EXECUTE = 8;

    /** Where Arm's level 0 is: faults of a table's base address are reported there (D8.14). */
    private static final int BASE_FAULT_LEVEL = 4;

    @Override
    public void walk(Walk walk) {
        long format = walk.format();
        long address = walk.address();
        int top = AArch64Format.topLevel(format);
        if (!isInRange(format, address)) {
            walk.fail(WalkFault.ADDRESS_RANGE, top);
            return;
        }
        TableMemory tables = walk.tables();
        long table = walk.table();
        int granule = AArch64Format.granuleShift(format);
        int outputBits = AArch64Format.outputBits(format);
        long input = address & (1L << AArch64Format.inputBits(format)) - 1;
        if (walk.level() == top) {
            table &= -AArch64Format.topAlignment(format);
            if (table >>> outputBits != 0) {
                walk.fail(WalkFault.OUTPUT_SIZE, BASE_FAULT_LEVEL);
                return;
            }
        } else {
            table &= -1L << granule;
        }
        int taken = walk.takenAway();
        for (int level = walk.level(); ; level--) {
            walk.visit(level, table, taken);
            int shift = granule + (granule - 3) * (level - 1);
            long index = input >>> shift;
            if (level != top) {
                index &= (1L << granule - 3) - 1;
            }
            long entryAddress = table + index * Long.BYTES;
            walk.reads(entryAddress);
            long place = tables.locate(entryAddress, false);
            if (place == TableMemory.NOWHERE) {
                walk.fail(WalkFault.TABLE_ABORT, level);
                return;
            }
            long entry = tables.readEntry(place);
            if ((entry & VALID) != 0 && (entry & TABLE_OR_PAGE) != 0 && level > 1) {
                table = output(format, entry) & -1L << granule;
                if (table >>> outputBits != 0) {
                    walk.fail(WalkFault.OUTPUT_SIZE, level);
                    return;
                }
                taken |= takes(format, entry);
                continue;
            }
            while (true) {
                long marked = end(walk, entry, level, shift, taken);
                if (walk.fault() != WalkFault.NONE || marked == entry) {
                    return;
                }
                long found = X86Walker.mark(walk, entryAddress, entry, marked, level);
                if (walk.fault() != WalkFault.NONE || found == entry) {
                    return;
                }
                entry = found;
                if ((entry & VALID) != 0 && (entry & TABLE_OR_PAGE) != 0 && level > 1) {
                    // Software put a table in the block's place meanwhile: read it again, as a table.
                    level++;
                    break;
                }
            }
        }
    }

    static boolean isInRange(long format, long address) {
        int unused = 64 - AArch64Format.inputBits(format);
        long high = (format & AArch64Format.TBI) != 0 ? address << 8 >> 8 : address;
        return (format & AArch64Format.UPPER) != 0 ? high >> 64 - unused == -1 : high >>> 64 - unused == 0;
    }

    private static long output(long format, long entry) {
        long output = entry & OUTPUT;
        if (AArch64Format.granuleShift(format) == 16) {
            output &= ~OUTPUT_HIGH;
            if ((format & AArch64Format.LPA) != 0) {
                output |= (entry & OUTPUT_HIGH) << OUTPUT_HIGH_SHIFT;
            }
        }
        return output;
    }

    /** D8.4: hierarchical control of permissions; stage 2 has none. */
    private static int takes(long format, long entry) {
        if ((format & (AArch64Format.HPD | AArch64Format.STAGE_2)) != 0) {
            return 0;
        }
        int taken = (entry & UXNTABLE) != 0 ? NO_UNPRIVILEGED_EXECUTE : 0;
        if ((entry & PXNTABLE) != 0) {
            taken |= NO_PRIVILEGED_EXECUTE;
        }
        if ((entry & APTABLE_PRIVILEGED) != 0) {
            taken |= PRIVILEGED_ONLY;
        }
        return (entry & APTABLE_READ_ONLY) != 0 ? taken | READ_ONLY : taken;
    }

    /** Comes to what is not a table: gives the entry of a page or block as it is to become, or a fault. */
    private static long end(Walk walk, long entry, int level, int shift, int taken) {
        long format = walk.format();
        boolean isPage = (entry & TABLE_OR_PAGE) != 0;
        if ((entry & VALID) == 0 || isPage != (level == 1) || !AArch64Format.mapsAt(format, level)) {
            walk.fail(WalkFault.NOT_PRESENT, level);
            return entry;
        }
        long offset = (1L << shift) - 1;
        long page = output(format, entry) & ~offset;
        if (page >>> AArch64Format.outputBits(format) != 0) {
            walk.fail(WalkFault.OUTPUT_SIZE, level);
            return entry;
        }
        boolean setsFlag = (format & AArch64Format.HA) != 0;
        if ((entry & ACCESS_FLAG) == 0 && !setsFlag && (format & AArch64Format.AFFD) == 0) {
            walk.fail(WalkFault.ACCESS_FLAG, level);
            return entry;
        }
        boolean stage2 = (format & AArch64Format.STAGE_2) != 0;
        boolean onePrivilege = (format & AArch64Format.ONE_PRIVILEGE) != 0;
        int contiguous = (entry & CONTIGUOUS) != 0
                ? shift + AArch64Format.contiguousShift(AArch64Format.granuleShift(format), level)
                : shift;
        boolean isUserPage = stage2
                || !onePrivilege && (entry & AP_UNPRIVILEGED) != 0 && (taken & PRIVILEGED_ONLY) == 0;
        boolean isGlobal = !stage2 && !onePrivilege && (entry & NOT_GLOBAL) == 0;
        walk.arrive(page | walk.address() & offset, shift, contiguous, isGlobal, isUserPage, entry);

        long writeBit = stage2 ? S2AP_WRITE : AP_READ_ONLY;
        boolean writableNow = stage2 == ((entry & writeBit) != 0);
        boolean marksWrites = setsFlag && (format & AArch64Format.HD) != 0 && (entry & DBM) != 0;
        boolean writable = writableNow || marksWrites;
        int permitted = stage2
                ? stage2Permitted(walk, entry, writable)
                : stage1Permitted(walk, entry, writable && (taken & READ_ONLY) == 0, isUserPage, taken);
        int wanted = walk.wanted();
        if ((wanted & ~permitted) != 0 && !walk.isOnlyAsking()) {
            walk.grant(permitted, 0, entry);
            walk.fail(WalkFault.PERMISSION, level);
            return entry;
        }
        long marked = setsFlag && (wanted & permitted) != 0 ? entry | ACCESS_FLAG : entry;
        if (!writableNow && (wanted & permitted & Access.WRITE) != 0) {
            marked ^= writeBit;
            writableNow = true;
        }
        boolean marksFlag = setsFlag && (marked & ACCESS_FLAG) == 0;
        int now = writableNow ? permitted : permitted & ~Access.WRITE;
        walk.grant(permitted, marksFlag ? 0 : now, marked);
        return marked;
    }

    /** D8.4: direct permissions of stage 1, what the tables above take away of them, WXN and PAN. */
    private static int stage1Permitted(Walk walk, long entry, boolean writable, boolean isUserPage, int taken) {
        long format = walk.format();
        boolean wxn = (format & AArch64Format.WXN) != 0;
        int data = writable ? Access.READ | Access.WRITE : Access.READ;
        boolean executable;
        if ((format & AArch64Format.ONE_PRIVILEGE) != 0) {
            executable = (entry & UXN) == 0 && (taken & NO_UNPRIVILEGED_EXECUTE) == 0 && !(wxn && writable);
        } else if (walk.isPrivileged()) {
            // What unprivileged software can write, privileged software never executes.
            executable = (entry & PXN) == 0
                    && (taken & NO_PRIVILEGED_EXECUTE) == 0
                    && !(isUserPage && writable)
                    && !(wxn && writable);
            if (isUserPage && (format & AArch64Format.PAN) != 0) {
                data = 0;
            }
        } else {
            if (!isUserPage) {
                data = 0;
            }
            executable = (entry & UXN) == 0
                    && (taken & NO_UNPRIVILEGED_EXECUTE) == 0
                    && !(wxn && writable && isUserPage);
        }
        return executable ? data | Access.EXECUTE : data;
    }

    /** D8.4: permissions of stage 2. What cannot be read cannot be executed. */
    private static int stage2Permitted(Walk walk, long entry, boolean writable) {
        int permitted = (entry & S2AP_READ) != 0 ? Access.READ : 0;
        boolean never = (entry & S2XN_1) != 0;
        if ((walk.format() & AArch64Format.XNX) != 0 && (entry & S2XN_0) != 0) {
            // 01: unprivileged only; 11: privileged only.
            never = ((entry & S2XN_1) != 0) != walk.isPrivileged();
        }
        if (permitted != 0 && !never) {
            permitted |= Access.EXECUTE;
        }
        return writable ? permitted | Access.WRITE : permitted;
    }
}
