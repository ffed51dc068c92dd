package org.svalinn.machine.iommu.smmuv3;

import org.svalinn.machine.iommu.UnsupportedFeature;

/**
 * What an SMMU says of itself in its identification registers (6.3.1 to 6.3.8), and so what it is able to do. Whoever
 * wants another SMMU changes bits: {@code SmmuIds.DEFAULT.withIdr0(SmmuIds.DEFAULT.idr0() & ~SmmuIds.IDR0_HYP)}.
 *
 * @param idr0 SMMU_IDR0
 * @param idr1 SMMU_IDR1
 * @param idr3 SMMU_IDR3
 * @param idr5 SMMU_IDR5
 */
public record SmmuIds(int idr0, int idr1, int idr3, int idr5) {
    public static final int IDR0_S2P = 1;
    public static final int IDR0_S1P = 1 << 1;
    /** TTF: AArch64 tables only. */
    public static final int IDR0_TTF_AARCH64 = 0b10 << 2;

    public static final int IDR0_COHACC = 1 << 4;
    public static final int IDR0_BTM = 1 << 5;
    /** HTTU: the access flag only. */
    public static final int IDR0_HTTU_ACCESS = 0b01 << 6;
    /** HTTU: access flag and dirty state. */
    public static final int IDR0_HTTU_DIRTY = 0b10 << 6;

    public static final int IDR0_HYP = 1 << 9;
    public static final int IDR0_ATS = 1 << 10;
    public static final int IDR0_NS1ATS = 1 << 11;
    public static final int IDR0_ASID16 = 1 << 12;
    public static final int IDR0_MSI = 1 << 13;
    public static final int IDR0_PRI = 1 << 16;
    public static final int IDR0_VMID16 = 1 << 18;
    public static final int IDR0_CD2L = 1 << 19;
    /** TTENDIAN: little endian only. */
    public static final int IDR0_TTENDIAN_LITTLE = 0b10 << 21;
    /** STALL_MODEL: stalls are not supported. */
    public static final int IDR0_STALL_NONE = 0b01 << 24;
    /** STALL_MODEL: every fault stalls. */
    public static final int IDR0_STALL_FORCE = 0b10 << 24;

    public static final int IDR0_STALL_MASK = 0b11 << 24;
    /** TERM_MODEL: a terminated transaction always aborts. */
    public static final int IDR0_TERM_ABORT = 1 << 26;
    /** ST_LEVEL: the stream table may have two levels. */
    public static final int IDR0_ST_TWO_LEVELS = 0b01 << 27;

    /** ATTR_PERMS_OVR: STE.PRIVCFG and STE.INSTCFG are obeyed. */
    public static final int IDR1_ATTR_PERMS_OVR = 1 << 26;

    public static final int IDR3_HAD = 1 << 2;
    /** PPS: an automatic response to a page request with a PASID bears that PASID. */
    public static final int IDR3_PPS = 1 << 5;

    public static final int IDR3_RIL = 1 << 10;

    public static final int IDR5_GRAN4K = 1 << 4;
    public static final int IDR5_GRAN16K = 1 << 5;
    public static final int IDR5_GRAN64K = 1 << 6;
    /** VAX: virtual addresses of 52 bits with 64 KiB pages. */
    public static final int IDR5_VAX_52 = 0b01 << 10;

    private static final int IDR0_KNOWN =
            IDR0_S2P | IDR0_S1P | 0b11 << 2 | IDR0_COHACC | IDR0_BTM | 0b11 << 6 | IDR0_HYP | IDR0_ATS
            | IDR0_NS1ATS | IDR0_ASID16 | IDR0_MSI | IDR0_PRI | IDR0_VMID16 | IDR0_CD2L | 0b11 << 21 | IDR0_STALL_MASK
            | IDR0_TERM_ABORT | IDR0_ST_TWO_LEVELS;
    private static final int IDR1_KNOWN = 0x03ff_ffff | IDR1_ATTR_PERMS_OVR;
    private static final int IDR3_KNOWN = IDR3_HAD | IDR3_PPS | IDR3_RIL | 0b11 << 11;
    private static final int IDR5_KNOWN = 0xffff_0000 | IDR5_VAX_52 | IDR5_GRAN4K | IDR5_GRAN16K | IDR5_GRAN64K | 0b111;

    /**
     * What Linux wants for shared virtual addressing: both stages, coherent, dirty state by hardware, ATS, PRI and
     * stalls, message interrupts, 16 bits of ASID, VMID and StreamID, 20 bits of SubstreamID, two-level tables, every
     * granule, 48 bits of addresses, range invalidation, EL2 with E2H; no broadcast TLB maintenance, no wake-up events.
     * Its queues fill a page each.
     */
    public static final SmmuIds DEFAULT = new SmmuIds(
            IDR0_S2P | IDR0_S1P | IDR0_TTF_AARCH64 | IDR0_COHACC | IDR0_HTTU_DIRTY | IDR0_HYP | IDR0_ATS | IDR0_ASID16
                    | IDR0_MSI
                    | IDR0_PRI | IDR0_VMID16 | IDR0_CD2L | IDR0_TTENDIAN_LITTLE | IDR0_ST_TWO_LEVELS,
            idr1(16, 20, 8, 7, 8) | IDR1_ATTR_PERMS_OVR,
            IDR3_HAD | IDR3_RIL | 0b10 << 11,
            32 << 16 | IDR5_GRAN4K | IDR5_GRAN16K | IDR5_GRAN64K | 5);

