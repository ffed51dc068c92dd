package org.svalinn.machine.iommu.smmuv3;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The TLB (3.17): translations of whole transactions, tagged with translation regime, VMID, ASID and address. It
 * consists of banks, chosen by ASID and VMID, that share nothing: what one address space does to its bank, evicting
 * included, no other can see, and steps say so by touching one part each. A bank has 8 sets of 4 ways, replaced in
 * turn, and comes into being with its first entry.
 *
 * <p>Global pages are not kept: the architecture lets an implementation walk for them each time, and to find one under
 * every ASID would make every address space's lookups conflict with all others'. An entry is for one privilege;
 * permissions that do not suffice are walked for again.
 *
 * <p>A bank also keeps where the last tables of a few walks are: what a Table descriptor of level 2 said. These go with
 * invalidations by address unless only leaves are meant, and lead to a freed table if software forgets them.
 */
final class Tlb {
    static final int BANKS = 64;

    private static final int WAYS = 4;
    private static final int SETS = 8;
    private static final int SIZE = SETS * WAYS;

    // The tag: first what a lookup compares.
    static final long ASID = 0xffffL;
    static final long VMID = 0xffffL << 16;
    static final long WORLD = 0b11L << 32;
    static final long STAGE_2_ONLY = 1L << 34;
    private static final long PRIVILEGED = 1L << 35;
    private static final int SHIFT_AT = 36;
    private static final long SHIFT = 0x3fL << SHIFT_AT;
    private static final long COMPARED = (1L << 42) - 1;

    // And then what it finds.
    private static final int LEVEL_AT = 42;
    private static final int GRANULE_AT = 44;
    private static final long ASID_PRIVATE = 1L << 46;
    private static final int ACCESS_AT = 48;

    private static final class Bank {
        final long[] key = new long[SIZE];
        final long[] tag = new long[SIZE];
        final long[] physical = new long[SIZE];
        final long[] filler = new long[SIZE];
        final byte[] turn = new byte[SETS];
        final TableEntries tables = new TableEntries();
        /** Which entries there are. */
        int valid;
        /** Which sizes of pages there may be. */
        long shifts;

        void copy(Bank from) {
            System.arraycopy(from.key, 0, key, 0, SIZE);
            System.arraycopy(from.tag, 0, tag, 0, SIZE);
            System.arraycopy(from.physical, 0, physical, 0, SIZE);
            System.arraycopy(from.filler, 0, filler, 0, SIZE);
            System.arraycopy(from.turn, 0, turn, 0, SETS);
            tables.copy(from.tables);
            valid = from.valid;
            shifts = from.shifts;
        }

        void clear() {
            valid = 0;
            shifts = 0;
            Arrays.fill(turn, (byte) 0);
            tables.clear();
        }
    }

    /** Table descriptors of one bank. */
    private static final class TableEntries {
        static final int MOST = 4;

        final long[] key = new long[MOST];
        final long[] tag = new long[MOST];
        final long[] table = new long[MOST];
        final int[] taken = new int[MOST];
        final long[] filler = new long[MOST];
        int valid;
        int turn;

        int find(long compared, long wantKey) {
            for (int i = 0; i < MOST; i++) {
                if (key[i] == wantKey && (tag[i] & COMPARED) == compared && (valid & 1 << i) != 0) {
                    return i;
                }
            }
            return -1;
        }

        void copy(TableEntries from) {
            System.arraycopy(from.key, 0, key, 0, MOST);
            System.arraycopy(from.tag, 0, tag, 0, MOST);
            System.arraycopy(from.table, 0, table, 0, MOST);
            System.arraycopy(from.taken, 0, taken, 0, MOST);
            System.arraycopy(from.filler, 0, filler, 0, MOST);
            valid = from.valid;
            turn = from.turn;
        }

        void clear() {
            valid = 0;
            turn = 0;
        }
    }

    private final @Nullable Bank[] banks = new Bank[BANKS];
    private @Nullable Bank @Nullable [] remembered;
    /** Banks that have changed since the snapshot. */
    private long changed;

    /** What entries of a stage 1 lookup are tagged with. */
    static long tag(int world, int vmid, int asid) {
        return (long) world << 32
                | (world == StreamTableEntry.EL1 ? (long) vmid << 16 : 0)
                | (world == StreamTableEntry.EL2 ? 0 : asid);
    }

    static int bank(long tag) {
        return (int) (tag ^ tag >>> 16) & BANKS - 1;
    }

    static long part(long tag) {
        return 1L << bank(tag);
    }

    private static int set(long key) {
        return (int) (key ^ key >>> 9) & SETS - 1;
    }

    /** The number of the entry for this address, or -1. */
    int find(long tag, boolean privileged, long address) {
        Bank bank = banks[bank(tag)];
        if (bank == null) {
            return -1;
        }
        long want = privileged ? tag | PRIVILEGED : tag;
        for (long shifts = bank.shifts; shifts != 0; shifts &= shifts - 1) {
            int shift = Long.numberOfTrailingZeros(shifts);
            long key = address >>> shift;
            long wantTag = want | (long) shift << SHIFT_AT;
            int first = set(key) * WAYS;
            for (int i = first; i < first + WAYS; i++) {
                if (bank.key[i] == key && (bank.tag[i] ^ wantTag) << 64 - 42 == 0 && (bank.valid & 1 << i) != 0) {
                    return bank(tag) * SIZE + i;
                }
            }
        }
        return -1;
    }

