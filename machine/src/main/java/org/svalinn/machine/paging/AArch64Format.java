package org.svalinn.machine.paging;

/**
 * How VMSAv8-64 tables are to be read: what translation control registers, and an SMMU's stream table entries and
 * context descriptors, say of them, as one number for {@link Walk#as}. Make it when those are decoded, and keep it
 * with them.
 *
 * <p>Arm counts levels from the top, 0 to 3; {@link Walk} from the leaf: Arm's level is 4 less the walk's.
 */
public final class AArch64Format {
    // Flags of both stages

    /** The access flag is set by hardware (TCR.HA, CD.HA, STE.S2HA; FEAT_HAFDBS). */
    public static final long HA = 1L << 32;

    /** Hardware makes pages with DBM = 1 writable at the first write (TCR.HD, CD.HD, STE.S2HD); nothing without HA. */
    public static final long HD = 1L << 33;

    /** A clear access flag is no fault even where hardware does not set it (AFFD of SMMUv3: CD.AFFD, STE.S2AFFD). */
    public static final long AFFD = 1L << 34;

    /**
     * 52-bit output addresses with the 64 KiB granule are implemented: bits 15:12 of entries are bits 51:48
     * (FEAT_LPA).
     */
    public static final long LPA = 1L << 35;

    // Flags of stage 1

    /** The tables are TTBR1's: bits above the input size are all ones. Without it, TTBR0's, and they are all zeros. */
    public static final long UPPER = 1L << 36;

    /** Bits 63:56 of an address are ignored (TBI). */
    public static final long TBI = 1L << 37;

    /** APTable, UXNTable and PXNTable are ignored (HPD; CD.HAD). */
    public static final long HPD = 1L << 38;

    /** What is writable is not executable (WXN). */
    public static final long WXN = 1L << 39;

    /** Privileged accesses do not read or write what unprivileged ones may (PSTATE.PAN; CD.PAN). */
    public static final long PAN = 1L << 40;

    /**
     * A translation regime without EL0, as EL2's without E2H and EL3's: everything is privileged, AP[1] and
     * APTable[0] and PXN are ignored, bit 54 is XN, and nothing is global or not.
     */
    public static final long ONE_PRIVILEGE = 1L << 41;

    // Flags of stage 2

    /** Bit 53 takes part in XN[1:0], which tells privileged from unprivileged (FEAT_XNX). Without it bit 54 is XN. */
    public static final long XNX = 1L << 42;

    static final long STAGE_2 = 1L << 48;

    private static final int GRANULE = 0;
    private static final int INPUT = 6;
    private static final int OUTPUT = 12;
    private static final int TOP = 18;
    private static final int FIELD = 0x3f;

    private static final int FEWEST_INPUT_BITS = 16;
    private static final int MOST_CONCATENATED = 4;
    private static final int[] OUTPUT_SIZES = {32, 36, 40, 42, 44, 48, 52, 52};

    private AArch64Format() {}

    /**
     * Stage 1.
     *
     * @param granuleShift 12, 14 or 16 (TG0 or TG1)
     * @param inputBits 64 - TxSZ
     * @param outputBits the lesser of the effective (I)PS and what is implemented, see {@link #outputSize}
     * @throws IllegalArgumentException where the architecture has no such tables, see {@link #isPossible}
     */
    public static long stage1(int granuleShift, int inputBits, int outputBits, long flags) {
        if (!isPossible(granuleShift, inputBits, outputBits, flags)) {
            throw impossible(1, granuleShift, inputBits, outputBits);
        }
        return number(granuleShift, inputBits, outputBits, levels(granuleShift, inputBits), flags);
    }

    /**
     * Stage 2. Its first table may be as large as sixteen, concatenated, where that saves a level.
     *
     * @param inputBits 64 - T0SZ, of the intermediate physical address
     * @param sl0 the starting level field, see {@link #stage2StartLevel}
     * @throws IllegalArgumentException where the architecture has no such tables, see {@link #isPossibleStage2}
     */
    public static long stage2(int granuleShift, int inputBits, int outputBits, int sl0, long flags) {
        if (!isPossibleStage2(granuleShift, inputBits, outputBits, sl0, flags)) {
            throw impossible(2, granuleShift, inputBits, outputBits);
        }
        return number(granuleShift, inputBits, outputBits, 4 - stage2StartLevel(granuleShift, sl0), flags | STAGE_2);
    }