    /** @throws UnsupportedFeature for a feature that this model does not have */
    public SmmuIds {
        refuse("SMMU_IDR0", idr0 & ~IDR0_KNOWN);
        refuse("SMMU_IDR1", idr1 & ~IDR1_KNOWN);
        refuse("SMMU_IDR3", idr3 & ~IDR3_KNOWN);
        refuse("SMMU_IDR5", idr5 & ~IDR5_KNOWN);
        if ((idr0 >>> 2 & 0b11) != 0b10) {
            throw new UnsupportedFeature("SMMU_IDR0.TTF other than AArch64 (IHI 0070, 6.3.1): AArch32 tables");
        }
        if ((idr0 >>> 21 & 0b11) != 0b10) {
            throw new UnsupportedFeature("SMMU_IDR0.TTENDIAN other than little endian (IHI 0070, 6.3.1)");
        }
        if ((idr0 & (IDR0_S1P | IDR0_S2P)) == 0) {
            throw new UnsupportedFeature("an SMMU without any stage of translation (IHI 0070, 6.3.1)");
        }
        if ((idr5 & 0b111) > 5) {
            throw new UnsupportedFeature("SMMU_IDR5.OAS above 48 bits (IHI 0070, 6.3.6)");
        }
        if ((idr1 & 0x3f) > 32 || (idr1 >>> 6 & 0x1f) > 20 || (idr1 >>> 21 & 0x1f) > 19 || (idr1 >>> 16 & 0x1f) > 19
                || (idr1 >>> 11 & 0x1f) > 19) {
            throw new IllegalArgumentException(
                    "SMMU_IDR1 0x%x: a size that the architecture does not have".formatted(idr1));
        }
        if ((idr5 >>> 16) > 62) {
            throw new UnsupportedFeature("SMMU_IDR5.STALL_MAX above 62 (IHI 0070, 6.3.6)");
        }
    }

    private static void refuse(String register, int unknown) {
        if (unknown != 0) {
            throw new UnsupportedFeature("%s bits 0x%x (IHI 0070, 6.3)".formatted(register, unknown));
        }
    }

    /** SMMU_IDR1 with these sizes, each the logarithm of a number of streams, substreams or queue entries. */
    public static int idr1(int sidSize, int ssidSize, int cmdqs, int eventqs, int priqs) {
        return cmdqs << 21 | eventqs << 16 | priqs << 11 | ssidSize << 6 | sidSize;
    }

    public SmmuIds withIdr0(int value) {
        return new SmmuIds(value, idr1, idr3, idr5);
    }

    public SmmuIds withIdr1(int value) {
        return new SmmuIds(idr0, value, idr3, idr5);
    }

    public SmmuIds withIdr3(int value) {
        return new SmmuIds(idr0, idr1, value, idr5);
    }

    public SmmuIds withIdr5(int value) {
        return new SmmuIds(idr0, idr1, idr3, value);
    }

    /** SMMU_AIDR: range invalidation came, and is mandatory, with SMMUv3.2. */
    int aidr() {
        return (idr3 & IDR3_RIL) != 0 ? 0x02 : 0x01;
    }

    boolean has0(int bit) {
        return (idr0 & bit) != 0;
    }

    boolean has1(int bit) {
        return (idr1 & bit) != 0;
    }

    boolean has3(int bit) {
        return (idr3 & bit) != 0;
    }

    boolean s1p() {
        return has0(IDR0_S1P);
    }

    boolean s2p() {
        return has0(IDR0_S2P);
    }

    boolean hyp() {
        return has0(IDR0_HYP);
    }

    boolean ats() {
        return has0(IDR0_ATS);
    }

    boolean pri() {
        return has0(IDR0_PRI);
    }

    boolean msi() {
        return has0(IDR0_MSI);
    }

    /** STALL_MODEL: 0 stalls and terminates, 1 terminates only, 2 stalls only. */
    int stallModel() {
        return idr0 >>> 24 & 0b11;
    }

    boolean abortOnly() {
        return has0(IDR0_TERM_ABORT);
    }

    /** HTTU: 0 nothing, 1 the access flag, 2 dirty state too. */
    int httu() {
        return idr0 >>> 6 & 0b11;
    }

    int sidSize() {
        return idr1 & 0x3f;
    }

    int ssidSize() {
        return idr1 >>> 6 & 0x1f;
    }

    int priqs() {
        return idr1 >>> 11 & 0x1f;
    }

    int eventqs() {
        return idr1 >>> 16 & 0x1f;
    }

    int cmdqs() {
        return idr1 >>> 21 & 0x1f;
    }

    int stallMax() {
        return idr5 >>> 16;
    }

    /** The output address size in bits. */
    int oas() {
        return addressSize(idr5 & 0b111);
    }

    /** The number of bits that an encoding of IPS, PS or OAS stands for; reserved ones are the largest. */
    static int addressSize(int encoding) {
        return switch (encoding) {
            case 0 -> 32;
            case 1 -> 36;
            case 2 -> 40;
            case 3 -> 42;
            case 4 -> 44;
            case 5 -> 48;
            default -> 52;
        };
    }

    /** Whether pages of {@code 1 << shift} bytes are a granule of this SMMU. */
    boolean hasGranule(int shift) {
        return switch (shift) {
            case 12 -> (idr5 & IDR5_GRAN4K) != 0;
            case 14 -> (idr5 & IDR5_GRAN16K) != 0;
            case 16 -> (idr5 & IDR5_GRAN64K) != 0;
            default -> false;
        };
    }

    /** The smallest TxSZ for this granule (5.4, CD.T0SZ). */
    int smallestTxSz(int granuleShift) {
        return (idr5 & IDR5_VAX_52) != 0 && granuleShift == 16 ? 12 : 16;
    }
}
