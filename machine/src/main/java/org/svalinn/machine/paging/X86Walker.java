package org.svalinn.machine.paging;

import org.svalinn.machine.iommu.Access;

/**
 * 4-level and 5-level paging of x86-64 (Intel SDM volume 3, 5.5), which is first-stage translation of VT-d too (VT-d
 * 3.6 and 9.7). Each table has 512 entries of 8 bytes; level 1 is the page table, 2 the page directory, 3 the
 * page-directory-pointer table, 4 the PML4 and 5 the PML5 table.
 *
 * <p>An entry that is used is marked as accessed, at every level, before the next is read, so that a walk that ends
 * in a fault further down has marked those above it (SDM 5.8). A page is marked only when the access is permitted.
 *
 * <p>What registers and the PASID-table entry say comes as one {@link #format number}. Not known to this walker:
 * protection keys (bits 62:59 are ignored, as with CR4.PKE = 0 and in VT-d), and memory types, for which
 * {@link Walk#leaf} has PWT, PCD and PAT.
 */
public final class X86Walker implements Walker {
    /** Five levels: 57-bit linear addresses (CR4.LA57; FSPM = 1 in the PASID-table entry). Without it four: 48 bits. */
    public static final long FIVE_LEVELS = 1L << 8;

    /** Bit 63 disables execution; without it that bit is reserved (IA32_EFER.NXE; NXE in the PASID-table entry). */
    public static final long NXE = 1L << 9;

    /** Supervisor writes heed R/W (CR0.WP; WPE in the PASID-table entry). */
    public static final long WP = 1L << 10;

    /** Supervisors do not execute user pages (CR4.SMEP; SMEP in the PASID-table entry). */
    public static final long SMEP = 1L << 11;

    /** Supervisors do not read or write user pages (CR4.SMAP while RFLAGS.AC = 0). VT-d has no such thing. */
    public static final long SMAP = 1L << 12;

    /**
     * There are 1 GiB pages (CPUID Page1GB; FS1GP in the capability register); without it bit 7 of a PDPTE is
     * reserved.
     */
    public static final long PAGES_1G = 1L << 13;

    /** The extended-accessed flag, bit 10, is set as the accessed flag is (EAFE in the PASID-table entry). */
    public static final long EAFE = 1L << 14;

    static final long PRESENT = 1;
    static final long WRITABLE = 1L << 1;
    /** U/S: unprivileged accesses too. */
    public static final long USER = 1L << 2;
    /** A: somebody has used the entry. */
    public static final long ACCESSED = 1L << 5;
    /** D: somebody has written to the page. */
    public static final long DIRTY = 1L << 6;
    static final long PAGE_SIZE = 1L << 7;
    /** G: the translation is every address space's, in the entry that maps a page. */
    public static final long GLOBAL = 1L << 8;
    static final long EXTENDED_ACCESSED = 1L << 10;
    static final long EXECUTE_DISABLE = 1L << 63;
    static final long OUTPUT = 0x000f_ffff_ffff_f000L;

    private static final long PHYSICAL_BITS = 0x3f;
    private static final int MOST_PHYSICAL_BITS = 52;

    /** Bits 20:13 of a 2 MiB page's entry, and 29:13 of a 1 GiB page's. */
    private static final long RESERVED_2M = 0x1f_e000;

    private static final long RESERVED_1G = 0x3fff_e000;

    // What upper levels take away.
    private static final int SUPERVISOR_ONLY = 1;
    private static final int READ_ONLY = 2;
    private static final int NO_EXECUTE = 4;

    /**
     * How tables are to be read.
     *
     * @param physicalBits MAXPHYADDR; for VT-d the host address width: bits of entries from there to 51 are reserved
     * @param flags of this class
     */
    public static long format(int physicalBits, long flags) {
        if (physicalBits < 32 || physicalBits > MOST_PHYSICAL_BITS) {
            throw new IllegalArgumentException("physical addresses of " + physicalBits + " bits");
        }
        return physicalBits | flags;
    }

    /** The level of the first table: 5 or 4. */
    public static int levels(long format) {
        return (format & FIVE_LEVELS) != 0 ? 5 : 4;
    }

    /** Whether bits 63:47, or 63:56 with five levels, are all the same. */
    public static boolean isCanonical(long format, long address) {
        int unused = (format & FIVE_LEVELS) != 0 ? 64 - 57 : 64 - 48;
        return address << unused >> unused == address;
    }

