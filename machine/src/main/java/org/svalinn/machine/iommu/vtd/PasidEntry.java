package org.svalinn.machine.iommu.vtd;

import org.svalinn.machine.paging.SecondLevelWalker;
import org.svalinn.machine.paging.X86Walker;

/** A scalable-mode PASID-table entry (9.6): 512 bits, of which the first 192 say something and the rest is reserved. */
final class PasidEntry {
    static final long PRESENT = 1;
    static final long FAULT_PROCESSING_DISABLE = 1L << 1;

    // PGTT
    static final int FIRST_LEVEL = 0b001;
    static final int SECOND_LEVEL = 0b010;
    static final int NESTED = 0b011;
    static final int PASS_THROUGH = 0b100;

    private static final long SECOND_LEVEL_EXECUTE = 1L << 5;
    private static final long SECOND_LEVEL_DIRTY = 1L << 9;
    private static final long RESERVED_FIRST = 0b11L << 10;
    private static final long POINTER = -1L << 12;

    private static final long RESERVED_SECOND = 0x7fL << 16;
    private static final long PAGE_WALK_SNOOP = 1L << 23;
    /** CD, EMTE, EMT, PWT, PCD and PAT: memory types, which ECAP.MTS = 0 makes reserved. */
    private static final long MEMORY_TYPES = -1L << 25;

    private static final long SUPERVISOR_REQUESTS = 1;
    private static final long EXECUTE_REQUESTS = 1L << 1;
    private static final long WRITE_PROTECT = 1L << 4;
    private static final long NO_EXECUTE = 1L << 5;
    private static final long SMEP = 1L << 6;
    private static final long EXTENDED_ACCESSED = 1L << 7;
    private static final long RESERVED_THIRD = 0xfL << 8;

    private PasidEntry() {}

    /** PGTT: which tables translate. */
    static int type(long first) {
        return (int) (first >>> 6) & 7;
    }

    static int domain(long second) {
        return (int) second & 0xffff;
    }

    static long secondLevelTable(long first) {
        return first & POINTER;
    }

    static long firstLevelTable(long third) {
        return third & POINTER;
    }

    static boolean letsSupervisors(long third) {
        return (third & SUPERVISOR_REQUESTS) != 0;
    }

    static boolean letsExecute(long third) {
        return (third & EXECUTE_REQUESTS) != 0;
    }

    /** Levels of the second-level tables: AW + 2. */
    static int secondLevels(long first) {
        return ((int) (first >>> 2) & 7) + 2;
    }

    private static int firstLevelMode(long third) {
        return (int) (third >>> 2) & 3;
    }

    static boolean hasFirstLevel(int type) {
        return type == FIRST_LEVEL || type == NESTED;
    }

    static boolean hasSecondLevel(int type) {
        return type == SECOND_LEVEL || type == NESTED;
    }

    /** SPT.3: reserved fields of a present entry must be 0; a pointer that the type does not use is ignored. */
    static boolean hasReserved(long first, long second, long third, VtdConfig config, long beyondHost) {
        int type = type(first);
        long reserved = RESERVED_FIRST;
        reserved |= config.executeRequests() ? 0 : SECOND_LEVEL_EXECUTE;
        reserved |= config.secondLevelDirtyFlags() ? 0 : SECOND_LEVEL_DIRTY;
        reserved |= hasSecondLevel(type) ? beyondHost : 0;
        if ((first & reserved) != 0) {
            return true;
        }
        reserved = RESERVED_SECOND | MEMORY_TYPES | (config.coherent() ? 0 : PAGE_WALK_SNOOP);
        if ((second & reserved) != 0) {
            return true;
        }
        reserved = RESERVED_THIRD;
        reserved |= config.supervisorRequests() ? 0 : SUPERVISOR_REQUESTS;
        reserved |= config.executeRequests() ? 0 : EXECUTE_REQUESTS;
        // The first-level pointer of a nested entry is a guest's address.
        reserved |= type == FIRST_LEVEL ? beyondHost : 0;
        return (third & reserved) != 0;
    }

    /** SPT.4: an entry must not ask for what is not supported. */
    static boolean isUnsupported(long first, long third, VtdConfig config) {
        int type = type(first);
        if (type < FIRST_LEVEL || type > PASS_THROUGH || type == NESTED && !config.nested()) {
            return true;
        }
        if (hasSecondLevel(type)) {
            int levels = secondLevels(first);
            if (levels < 3 || levels > (config.fiveLevels() ? 5 : 4)) {
                return true;
            }
        }
        return hasFirstLevel(type) && firstLevelMode(third) > (config.fiveLevels() ? 1 : 0);
    }

    static long firstLevelFormat(long first, long third, VtdConfig config) {
        long flags = X86Walker.PAGES_1G;
        flags |= firstLevelMode(third) == 1 ? X86Walker.FIVE_LEVELS : 0;
        flags |= (third & NO_EXECUTE) != 0 ? X86Walker.NXE : 0;
        flags |= (third & WRITE_PROTECT) != 0 ? X86Walker.WP : 0;
        flags |= (third & SMEP) != 0 ? X86Walker.SMEP : 0;
        flags |= (third & EXTENDED_ACCESSED) != 0 ? X86Walker.EAFE : 0;
        // A nested entry's addresses are the guest's: what is too large for it, the second level refuses (SFS.5).
        return X86Walker.format(type(first) == NESTED ? 52 : config.hostAddressWidth(), flags);
    }

    static long secondLevelFormat(long first, VtdConfig config) {
        long flags = SecondLevelWalker.PAGES_2M | SecondLevelWalker.PAGES_1G | SecondLevelWalker.SNOOP_CONTROL;
        flags |= config.deviceTlbs() ? SecondLevelWalker.DEVICE_TLB : 0;
        flags |= (first & SECOND_LEVEL_DIRTY) != 0 ? SecondLevelWalker.SSADE : 0;
        flags |= (first & SECOND_LEVEL_EXECUTE) != 0 ? SecondLevelWalker.SLEE : 0;
        return SecondLevelWalker.format(config.hostAddressWidth(), secondLevels(first), flags);
    }
}
