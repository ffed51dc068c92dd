package org.svalinn.machine.paging;

import org.svalinn.machine.iommu.Access;

/**
 * Second-stage (earlier: second-level) translation of VT-d (3.7 and 9.8): tables of three, four or five levels with
 * 512 entries of 8 bytes, for an adjusted guest address width of 39, 48 or 57 bits. An entry is present when it
 * grants reading or writing; there is no privilege. Level 1 is the page table, as in {@link X86Walker}.
 *
 * <p>Memory type and snoop control stay in {@link Walk#leaf}, see {@link #SNOOP}.
 */
public final class SecondLevelWalker implements Walker {
    /** Accessed and dirty flags are set (SSADE in the PASID-table entry). Without it bits 8 and 9 are ignored. */
    public static final long SSADE = 1L << 8;

    /** Bit 2 grants execution (SLEE in the PASID-table entry); without it whatever may be read may be executed. */
    public static final long SLEE = 1L << 9;

    /**
     * There are 2 MiB pages (SSLPS bit 0 in the capability register); without it bit 7 of a page directory is
     * reserved.
     */
    public static final long PAGES_2M = 1L << 10;

    /** There are 1 GiB pages (SSLPS bit 1). */
    public static final long PAGES_1G = 1L << 11;

    /** Snoop control is supported (SC in the extended capability register); without it bit 11 of a page is reserved. */
    public static final long SNOOP_CONTROL = 1L << 12;

    /** Device TLBs are supported (DT in the extended capability register); without it bit 62 of a page is reserved. */
    public static final long DEVICE_TLB = 1L << 13;

    /** In a page's entry: DMA to it snoops the processors' caches. */
    public static final long SNOOP = 1L << 11;

    static final long READABLE = 1;
    static final long WRITABLE = 1L << 1;
    static final long EXECUTABLE = 1L << 2;
    static final long PAGE_SIZE = 1L << 7;
    static final long ACCESSED = 1L << 8;
    static final long DIRTY = 1L << 9;
    static final long TRANSIENT = 1L << 62;
    static final long OUTPUT = 0x000f_ffff_ffff_f000L;

    private static final long PHYSICAL_BITS = 0x3f;
    private static final int LEVELS_SHIFT = 16;
    private static final long RESERVED_2M = 0x1f_f000;
    private static final long RESERVED_1G = 0x3fff_f000;

    /**
     * How tables are to be read.
     *
     * @param physicalBits the host address width: bits of entries from there to 51 are reserved
     * @param levels 3, 4 or 5 (AW in the PASID-table entry, plus 2)
     * @param flags of this class
     */
    public static long format(int physicalBits, int levels, long flags) {
        if (physicalBits < 32 || physicalBits > 52 || levels < 3 || levels > 5) {
            throw new IllegalArgumentException(levels + " levels, physical addresses of " + physicalBits + " bits");
        }
        return physicalBits | (long) levels << LEVELS_SHIFT | flags;
    }

    /** The level of the first table. */
    public static int levels(long format) {
        return (int) (format >>> LEVELS_SHIFT) & 7;
    }

    /** The adjusted guest address width: 39, 48 or 57 bits. */
    public static int addressBits(long format) {
        return 12 + 9 * levels(format);
    }

    @Override
    public void walk(Walk walk) {
        long format = walk.format();
        long address = walk.address();
        if (address >>> addressBits(format) != 0) {
            walk.fail(WalkFault.ADDRESS_RANGE, walk.level());
            return;
        }
        TableMemory tables = walk.tables();
        long table = walk.table() & OUTPUT;
        int taken = walk.takenAway();
        for (int level = walk.level(); ; level--) {
            walk.visit(level, table, taken);
            int shift = 3 + 9 * level;
            long entryAddress = table + (address >>> shift & 0x1ff) * Long.BYTES;
            walk.reads(entryAddress);
            long place = tables.locate(entryAddress, false);
            if (place == TableMemory.NOWHERE) {
                walk.fail(WalkFault.TABLE_ABORT, level);
                return;
            }
            long entry = tables.readEntry(place);
            while (true) {
                if ((entry & (READABLE | WRITABLE)) == 0) {
                    walk.fail(WalkFault.NOT_PRESENT, level);
                    return;
                }
                if ((entry & reserved(format, level, entry)) != 0) {
                    walk.fail(WalkFault.RESERVED, level);
                    return;
                }
                boolean isPage = level == 1 || (entry & PAGE_SIZE) != 0;
                int without = taken | (int) (~entry & (READABLE | WRITABLE | EXECUTABLE));
                long marked = (format & SSADE) != 0 ? entry | ACCESSED : entry;
                if (isPage) {
                    marked = end(walk, entry, marked, shift, without);
                    if (walk.fault() != WalkFault.NONE) {
                        walk.fail(walk.fault(), level);
                        return;
                    }
                }
                if (marked != entry) {
                    long found = X86Walker.mark(walk, entryAddress, entry, marked, level);
                    if (walk.fault() != WalkFault.NONE) {
                        return;
                    }
                    if (found != entry) {
                        entry = found;
                        continue;
                    }
                }
                if (isPage) {
                    return;
                }
                table = entry & OUTPUT;
                taken = without;
                break;
            }
        }
    }

    /** Comes to a page: gives its entry as it is to become, or a permission fault. */
    private static long end(Walk walk, long entry, long accessed, int shift, int without) {
        boolean marks = (walk.format() & SSADE) != 0;
        long offset = (1L << shift) - 1;
        walk.arrive(entry & OUTPUT & ~offset | walk.address() & offset, shift, shift, false, true, entry);
        int permitted = permitted(walk.format(), without);
        int wanted = walk.wanted();
        if ((wanted & ~permitted) != 0 && !walk.isOnlyAsking()) {
            walk.grant(permitted, 0, entry);
            walk.fail(WalkFault.PERMISSION, 0);
            return entry;
        }
        long marked = (wanted & permitted) == 0 ? entry : accessed;
        if (marks && (wanted & permitted & Access.WRITE) != 0) {
            marked |= DIRTY;
        }
        int now = marks && (marked & DIRTY) == 0 ? permitted & ~Access.WRITE : permitted;
        walk.grant(permitted, marks && (marked & ACCESSED) == 0 ? 0 : now, marked);
        return marked;
    }

    /** VT-d 3.7.1. R and W are where {@link Access} has them. */
    private static int permitted(long format, int without) {
        int permitted = ~without & (Access.READ | Access.WRITE);
        boolean executable = (format & SLEE) == 0 || (without & EXECUTABLE) == 0;
        return executable && (permitted & Access.READ) != 0 ? permitted | Access.EXECUTE : permitted;
    }

    private static long reserved(long format, int level, long entry) {
        long reserved = OUTPUT & -1L << (int) (format & PHYSICAL_BITS);
        boolean isLarge = level > 1 && (entry & PAGE_SIZE) != 0;
        if (level > 1 && !isLarge) {
            return reserved | SNOOP | TRANSIENT;
        }
        if ((format & SNOOP_CONTROL) == 0) {
            reserved |= SNOOP;
        }
        if ((format & DEVICE_TLB) == 0) {
            reserved |= TRANSIENT;
        }
        return switch (level) {
            case 1 -> reserved;
            case 2 -> (format & PAGES_2M) != 0 ? reserved | RESERVED_2M : reserved | PAGE_SIZE;
            case 3 -> (format & PAGES_1G) != 0 ? reserved | RESERVED_1G : reserved | PAGE_SIZE;
            default -> reserved | PAGE_SIZE;
        };
    }
}
