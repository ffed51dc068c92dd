package org.svalinn.machine.iommu.vtd;

/**
 * What a remapping hardware unit can do, as its capability registers tell software (11.4.2, 11.4.3), and how much its
 * caches hold. What is not here is not supported, and is reported so.
 *
 * @param hostAddressWidth HAW: bits of a physical address, at most 52; bits above are reserved in every table
 * @param fiveLevels CAP.FL5LP and 57 bits in CAP.SAGAW
 * @param drains CAP.DRD and CAP.DWD: invalidations wait for the memory accesses of requests that were translated before
 * @param pasids ECAP.PASID
 * @param pasidBits ECAP.PSS + 1
 * @param deviceTlbs ECAP.DT
 * @param pageRequests ECAP.PRS and ECAP.PDS
 * @param supervisorRequests ECAP.SRS
 * @param executeRequests ECAP.ERS
 * @param nested ECAP.NEST
 * @param coherent ECAP.C and ECAP.SMPWC: tables are snooped; the model always snoops, this is only what software is
 *     told
 * @param secondLevelDirtyFlags ECAP.SSADS (once SLADS): accessed and dirty flags in second-level entries
 * @param faultRecords CAP.NFR + 1
 * @param contextEntries the most that the context cache holds
 * @param pasidEntries the most that the PASID cache holds
 * @param iotlbEntries the most that the IOTLB holds
 * @param pagingEntries the most that the paging-structure caches hold
 */