    private Bank of(int entry) {
        Bank bank = banks[entry / SIZE];
        if (bank == null) {
            throw new IllegalArgumentException("no entry " + entry);
        }
        return bank;
    }

    int access(int entry) {
        return (int) (of(entry).tag[entry % SIZE] >>> ACCESS_AT) & 0b111;
    }

    int shift(int entry) {
        return (int) (of(entry).tag[entry % SIZE] >>> SHIFT_AT) & 0x3f;
    }

    /** The output address of the page's first byte. */
    long physical(int entry) {
        return of(entry).physical[entry % SIZE];
    }

    /**
     * Keeps a translation.
     *
     * @param access what is granted
     * @param level the architecture's level of the last entry, 1 to 3; others cannot be hinted at, and are 0
     * @param granule TG as commands have it
     * @param asidPrivate CD.ASET
     * @param filler whose transaction this was, for whoever asks what remembers a PASID
     */
    void keep(long tag, boolean privileged, long address, int shift, long physical, int access, int level, int granule,
            boolean asidPrivate, long filler) {
        int number = bank(tag);
        Bank bank = banks[number];
        if (bank == null) {
            bank = new Bank();
            banks[number] = bank;
        }
        changed |= 1L << number;
        long key = address >>> shift;
        long compared = tag | (privileged ? PRIVILEGED : 0) | (long) shift << SHIFT_AT;
        int set = set(key);
        int way = -1;
        for (int i = set * WAYS; i < set * WAYS + WAYS; i++) {
            if ((bank.valid & 1 << i) == 0) {
                way = way < 0 ? i : way;
            } else if (bank.key[i] == key && (bank.tag[i] & COMPARED) == compared) {
                way = i;
                break;
            }
        }
        if (way < 0) {
            way = set * WAYS + bank.turn[set];
            bank.turn[set] = (byte) (bank.turn[set] + 1 & WAYS - 1);
        }
        bank.key[way] = key;
        bank.tag[way] = compared | (long) access << ACCESS_AT | (long) level << LEVEL_AT | (long) granule << GRANULE_AT
                | (asidPrivate ? ASID_PRIVATE : 0);
        bank.physical[way] = physical & -1L << shift;
        bank.filler[way] = filler;
        bank.valid |= 1 << way;
        bank.shifts |= 1L << shift;
    }

    // Tables

    /** What an entry of the table above the last covers. */
    private static int tableShift(int granuleShift) {
        return 2 * granuleShift - 3;
    }

    private static long tableTag(long tag, int granuleShift) {
        return tag & ~PRIVILEGED | (long) tableShift(granuleShift) << SHIFT_AT;
    }

    /** The number of the entry that knows the last table for this address, or -1. */
    int findTable(long tag, int granuleShift, long address) {
        Bank bank = banks[bank(tag)];
        if (bank == null || bank.tables.valid == 0) {
            return -1;
        }
        int entry = bank.tables.find(tableTag(tag, granuleShift), address >>> tableShift(granuleShift));
        return entry < 0 ? -1 : bank(tag) * TableEntries.MOST + entry;
    }

    private TableEntries tablesOf(int entry) {
        Bank bank = banks[entry / TableEntries.MOST];
        if (bank == null) {
            throw new IllegalArgumentException("no entry " + entry);
        }
        return bank.tables;
    }

    long table(int entry) {
        return tablesOf(entry).table[entry % TableEntries.MOST];
    }

    int tableTaken(int entry) {
        return tablesOf(entry).taken[entry % TableEntries.MOST];
    }

    /** Keeps where the last table for an address is: called after {@link #keep} for the same tag. */
    void keepTable(long tag, int granuleShift, long address, long table, int taken, int granule, long filler) {
        Bank bank = banks[bank(tag)];
        if (bank == null) {
            return;
        }
        TableEntries tables = bank.tables;
        long compared = tableTag(tag, granuleShift);
        long key = address >>> tableShift(granuleShift);
        int entry = tables.find(compared, key);
        if (entry < 0) {
            int free = Integer.numberOfTrailingZeros(~tables.valid);
            entry = free < TableEntries.MOST ? free : tables.turn;
            tables.turn = free < TableEntries.MOST ? tables.turn : tables.turn + 1 & TableEntries.MOST - 1;
        }
        tables.key[entry] = key;
        tables.tag[entry] = compared | 2L << LEVEL_AT | (long) granule << GRANULE_AT;
        tables.table[entry] = table;
        tables.taken[entry] = taken;
        tables.filler[entry] = filler;
        tables.valid |= 1 << entry;
        changed |= 1L << bank(tag);
    }

    // Invalidation