    @Override
    public void walk(Walk walk) {
        long format = walk.format();
        long address = walk.address();
        if (!isCanonical(format, address)) {
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
                if ((entry & PRESENT) == 0) {
                    walk.fail(WalkFault.NOT_PRESENT, level);
                    return;
                }
                if ((entry & reserved(format, level, entry)) != 0) {
                    walk.fail(WalkFault.RESERVED, level);
                    return;
                }
                boolean isPage = level == 1 || (entry & PAGE_SIZE) != 0;
                int without = taken | takes(entry);
                long marked = entry | ACCESSED | ((format & EAFE) != 0 ? EXTENDED_ACCESSED : 0);
                if (isPage) {
                    marked = end(walk, entry, marked, shift, without);
                    if (walk.fault() != WalkFault.NONE) {
                        walk.fail(walk.fault(), level);
                        return;
                    }
                }
                if (marked != entry) {
                    long found = mark(walk, entryAddress, entry, marked, level);
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
        long format = walk.format();
        long offset = (1L << shift) - 1;
        boolean isUserPage = (without & SUPERVISOR_ONLY) == 0;
        boolean isGlobal = (entry & GLOBAL) != 0;
        walk.arrive(entry & OUTPUT & ~offset | walk.address() & offset, shift, shift, isGlobal, isUserPage, entry);
        int permitted = permitted(format, without, walk.isPrivileged());
        int wanted = walk.wanted();
        if ((wanted & ~permitted) != 0 && !walk.isOnlyAsking()) {
            walk.grant(permitted, 0, entry);
            walk.fail(WalkFault.PERMISSION, 0);
            return entry;
        }
        long marked = (wanted & permitted) == 0 ? entry : accessed;
        if ((wanted & permitted & Access.WRITE) != 0) {
            marked |= DIRTY;
        }
        int now = (marked & DIRTY) != 0 ? permitted : permitted & ~Access.WRITE;
        walk.grant(permitted, (marked & ACCESSED) != 0 ? now : 0, marked);
        return marked;
    }

    /** SDM 5.6.1, VT-d 3.6.1: what accesses of this privilege the entries used permit. */
    private static int permitted(long format, int without, boolean supervisor) {
        boolean isUserPage = (without & SUPERVISOR_ONLY) == 0;
        boolean writable = (without & READ_ONLY) == 0;
        int permitted = 0;
        if (supervisor) {
            if (!isUserPage || (format & SMAP) == 0) {
                permitted = writable || (format & WP) == 0 ? Access.READ | Access.WRITE : Access.READ;
            }
        } else if (isUserPage) {
            permitted = writable ? Access.READ | Access.WRITE : Access.READ;
        }
        boolean executable = supervisor ? !isUserPage || (format & SMEP) == 0 : isUserPage;
        return executable && (without & NO_EXECUTE) == 0 ? permitted | Access.EXECUTE : permitted;
    }

    /** Atomically sets flags in an entry; gives what was found there. */
    static long mark(Walk walk, long entryAddress, long entry, long marked, int level) {
        TableMemory tables = walk.tables();
        long place = tables.locate(entryAddress, true);
        if (place == TableMemory.NOWHERE) {
            walk.fail(WalkFault.UPDATE_ABORT, level);
            return entry;
        }
        return tables.updateEntry(place, entry, marked);
    }

    private static int takes(long entry) {
        int taken = (entry & EXECUTE_DISABLE) != 0 ? NO_EXECUTE : 0;
        if ((entry & WRITABLE) == 0) {
            taken |= READ_ONLY;
        }
        return (entry & USER) == 0 ? taken | SUPERVISOR_ONLY : taken;
    }

    private static long reserved(long format, int level, long entry) {
        long reserved = OUTPUT & -1L << (int) (format & PHYSICAL_BITS);
        if ((format & NXE) == 0) {
            reserved |= EXECUTE_DISABLE;
        }
        if (level == 1 || (entry & PAGE_SIZE) == 0) {
            return reserved;
        }
        return switch (level) {
            case 2 -> reserved | RESERVED_2M;
            case 3 -> (format & PAGES_1G) != 0 ? reserved | RESERVED_1G : reserved | PAGE_SIZE;
            default -> reserved | PAGE_SIZE;
        };
    }
}