public record VtdConfig(
        int hostAddressWidth,
        boolean fiveLevels,
        boolean drains,
        boolean pasids,
        int pasidBits,
        boolean deviceTlbs,
        boolean pageRequests,
        boolean supervisorRequests,
        boolean executeRequests,
        boolean nested,
        boolean coherent,
        boolean secondLevelDirtyFlags,
        int faultRecords,
        int contextEntries,
        int pasidEntries,
        int iotlbEntries,
        int pagingEntries) {

    /** Where the fault recording registers begin (CAP.FRO). */
    static final int FAULT_RECORDS_AT = 0x220;

    /** Where the IOTLB registers would begin (ECAP.IRO). */
    static final int IOTLB_REGISTERS_AT = 0xF0;

    /** CAP.MAMV: the largest address mask of an invalidation. */
    static final int MAX_ADDRESS_MASK = 52;

    public VtdConfig {
        if (hostAddressWidth < 32 || hostAddressWidth > 52) {
            throw new IllegalArgumentException("host address width " + hostAddressWidth);
        }
        if (pasidBits < 1 || pasidBits > 20 || faultRecords < 1 || faultRecords > 64) {
            throw new IllegalArgumentException(pasidBits + " bits of PASID, " + faultRecords + " fault records");
        }
    }

    /** A unit that shared virtual addressing can be used with: everything but supervisor and execute requests. */
    public static VtdConfig standard() {
        return new VtdConfig(
                46, true, true, true, 20, true, true, false, false, true, true, true, 8, 64, 256, 256, 64);
    }

    public VtdConfig withHostAddressWidth(int bits) {
        return new VtdConfig(
                bits, fiveLevels, drains, pasids, pasidBits, deviceTlbs, pageRequests, supervisorRequests,
                executeRequests, nested, coherent, secondLevelDirtyFlags, faultRecords, contextEntries, pasidEntries, iotlbEntries,
                pagingEntries);
    }

    public VtdConfig withFiveLevels(boolean five) {
        return new VtdConfig(
                hostAddressWidth, five, drains, pasids, pasidBits, deviceTlbs, pageRequests, supervisorRequests,
                executeRequests, nested, coherent, secondLevelDirtyFlags, faultRecords, contextEntries,
                pasidEntries, iotlbEntries, pagingEntries);
    }

    public VtdConfig withDrains(boolean draining) {
        return new VtdConfig(
                hostAddressWidth, fiveLevels, draining, pasids, pasidBits, deviceTlbs, pageRequests, supervisorRequests,
                executeRequests, nested, coherent, secondLevelDirtyFlags, faultRecords, contextEntries,
                pasidEntries, iotlbEntries, pagingEntries);
    }

    /** With ECAP.PASID (and its size), ECAP.DT and ECAP.PRS as given. */
    public VtdConfig withDeviceFeatures(boolean pasid, int bits, boolean deviceTlb, boolean pageRequest) {
        return new VtdConfig(
                hostAddressWidth, fiveLevels, drains, pasid, bits, deviceTlb, pageRequest, supervisorRequests,
                executeRequests, nested, coherent, secondLevelDirtyFlags, faultRecords, contextEntries,
                pasidEntries, iotlbEntries, pagingEntries);
    }

    /** With ECAP.SRS and ECAP.ERS as given. */
    public VtdConfig withPrivileges(boolean supervisor, boolean execute) {
        return new VtdConfig(
                hostAddressWidth, fiveLevels, drains, pasids, pasidBits, deviceTlbs, pageRequests, supervisor, execute,
                nested, coherent, secondLevelDirtyFlags, faultRecords, contextEntries, pasidEntries, iotlbEntries,
                pagingEntries);
    }

    /** With ECAP.NEST and ECAP.SSADS as given. */
    public VtdConfig withTranslations(boolean nesting, boolean dirtyFlags) {
        return new VtdConfig(
                hostAddressWidth, fiveLevels, drains, pasids, pasidBits, deviceTlbs, pageRequests, supervisorRequests,
                executeRequests, nesting, coherent, dirtyFlags, faultRecords, contextEntries, pasidEntries,
                iotlbEntries, pagingEntries);
    }

    public VtdConfig withCoherent(boolean snooping) {
        return new VtdConfig(
                hostAddressWidth, fiveLevels, drains, pasids, pasidBits, deviceTlbs, pageRequests, supervisorRequests,
                executeRequests, nested, snooping, secondLevelDirtyFlags, faultRecords, contextEntries,
                pasidEntries, iotlbEntries, pagingEntries);
    }

    public VtdConfig withFaultRecords(int records) {
        return new VtdConfig(
                hostAddressWidth, fiveLevels, drains, pasids, pasidBits, deviceTlbs, pageRequests, supervisorRequests,
                executeRequests, nested, coherent, secondLevelDirtyFlags, records, contextEntries, pasidEntries,
                iotlbEntries, pagingEntries);
    }

    /** With caches of at most so many entries. */
    public VtdConfig withCaches(int context, int pasid, int iotlb, int paging) {
        return new VtdConfig(
                hostAddressWidth, fiveLevels, drains, pasids, pasidBits, deviceTlbs, pageRequests, supervisorRequests,
                executeRequests, nested, coherent, secondLevelDirtyFlags, faultRecords, context, pasid, iotlb,
                paging);
    }

    /** The largest address of second-level input, MGAW, in bits. */
    int guestAddressWidth() {
        return fiveLevels ? 57 : 48;
    }

    /** The Capability Register (11.4.2). */
    long capability() {
        long cap = 6; // ND: 16-bit domain ids
        cap |= (fiveLevels ? 0b1110L : 0b0110L) << 8; // SAGAW: 39, 48 and 57 bits
        cap |= (long) (guestAddressWidth() - 1) << 16; // MGAW
        cap |= 1L << 22; // ZLR
        cap |= (long) (FAULT_RECORDS_AT >>> 4) << 24; // FRO
        cap |= 0b0011L << 34; // SSLPS: 2 MiB and 1 GiB
        cap |= 1L << 39; // PSI
        cap |= (long) (faultRecords - 1) << 40; // NFR
        cap |= (long) MAX_ADDRESS_MASK << 48; // MAMV
        cap |= drains ? 0b11L << 54 : 0; // DWD, DRD
        cap |= 1L << 56; // FS1GP
        cap |= fiveLevels ? 1L << 60 : 0; // FS5LP
        return cap;
    }

    /** The Extended Capability Register (11.4.3). */
    long extendedCapability() {
        long ecap = 1L << 1; // QI
        ecap |= coherent ? 1L | 1L << 48 : 0; // C, SMPWCS
        ecap |= deviceTlbs ? 1L << 2 | 1L << 33 : 0; // DT, NWFS
        ecap |= 1L << 6; // PT
        ecap |= 1L << 7; // SC
        ecap |= (long) (IOTLB_REGISTERS_AT >>> 4) << 8; // IRO
        ecap |= nested ? 1L << 26 : 0; // NEST
        ecap |= pageRequests ? 1L << 29 | 1L << 42 : 0; // PRS, PDS
        ecap |= executeRequests ? 1L << 30 : 0; // ERS
        ecap |= supervisorRequests ? 1L << 31 : 0; // SRS
        ecap |= 1L << 34; // EAFS
        ecap |= pasids ? (long) (pasidBits - 1) << 35 | 1L << 40 : 0; // PSS, PASID
        ecap |= 1L << 43; // SMTS
        ecap |= secondLevelDirtyFlags ? 1L << 45 : 0; // SSADS
        ecap |= 1L << 46 | 1L << 47; // SSTS, FSTS
        ecap |= 1L << 49; // RPS
        return ecap;
    }
}