    /**
     * Whether there are tables of this kind: input sizes of 16 to 48 bits, and to 52 with the 64 KiB granule
     * (FEAT_TTST, FEAT_LVA); which of them an implementation has is for whoever decodes its registers to check.
     * Addresses of 52 bits with smaller granules (FEAT_LPA2) are not modelled.
     */
    public static boolean isPossible(int granuleShift, int inputBits, int outputBits, long flags) {
        boolean large = granuleShift == 16;
        return (granuleShift == 12 || granuleShift == 14 || large)
                && inputBits >= Math.max(FEWEST_INPUT_BITS, granuleShift + 1)
                && inputBits <= (large ? 52 : 48)
                && outputBits >= 32
                && outputBits <= (large && (flags & LPA) != 0 ? 52 : 48);
    }

    /** The same for stage 2, whose starting level must fit its input size: DDI 0487, D8.2; SMMUv3, 5.2, STE.S2SL0. */
    public static boolean isPossibleStage2(int granuleShift, int inputBits, int outputBits, int sl0, long flags) {
        if (!isPossible(granuleShift, inputBits, outputBits, flags)) {
            return false;
        }
        int level = stage2StartLevel(granuleShift, sl0);
        int resolved = granuleShift + (granuleShift - 3) * (4 - level);
        return level >= 0 && inputBits > resolved - (granuleShift - 3) && inputBits <= resolved + MOST_CONCATENATED;
    }

    /** Arm's number of the level at which stage 2 starts (VTCR_EL2.SL0, STE.S2SL0); -1 for a reserved value. */
    public static int stage2StartLevel(int granuleShift, int sl0) {
        if (granuleShift == 12) {
            return sl0 == 3 ? 3 : sl0 >= 0 && sl0 < 3 ? 2 - sl0 : -1;
        }
        return sl0 >= 0 && sl0 < 3 ? 3 - sl0 : -1;
    }

    /** Bits of an output address by the field PS, IPS or S2PS. */
    public static int outputSize(int field) {
        return OUTPUT_SIZES[field & 7];
    }

    /** Whether TTBR1's tables translate this address, and TTBR0's do not: bit 55 says so, whatever the sizes are. */
    public static boolean isUpper(long address) {
        return (address >>> 55 & 1) != 0;
    }

    /** How many levels it takes: 1 to 4. */
    static int levels(int granuleShift, int inputBits) {
        return (inputBits - granuleShift + granuleShift - 4) / (granuleShift - 3);
    }

    public static int granuleShift(long format) {
        return (int) (format >>> GRANULE) & FIELD;
    }

    public static int inputBits(long format) {
        return (int) (format >>> INPUT) & FIELD;
    }

    public static int outputBits(long format) {
        return (int) (format >>> OUTPUT) & FIELD;
    }

    /** The level of the first table, as {@link Walk} counts. */
    public static int topLevel(long format) {
        return (int) (format >>> TOP) & 7;
    }

    public static boolean isStage2(long format) {
        return (format & STAGE_2) != 0;
    }

    /** What an entry at a level maps, or the table below it: {@code 1 << shift(...)} bytes. */
    static int shift(long format, int level) {
        int granule = granuleShift(format);
        return granule + (granule - 3) * (level - 1);
    }

    /** Entries of the first table; of all that are concatenated. */
    public static int topEntries(long format) {
        return 1 << inputBits(format) - shift(format, topLevel(format));
    }

    /** What the first table's address is aligned to, at least 64 bytes; its lower bits are ignored (DDI 0487, D8.2). */
    public static long topAlignment(long format) {
        return Math.max(64, (long) topEntries(format) * Long.BYTES);
    }

    /** Whether an entry at this level may be a block or a page. */
    static boolean mapsAt(long format, int level) {
        return switch (level) {
            case 1, 2 -> true;
            case 3 -> granuleShift(format) == 12 || granuleShift(format) == 16 && (format & LPA) != 0;
            default -> false;
        };
    }

    /** How many entries one with the Contiguous bit belongs to, as a power of two (DDI 0487, D8.7.1). */
    static int contiguousShift(int granuleShift, int level) {
        return switch (granuleShift) {
            case 12 -> 4;
            case 14 -> level == 1 ? 7 : 5;
            default -> 5;
        };
    }

    private static long number(int granuleShift, int inputBits, int outputBits, int topLevel, long flags) {
        return (long) granuleShift << GRANULE
                | (long) inputBits << INPUT
                | (long) outputBits << OUTPUT
                | (long) topLevel << TOP
                | flags;
    }

    private static IllegalArgumentException impossible(int stage, int granuleShift, int inputBits, int outputBits) {
        return new IllegalArgumentException("stage %d with pages of %d bytes, from %d to %d bits"
                .formatted(stage, 1 << granuleShift, inputBits, outputBits));
    }
}
