package org.svalinn.machine.iommu.smmuv3;

import org.svalinn.machine.paging.AArch64Format;

/** An STE (5.2) as it was fetched, decoded. It does not change: what has changed in memory is another one. */
final class StreamTableEntry {
    /** Translation regimes (StreamWorld, 3.3.3). */
    static final int EL1 = 0;

    static final int EL2 = 1;
    static final int EL2_E2H = 2;

    static final int DSS_TERMINATE = 0;
    static final int DSS_BYPASS = 1;
    static final int DSS_SUBSTREAM_0 = 2;

    static final int EATS_NONE = 0;
    static final int EATS_FULL = 1;
    static final int EATS_SPLIT = 2;

    private static final long POINTER = 0x000f_ffff_ffff_ffc0L;

    /** V is 0, or the contents are ILLEGAL (5.2.2): C_BAD_STE. */
    final boolean illegal;
    /** Config is {@code 0b0xx}. */
    final boolean aborts;

    final boolean stage1;
    final boolean stage2;
    final int world;
    final int vmid;

    final int contextFormat;
    final long contextPointer;
    final int contextsLog2;
    final int defaultSubstream;
    final boolean stage1StallDisabled;
    final int eats;
    final boolean autoResponseWithPasid;
    /** PRIVCFG: 2 unprivileged, 3 privileged, others as it comes. */
    final int privilegeOverride;
    /** INSTCFG: 2 data, 3 instruction, others as it comes. */
    final int instructionOverride;

    final long s2table;
    /** How stage 2's tables are read, see {@link AArch64Format}; 0 without stage 2. */
    final long s2format;

    final boolean s2stall;
    final boolean s2record;

    final int stream;

    StreamTableEntry(SmmuIds ids, boolean e2h, int stream, long dw0, long dw1, long dw2, long dw3) {
        this.stream = stream;
        int config = (int) (dw0 >>> 1) & 0b111;
        aborts = (config & 0b100) == 0;
        stage1 = !aborts && (config & 0b001) != 0;
        stage2 = !aborts && (config & 0b010) != 0;
        contextsLog2 = ids.ssidSize() == 0 ? 0 : (int) (dw0 >>> 59) & 0x1f;
        int format = (int) (dw0 >>> 4) & 0b11;
        contextFormat = contextsLog2 == 0 || format == 0b11 ? 0 : format;
        contextPointer = dw0 & POINTER;
        int dss = (int) dw1 & 0b11;
        defaultSubstream = dss == 0b11 ? DSS_TERMINATE : dss;
        stage1StallDisabled = (dw1 & 1L << 27) != 0;
        autoResponseWithPasid = (dw1 & 1L << 18) != 0;
        privilegeOverride = ids.has1(SmmuIds.IDR1_ATTR_PERMS_OVR) ? (int) (dw1 >>> 48) & 0b11 : 0;
        instructionOverride = ids.has1(SmmuIds.IDR1_ATTR_PERMS_OVR) ? (int) (dw1 >>> 50) & 0b11 : 0;

        int strw = ids.hyp() ? (int) (dw1 >>> 30) & 0b11 : 0;
        world = !stage1 || stage2 || strw == 0 ? EL1 : e2h ? EL2_E2H : EL2;

        vmid = !ids.s2p() ? 0 : (int) dw2 & (ids.has0(SmmuIds.IDR0_VMID16) ? 0xffff : 0xff);
        int t0sz = (int) (dw2 >>> 32) & 0x3f;
        int sl0 = (int) (dw2 >>> 38) & 0b11;
        int granule = granule((int) (dw2 >>> 46) & 0b11);
        int outputSize = Math.min(SmmuIds.addressSize((int) (dw2 >>> 48) & 0b111), ids.oas());
        s2stall = (dw2 & 1L << 57) != 0;
        s2record = (dw2 & 1L << 58) != 0;
        s2table = dw3 & 0x000f_ffff_ffff_fff0L;

        int wantedEats = !ids.ats() || !stage1 && !stage2 ? 0 : (int) (dw1 >>> 28) & 0b11;
        eats = wantedEats == 0b11 ? EATS_NONE : wantedEats;
        illegal = (dw0 & 1) == 0
                || !aborts
                        && (isIllegal(ids, strw, dw0, dw2)
                                || stage2 && isStage2Illegal(ids, dw2, granule, t0sz, sl0, outputSize));
        s2format = illegal || !stage2 ? 0 : AArch64Format.stage2(granule, 64 - t0sz, outputSize, sl0, flags(ids, dw2));
    }