    /**
     * Forgets entries.
     *
     * @param tag what their tags must be
     * @param mask in which bits
     * @param from the first address; entries that cover any from there to {@code to} go
     * @param to the last address
     * @param granule if not 0, TG: only entries of this granule
     * @param level if not 0, TTL: only leaves of this level, and tables above it
     * @param leavesOnly whether tables stay
     * @param sharedOnly whether entries with ASET stay, as for broadcasts
     */
    void forget(int bank, long tag, long mask, long from, long to, int granule, int level, boolean leavesOnly,
            boolean sharedOnly) {
        Bank entries = banks[bank];
        if (entries == null) {
            return;
        }
        if (entries.tables.valid != 0 && !leavesOnly && (level == 0 || level > 2)) {
            // ASET is not looked at: to forget a table too many is allowed.
            long granuleMask = granule == 0 ? 0 : 0b11L << GRANULE_AT;
            forgetTables(entries.tables, tag & mask | (long) granule << GRANULE_AT, mask | granuleMask, from, to);
            changed |= 1L << bank;
        }
        if (entries.valid == 0) {
            return;
        }
        long wantTag = tag & mask | (long) granule << GRANULE_AT | (long) level << LEVEL_AT;
        long wantMask = mask | (granule == 0 ? 0 : 0b11L << GRANULE_AT) | (level == 0 ? 0 : 0b11L << LEVEL_AT)
                | (sharedOnly ? ASID_PRIVATE : 0);
        int gone = from == to
                ? matching(entries, wantTag, wantMask, from)
                : matching(entries, wantTag, wantMask, from, to);
        if (gone != 0) {
            entries.valid &= ~gone;
            changed |= 1L << bank;
            if (entries.valid == 0) {
                entries.shifts = 0;
            }
        }
    }

    /** The entries for this address: they can only be in one set for each size of page. */
    private static int matching(Bank bank, long wantTag, long wantMask, long address) {
        int matching = 0;
        for (long shifts = bank.shifts; shifts != 0; shifts &= shifts - 1) {
            int shift = Long.numberOfTrailingZeros(shifts);
            long key = address >>> shift;
            int first = set(key) * WAYS;
            for (int i = first; i < first + WAYS; i++) {
                long tag = bank.tag[i];
                if (bank.key[i] == key && ((tag ^ wantTag) & wantMask) == 0 && (tag >>> SHIFT_AT & 0x3f) == shift) {
                    matching |= 1 << i;
                }
            }
        }
        return matching & bank.valid;
    }

    /** The entries for any address of a range. */
    private static int matching(Bank bank, long wantTag, long wantMask, long from, long to) {
        int matching = 0;
        for (int left = bank.valid; left != 0; left &= left - 1) {
            int i = Integer.numberOfTrailingZeros(left);
            if (((bank.tag[i] ^ wantTag) & wantMask) == 0 && covers(bank.tag[i], bank.key[i], from, to)) {
                matching |= 1 << i;
            }
        }
        return matching;
    }

    private static void forgetTables(TableEntries tables, long tag, long mask, long from, long to) {
        for (int left = tables.valid; left != 0; left &= left - 1) {
            int i = Integer.numberOfTrailingZeros(left);
            if (((tables.tag[i] ^ tag) & mask) == 0 && covers(tables.tag[i], tables.key[i], from, to)) {
                tables.valid &= ~(1 << i);
            }
        }
    }

    private static boolean covers(long tag, long key, long from, long to) {
        int shift = (int) (tag >>> SHIFT_AT) & 0x3f;
        return Long.compareUnsigned(key, from >>> shift) >= 0 && Long.compareUnsigned(key, to >>> shift) <= 0;
    }

    /** An entry that a transaction of this filler brought in, in words, or nothing. */
    String remembers(long filler) {
        for (Bank bank : banks) {
            if (bank == null) {
                continue;
            }
            for (int left = bank.valid; left != 0; left &= left - 1) {
                int i = Integer.numberOfTrailingZeros(left);
                if (bank.filler[i] == filler) {
                    return "a TLB entry of ASID %d for address 0x%x"
                            .formatted(bank.tag[i] & ASID, bank.key[i] << (bank.tag[i] >>> SHIFT_AT & 0x3f));
                }
            }
            for (int left = bank.tables.valid; left != 0; left &= left - 1) {
                int i = Integer.numberOfTrailingZeros(left);
                if (bank.tables.filler[i] == filler) {
                    return "a cached Table descriptor of ASID %d, to 0x%x"
                            .formatted(bank.tables.tag[i] & ASID, bank.tables.table[i]);
                }
            }
        }
        return "";
    }

    void snapshot() {
        @Nullable Bank[] copies = new Bank[BANKS];
        for (int i = 0; i < BANKS; i++) {
            Bank bank = banks[i];
            if (bank != null) {
                Bank copy = new Bank();
                copy.copy(bank);
                copies[i] = copy;
            }
        }
        remembered = copies;
        changed = 0;
    }

    void restore() {
        for (long left = changed; left != 0; left &= left - 1) {
            int i = Long.numberOfTrailingZeros(left);
            Bank bank = banks[i];
            Bank then = remembered == null ? null : remembered[i];
            if (bank != null && then != null) {
                bank.copy(then);
            } else if (bank != null) {
                bank.clear();
            }
        }
        changed = 0;
    }
}
