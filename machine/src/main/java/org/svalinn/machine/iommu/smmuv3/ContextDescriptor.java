package org.svalinn.machine.iommu.smmuv3;

import org.svalinn.machine.paging.AArch64Format;

/** A CD (5.4) as it was fetched, decoded. It does not change: what has changed in memory is another one. */
final class ContextDescriptor {
    private static final long TABLE = 0x000f_ffff_ffff_fff0L;

    /** V is 0, or the contents are ILLEGAL (5.4.2): C_BAD_CD. */
    final boolean illegal;

    final int asid;
    /** ASET: set for an address space that is the SMMU's alone, so that broadcast invalidation by ASID passes it by. */
    final boolean asidPrivate;

    final boolean stall;
    final boolean record;
    final boolean abort;

    final long table0;
    final long table1;
    final boolean disabled0;
    final boolean disabled1;
    final boolean topByteIgnored0;
    final boolean topByteIgnored1;
    /** How TTB0's tables are read, see {@link AArch64Format}; 0 where walks through it are disabled. */
    final long format0;
    /** The same for TTB1. */
    final long format1;

    final int stream;
    final int substream;

    ContextDescriptor(SmmuIds ids, StreamTableEntry ste, int substream, long dw0, long dw1, long dw2) {
        stream = ste.stream;
        this.substream = substream;
        asid = (int) (dw0 >>> 48) & 0xffff;
        asidPrivate = (dw0 & 1L << 47) != 0;
        abort = (dw0 & 1L << 46) != 0;
        record = (dw0 & 1L << 45) != 0;
        stall = (dw0 & 1L << 44) != 0;
        topByteIgnored1 = (dw0 & 1L << 39) != 0;
        topByteIgnored0 = (dw0 & 1L << 38) != 0;
        int outputSize = Math.min(SmmuIds.addressSize((int) (dw0 >>> 32) & 0b111), ids.oas());
        disabled0 = (dw0 & 1L << 14) != 0;
        // EL2 without E2H has one table only: TTB1 and what belongs to it are ignored (5.4).
        boolean oneTable = ste.world == StreamTableEntry.EL2;
        disabled1 = oneTable || (dw0 & 1L << 30) != 0;
        int t0sz = (int) dw0 & 0x3f;
        int t1sz = (int) (dw0 >>> 16) & 0x3f;
        int granule0 = StreamTableEntry.granule((int) (dw0 >>> 6) & 0b11);
        int granule1 = granule1((int) (dw0 >>> 22) & 0b11);
        table0 = dw1 & TABLE;
        table1 = dw2 & TABLE;
        illegal = isIllegal(ids, ste, dw0)
                || !disabled0 && isHalfIllegal(ids, granule0, t0sz, table0, outputSize)
                || !disabled1 && isHalfIllegal(ids, granule1, t1sz, table1, outputSize);
        long flags = flags(ids, dw0, oneTable);
        boolean had = ids.has3(SmmuIds.IDR3_HAD);
        long flags0 = flags | (had && (dw1 & 0b10) != 0 ? AArch64Format.HPD : 0)
                | (topByteIgnored0 ? AArch64Format.TBI : 0);
        long flags1 = flags | AArch64Format.UPPER | (had && (dw2 & 0b10) != 0 ? AArch64Format.HPD : 0)
                | (topByteIgnored1 ? AArch64Format.TBI : 0);
        format0 = illegal || disabled0 ? 0 : AArch64Format.stage1(granule0, 64 - t0sz, outputSize, flags0);
        format1 = illegal || disabled1 ? 0 : AArch64Format.stage1(granule1, 64 - t1sz, outputSize, flags1);
    }

    /** What HA, HD, AFFD, WXN and PAN ask of walks. UWXN is for AArch32 tables only. */
    private static long flags(SmmuIds ids, long dw0, boolean onePrivilege) {
        long flags = onePrivilege ? AArch64Format.ONE_PRIVILEGE : 0;
        if ((dw0 & 1L << 43) != 0 && ids.httu() != 0) {
            flags |= AArch64Format.HA;
            if ((dw0 & 1L << 42) != 0 && ids.httu() == 2) {
                flags |= AArch64Format.HD;
            }
        }
        flags |= (dw0 & 1L << 40) != 0 ? AArch64Format.PAN : 0;
        flags |= (dw0 & 1L << 36) != 0 ? AArch64Format.WXN : 0;
        return (dw0 & 1L << 35) != 0 ? flags | AArch64Format.AFFD : flags;
    }

    /** Table 5.4.2, Validity of CD. */
    private boolean isIllegal(SmmuIds ids, StreamTableEntry ste, long dw0) {
        boolean valid = (dw0 & 1L << 31) != 0;
        boolean aarch64 = (dw0 & 1L << 41) != 0;
        boolean bigEndian = (dw0 & 1L << 15) != 0;
        if (!valid || !aarch64 || bigEndian && !(disabled0 && disabled1)) {
            return true;
        }
        boolean wantsAccess = (dw0 & 1L << 43) != 0;
        boolean wantsDirty = (dw0 & 1L << 42) != 0;
        if (wantsAccess && ids.httu() == 0 || wantsDirty && ids.httu() != 2) {
            return true;
        }
        boolean hasAsid = ste.world != StreamTableEntry.EL2;
        if (!abort && ids.abortOnly() || hasAsid && asid > 0xff && !ids.has0(SmmuIds.IDR0_ASID16)) {
            return true;
        }
        return switch (ids.stallModel()) {
            case 0 -> stall && ste.stage1StallDisabled;
            case 1 -> stall;
            default -> !stall;
        };
    }

    private static boolean isHalfIllegal(SmmuIds ids, int granule, int txsz, long table, int outputSize) {
        return !ids.hasGranule(granule) || txsz < ids.smallestTxSz(granule) || txsz > 39 || table >>> outputSize != 0
                || !AArch64Format.isPossible(granule, 64 - txsz, outputSize, 0);
    }

    private static int granule1(int tg) {
        return switch (tg) {
            case 0b01 -> 14;
            case 0b10 -> 12;
            case 0b11 -> 16;
            default -> 0;
        };
    }
}