    /** What S2AFFD, S2HA and S2HD ask of walks. */
    private static long flags(SmmuIds ids, long dw2) {
        long flags = (dw2 & 1L << 53) != 0 ? AArch64Format.AFFD : 0;
        if ((dw2 & 1L << 56) != 0 && ids.httu() != 0) {
            flags |= AArch64Format.HA;
            if ((dw2 & 1L << 55) != 0 && ids.httu() == 2) {
                flags |= AArch64Format.HD;
            }
        }
        return flags;
    }

    /** Table 5.2.2, Validity of STE, for fields that are not ignored. */
    private boolean isIllegal(SmmuIds ids, int strw, long dw0, long dw2) {
        if (stage1 && !ids.s1p() || stage2 && !ids.s2p()) {
            return true;
        }
        if (stage1 && !stage2 && (strw & 0b01) != 0) {
            return true;
        }
        boolean usesVmid = (stage1 || stage2) && world == EL1 && ids.s2p();
        if (usesVmid && !ids.has0(SmmuIds.IDR0_VMID16) && (dw2 & 0xff00) != 0) {
            return true;
        }
        if (eats == EATS_FULL && stage2 && s2stall) {
            return true;
        }
        if (eats == EATS_SPLIT && (!stage1 || !stage2 || s2stall || ids.has0(SmmuIds.IDR0_NS1ATS))) {
            return true;
        }
        return stage1 && isStage1Illegal(ids, dw0);
    }

    private boolean isStage1Illegal(SmmuIds ids, long dw0) {
        if (contextsLog2 > ids.ssidSize()) {
            return true;
        }
        if (contextsLog2 != 0 && contextFormat != 0 && !ids.has0(SmmuIds.IDR0_CD2L)) {
            return true;
        }
        if (stage1StallDisabled && ids.stallModel() != 0) {
            return true;
        }
        // 3.4.3: a pointer beyond the address size makes the STE illegal.
        return (dw0 & POINTER) >>> ids.oas() != 0;
    }

    private boolean isStage2Illegal(SmmuIds ids, long dw2, int granule, int t0sz, int sl0, int outputSize) {
        boolean aarch64 = (dw2 & 1L << 51) != 0;
        boolean bigEndian = (dw2 & 1L << 52) != 0;
        if (!aarch64 || bigEndian || !ids.hasGranule(granule)) {
            return true;
        }
        boolean wantsAccess = (dw2 & 1L << 56) != 0;
        boolean wantsDirty = (dw2 & 1L << 55) != 0;
        if (wantsAccess && ids.httu() == 0 || wantsDirty && ids.httu() != 2) {
            return true;
        }
        if (s2stall ? ids.stallModel() == 1 : ids.stallModel() == 2) {
            return true;
        }
        // Without small translation tables (SMMU_IDR3.STT) S2SL0 0b11 is reserved.
        return t0sz < 16 || t0sz > 39 || 64 - t0sz > ids.oas() || sl0 == 0b11
                || !AArch64Format.isPossibleStage2(granule, 64 - t0sz, outputSize, sl0, 0)
                || s2table >>> outputSize != 0;
    }

    /** S2TG and TG0: the granule's shift; 0 for the reserved one. */
    static int granule(int tg) {
        return switch (tg) {
            case 0b00 -> 12;
            case 0b01 -> 16;
            case 0b10 -> 14;
            default -> 0;
        };
    }

    /** Whether software asked for substreams. */
    boolean hasSubstreams() {
        return contextsLog2 != 0;
    }
}
