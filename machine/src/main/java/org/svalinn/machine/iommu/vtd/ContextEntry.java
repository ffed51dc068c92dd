package org.svalinn.machine.iommu.vtd;

/** A scalable-mode context entry (9.4): 256 bits, of which the upper 128 are reserved. */
final class ContextEntry {
    static final long PRESENT = 1;
    /** FPD: faults of requests that this entry governs are not recorded. */
    static final long FAULT_PROCESSING_DISABLE = 1L << 1;
    /** DTE: translation requests and translated requests are let through. */
    static final long DEVICE_TLB_ENABLE = 1L << 2;
    /** PASIDE: requests with PASID are let through. */
    static final long PASID_ENABLE = 1L << 3;
    /** PRE: page requests are let through. */
    static final long PAGE_REQUEST_ENABLE = 1L << 4;

    private static final long RESERVED_LOW = 0b1111L << 5;
    private static final long RID_PASID = 0xfffff;
    private static final long POINTER = -1L << 12;

    private ContextEntry() {}

    /** Whether a PASID lies beyond the directory: it has 2^(PDTS + 7) entries for 64 PASIDs each. */
    static boolean isBeyondDirectory(long low, int pasid) {
        return pasid >>> ((int) (low >>> 9) & 7) + 13 != 0;
    }

    /** RID_PASID: the PASID of requests without PASID. */
    static int ridPasid(long high) {
        return (int) (high & RID_PASID);
    }

    static long directory(long low) {
        return low & POINTER;
    }

    /** SCT.3: reserved fields of a present entry must be 0. RID_PRIV is one, since ECAP.RPRIVS is 0. */
    static boolean hasReserved(long low, long high, long third, long fourth, long beyondHost) {
        return (low & (RESERVED_LOW | beyondHost)) != 0 || (high & ~RID_PASID) != 0 || (third | fourth) != 0;
    }

    /** SCT.4: an entry must not enable what is not supported. */
    static boolean isUnsupported(long low, VtdConfig config) {
        return (low & DEVICE_TLB_ENABLE) != 0 && !config.deviceTlbs()
                || (low & PAGE_REQUEST_ENABLE) != 0 && !config.pageRequests()
                || (low & PASID_ENABLE) != 0 && !config.pasids();
    }
}
