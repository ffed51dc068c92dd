package org.svalinn.machine.iommu.vtd;

/**
 * Invalidation descriptors (6.5.2): what of their 128 or 256 bits means what, and which bits must be 0. A type has its
 * upper three bits in bits 11:9, which every known type has as 0.
 */
final class Descriptor {
    static final int CONTEXT_CACHE = 0x1;
    static final int IOTLB = 0x2;
    static final int DEVICE_TLB = 0x3;
    static final int INTERRUPT_ENTRY_CACHE = 0x4;
    static final int WAIT = 0x5;
    static final int PASID_IOTLB = 0x6;
    static final int PASID_CACHE = 0x7;
    static final int PASID_DEVICE_TLB = 0x8;
    static final int PAGE_GROUP_RESPONSE = 0x9;

    // IQERCD.IQEI (11.4.9.9)
    static final int GOOD = 0;
    static final int INVALID_TAIL = 1;
    static final int FETCH_ERROR = 2;
    static final int INVALID_TYPE = 3;
    static final int RESERVED_FIELD = 4;
    static final int INVALID_WIDTH = 5;
    static final int UNALIGNED_TAIL = 6;

    private Descriptor() {}

    static int type(long first) {
        return (int) (first & 0xf | first >>> 5 & 0x70);
    }

    /** G, of two bits, of all descriptors that have it there. */
    static int granularity(long first) {
        return (int) (first >>> 4) & 3;
    }

    static int domain(long first) {
        return (int) (first >>> 16) & 0xffff;
    }

    static int pasid(long first) {
        return (int) (first >>> 32) & 0xfffff;
    }

    /**
     * What is wrong with a descriptor: an {@code IQEI} of this class.
     *
     * @param third and {@code fourth}, of a descriptor of 256 bits; 0 for one of 128
     */
    static int check(long first, long second, long third, long fourth, boolean isWide, VtdConfig config) {
        long reserved;
        switch (type(first)) {
            case CONTEXT_CACHE -> reserved =
                    first & (0x1c0L | 0xf000L | -1L << 50) | second | unless(granularity(first) != 0);
            case IOTLB -> reserved = first & (0x100L | 0xf000L | -1L << 32)
                    | second & 0xf80
                    | unless(granularity(first) != 0)
                    | (granularity(first) == 3 ? tooLarge(second) : 0);
            case DEVICE_TLB -> {
                if (!config.deviceTlbs()) {
                    return INVALID_TYPE;
                }
                reserved = first & (0x1f0L | 0xffe0_0000L | 0xfL << 48) | second & 0xffe;
            }
            case WAIT -> reserved = first & (0x100L | 0xffff_f000L)
                    | (config.pageRequests() ? 0 : first & 0x80)
                    | second & 3;
            case PASID_IOTLB -> reserved = first & (0x1c0L | 0xf000L | -1L << 52)
                    | second & 0xf80
                    | unless(granularity(first) >= 2)
                    | (granularity(first) == 3 ? tooLarge(second) : 0);
            case PASID_CACHE -> reserved =
                    first & (0x1c0L | 0xf000L | -1L << 52) | second | unless(granularity(first) != 2);
            case PASID_DEVICE_TLB -> {
                if (!config.deviceTlbs()) {
                    return INVALID_TYPE;
                }
                reserved = second & 0x7fe;
            }
            case PAGE_GROUP_RESPONSE -> {
                if (!config.pageRequests()) {
                    return INVALID_TYPE;
                }
                if (!isWide) {
                    return INVALID_WIDTH;
                }
                // The last 128 bits are private data.
                return (first & (0x1c0L | -1L << 52) | second & ~0xffcL) == 0 ? GOOD : RESERVED_FIELD;
            }
            default -> {
                // Interrupt remapping is not supported (ECAP.IR), and so neither is its descriptor.
                return INVALID_TYPE;
            }
        }
        return (reserved | third | fourth) == 0 ? GOOD : RESERVED_FIELD;
    }

    private static long unless(boolean good) {
        return good ? 0 : 1;
    }

    /** AM beyond CAP.MAMV. */
    private static long tooLarge(long second) {
        return (second & 0x3f) > VtdConfig.MAX_ADDRESS_MASK ? 1 : 0;
    }

    /** How many bits of offset a device-TLB invalidation has: with S, the lowest clear bit of the address says it. */
    static int deviceTlbShift(long address, boolean hasSize) {
        if (!hasSize) {
            return 12;
        }
        int ones = Long.numberOfTrailingZeros(~(address >>> 12));
        return Math.min(64, 12 + ones + 1);
    }
}
