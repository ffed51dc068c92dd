package org.svalinn.machine.paging;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.TreeMap;
import org.svalinn.machine.memory.PhysicalMemory;
import org.svalinn.machine.memory.Use;

/**
 * The tables of one address space, as software keeps them: maps, unmaps, changes permissions. Each read and write of
 * an entry is a step, in the order in which a kernel does it, so that walks may come between any two.
 *
 * <p>A new table is filled before it is linked. What is taken away is taken away from below: entries of pages first,
 * then the links to tables that have become empty; then {@link TableInvalidation}; and only then are those tables
 * freed. Flags that hardware sets meanwhile are not lost: an entry that may be in use is replaced by
 * compare-and-exchange.
 *
 * <p>A range is mapped with the largest pages that fit, up to {@link #largest}. Where a part of a large page is
 * unmapped or protected, the page is split: its entry becomes a link to a table of smaller pages. With
 * {@link #breakBeforeMake} (Arm DDI 0487, D8.16) it first becomes invalid and is invalidated; x86 and VT-d do
 * without. So it is with a run of entries with Arm's Contiguous bit, which {@link #contiguous} asks for.
 *
 * <p>Which entries are present is remembered beside the tables, as a kernel knows from its VMAs. Callers take turns,
 * as a kernel's do by its locks.
 */
public final class PageTables {
    private static final Use READ = Use.of(Use.Kind.SOFTWARE, "reads a page-table entry");
    private static final Use SET = Use.of(Use.Kind.SOFTWARE, "sets a page-table entry");
    private static final Use LINK = Use.of(Use.Kind.SOFTWARE, "links a page table");
    private static final Use UNLINK = Use.of(Use.Kind.SOFTWARE, "unlinks a page table");

    private static final int LEAST_TABLE_BYTES = 4096;

    private final Entries entries;
    private final PhysicalMemory memory;
    private final TablePages pages;
    private final TableInvalidation invalidation;
    private final Table root;
    private final List<Table> unlinked = new ArrayList<>();

    private int largest = Walk.MOST_LEVELS;
    private boolean breaks;
    private boolean contiguous;
    private boolean changed;

    /** Whether tables that become empty stay. */
    private boolean keeps;

    /** Whether there has been a run of contiguous entries. */
    private boolean runs;

    /** The bits above those that the tables translate, of the operation's addresses. */
    private long high;

    /** What is remembered of a table. */
    private static final class Table {
        final int level;
        final long address;
        final int bytes;
        final BitSet present = new BitSet();
        final TreeMap<Integer, Table> below = new TreeMap<>();

        Table(int level, long address, int bytes) {
            this.level = level;
            this.address = address;
            this.bytes = bytes;
        }

        long entry(int index) {
            return address + (long) index * Long.BYTES;
        }
    }

    /** An empty address space: it allocates its first table. */
    public PageTables(Entries entries, PhysicalMemory memory, TablePages pages, TableInvalidation invalidation) {
        this.entries = entries;
        this.memory = memory;
        this.pages = pages;
        this.invalidation = invalidation;
        root = allocate(entries.topLevel());
    }

    /** Maps no pages of a level above this: 1 for the smallest only. */
    public PageTables largest(int level) {
        largest = level;
        return this;
    }

    /** Makes an entry invalid, and invalidates it, before it leads elsewhere. */
    public PageTables breakBeforeMake(boolean first) {
        breaks = first;
        return this;
    }

    /** Sets the Contiguous bit where a range has all of a run, and the format has such a bit. */
    public PageTables contiguous(boolean marks) {
        contiguous = marks;
        return this;
    }

    /** The first table's physical address. */
    public long root() {
        return root.address;
    }

    public Entries entries() {
        return entries;
    }

    /**
     * Maps a range to physical addresses.
     *
     * @param bytes a multiple of the smallest page's size, as both addresses are
     * @param access of {@link org.svalinn.machine.iommu.Access}
     * @param attributes more bits of each page's entry, as the specification has them
     * @throws IllegalArgumentException if the format has no such addresses or permissions
     * @throws IllegalStateException if some of the range is mapped; then nothing has changed
     */
    public void map(long address, long physical, long bytes, int access, long attributes) {
        long from = begin(address, bytes);
        if ((physical & (1L << entries.shift(1)) - 1) != 0) {
            throw new IllegalArgumentException("not aligned: 0x" + Long.toHexString(physical));
        }
        entries.page(1, physical, access, attributes);
        if (isMapped(root, from, from + bytes)) {
            throw new IllegalStateException("mapped already: some of 0x%x bytes at 0x%x".formatted(bytes, address));
        }
        map(root, from, from + bytes, physical, access, attributes);
    }

    /** Unmaps whatever is mapped of a range, invalidates it, and frees the tables that are empty then. */
    public void unmap(long address, long bytes) {
        long from = begin(address, bytes);
        unmap(root, from, from + bytes);
        finish(address, bytes);
    }

    /**
     * Clears the entries of whatever is mapped of a range and nothing else: its tables stay, also those that are
     * empty then, and whoever calls invalidates. A later {@link #unmap} of the range frees them.
     *
     * @return whether there was any
     */
    public boolean clear(long address, long bytes) {
        long from = begin(address, bytes);
        keeps = true;
        unmap(root, from, from + bytes);
        keeps = false;
        return changed;
    }

    /** Changes the permissions of whatever is mapped of a range, and invalidates it. */
    public void protect(long address, long bytes, int access) {
        long from = begin(address, bytes);
        protect(root, from, from + bytes, access);
        finish(address, bytes);
    }

    /** Unmaps everything, as an exiting address space does, and keeps the first table. */
    public void unmapAll() {
        high = 0;
        changed = false;
        long all = (long) entries.count(root.level) << entries.shift(root.level);
        unmap(root, 0, all);
        finish(0, all);
    }

    /**
     * Frees the first table, the last thing that an address space has.
     *
     * @throws IllegalStateException if something is mapped
     */
    public void free() {
        if (!root.present.isEmpty()) {
            throw new IllegalStateException("freed while mapped");
        }
        pages.free(root.address, root.bytes);
    }

    /** The entry that maps this address, as it is now; 0 if none does. */
    public long leaf(long address) {
        long input = entries.input(address);
        Table table = root;
        while (true) {
            int index = index(table, input);
            Table below = table.below.get(index);
            if (below == null) {
                return table.present.get(index) ? memory.read(table.entry(index), Long.BYTES, READ) : 0;
            }
            table = below;
        }
    }

    private long begin(long address, long bytes) {
        long unaligned = (1L << entries.shift(1)) - 1;
        if (bytes <= 0 || ((address | bytes) & unaligned) != 0 || !entries.covers(address, bytes)) {
            throw new IllegalArgumentException("not in these tables: 0x%x bytes at 0x%x".formatted(bytes, address));
        }
        long input = entries.input(address);
        high = address ^ input;
        changed = false;
        return input;
    }

    private void finish(long address, long bytes) {
        if (changed || !unlinked.isEmpty()) {
            invalidation.invalidate(address, bytes, !unlinked.isEmpty());
        }
        for (Table table : unlinked) {
            pages.free(table.address, table.bytes);
        }
        unlinked.clear();
    }

    private Table allocate(int level) {
        int bytes = Math.max(LEAST_TABLE_BYTES, entries.count(level) * Long.BYTES);
        return new Table(level, pages.allocate(bytes), bytes);
    }

    private long size(Table table) {
        return 1L << entries.shift(table.level);
    }

    private int index(Table table, long input) {
        return (int) (input >>> entries.shift(table.level)) & entries.count(table.level) - 1;
    }

    private boolean isMapped(Table table, long from, long to) {
        long size = size(table);
        for (long at = from; at < to; at = (at & -size) + size) {
            int index = index(table, at);
            Table below = table.below.get(index);
            if (below == null ? table.present.get(index) : isMapped(below, at, Math.min(to, (at & -size) + size))) {
                return true;
            }
        }
        return false;
    }

    // Map

    private void map(Table table, long from, long to, long physical, int access, long attributes) {
        long size = size(table);
        long at = from;
        while (at < to) {
            long output = physical + (at - from);
            int index = index(table, at);
            if (mapsWhole(table, at, output, to, size)) {
                int run = run(table, at, output, to);
                long bit = run > 1 ? entries.contiguousBit() : 0;
                runs |= run > 1;
                for (int i = 0; i < run; i++, at += size) {
                    long entry = entries.page(table.level, output + i * size, access, attributes) | bit;
                    memory.write(table.entry(index + i), Long.BYTES, entry, SET);
                    table.present.set(index + i);
                }
                continue;
            }
            long end = Math.min(to, (at & -size) + size);
            Table below = table.below.get(index);
            if (below == null) {
                below = allocate(table.level - 1);
                map(below, at, end, output, access, attributes);
                link(table, index, below);
            } else {
                map(below, at, end, output, access, attributes);
            }
            at = end;
        }
    }

    private boolean mapsWhole(Table table, long at, long physical, long to, long size) {
        return table.level == 1
                || table.level <= largest
                        && entries.mapsAt(table.level)
                        && ((at | physical) & size - 1) == 0
                        && to - at >= size;
    }

    /** How many entries from here on become one run: 1 for none. */
    private int run(Table table, long at, long physical, long to) {
        int run = entries.contiguous(table.level);
        long bytes = run * size(table);
        boolean fits = run <= entries.count(table.level) && ((at | physical) & bytes - 1) == 0 && to - at >= bytes;
        return contiguous && fits ? run : 1;
    }

    private void link(Table table, int index, Table below) {
        memory.write(table.entry(index), Long.BYTES, entries.table(below.address), LINK);
        table.present.set(index);
        table.below.put(index, below);
    }

    // Unmap and protect

    private void unmap(Table table, long from, long to) {
        long size = size(table);
        int last = index(table, to - 1);
        int first = index(table, from);
        for (int index = present(table, first, last); index >= 0; index = present(table, index + 1, last)) {
            long start = start(table, index, from);
            long lower = Math.max(from, start);
            long upper = Math.min(to, start + size);
            Table below = table.below.get(index);
            if (below == null) {
                unfold(table, index, from, to);
                if (upper - lower == size) {
                    exchange(table, index, 0);
                    table.present.clear(index);
                    changed = true;
                    continue;
                }
                below = split(table, index, start);
            }
            unmap(below, lower, upper);
            if (below.present.isEmpty() && !keeps) {
                memory.write(table.entry(index), Long.BYTES, 0, UNLINK);
                table.present.clear(index);
                table.below.remove(index);
                unlinked.add(below);
            }
        }
    }

    private void protect(Table table, long from, long to, int access) {
        long size = size(table);
        int last = index(table, to - 1);
        int first = index(table, from);
        for (int index = present(table, first, last); index >= 0; index = present(table, index + 1, last)) {
            long start = start(table, index, from);
            long lower = Math.max(from, start);
            long upper = Math.min(to, start + size);
            Table below = table.below.get(index);
            if (below == null) {
                unfold(table, index, from, to);
                if (upper - lower == size) {
                    update(table, index, access);
                    continue;
                }
                below = split(table, index, start);
            }
            protect(below, lower, upper, access);
        }
    }

    private static int present(Table table, int from, int last) {
        int index = table.present.nextSetBit(from);
        return index <= last ? index : -1;
    }

    /** Where what an entry maps begins, in the table that maps {@code within}. */
    private long start(Table table, int index, long within) {
        long size = size(table);
        return (within & -(size * entries.count(table.level))) + index * size;
    }

    private void update(Table table, int index, int access) {
        long entry = memory.read(table.entry(index), Long.BYTES, READ);
        while (true) {
            long other = entries.protect(entry, access);
            if (other == entry) {
                return;
            }
            long found = memory.compareExchange(table.entry(index), Long.BYTES, entry, other, SET);
            if (found == entry) {
                changed = true;
                return;
            }
            entry = found;
        }
    }

    /** Puts another entry in the place of one that hardware may be changing; gives what it was in the end. */
    private long exchange(Table table, int index, long value) {
        long entry = memory.read(table.entry(index), Long.BYTES, READ);
        while (true) {
            long found = memory.compareExchange(table.entry(index), Long.BYTES, entry, value, SET);
            if (found == entry) {
                return entry;
            }
            entry = found;
        }
    }

    /** Makes a large page a table of smaller ones. */
    private Table split(Table table, int index, long start) {
        Table below = allocate(table.level - 1);
        int count = entries.count(below.level);
        below.present.set(0, count);
        if (breaks) {
            fill(below, entries.smaller(table.level, exchange(table, index, 0)));
            invalidation.invalidate(high | start, size(table), false);
            link(table, index, below);
            return below;
        }
        long entry = memory.read(table.entry(index), Long.BYTES, READ);
        long link = entries.table(below.address);
        while (true) {
            fill(below, entries.smaller(table.level, entry));
            long found = memory.compareExchange(table.entry(index), Long.BYTES, entry, link, LINK);
            if (found == entry) {
                table.below.put(index, below);
                changed = true;
                return below;
            }
            entry = found;
        }
    }

    private void fill(Table table, long first) {
        long size = size(table);
        int count = entries.count(table.level);
        for (int i = 0; i < count; i++) {
            memory.write(table.entry(i), Long.BYTES, first + i * size, SET);
        }
    }

    /** Takes the Contiguous bit off a run of which the range leaves a part as it is. */
    private void unfold(Table table, int index, long from, long to) {
        long bit = entries.contiguousBit();
        if (!runs || (memory.read(table.entry(index), Long.BYTES, READ) & bit) == 0) {
            return;
        }
        int run = entries.contiguous(table.level);
        int first = index & -run;
        long bytes = run * size(table);
        long start = start(table, first, from);
        if (start >= from && start + bytes <= to) {
            return;
        }
        if (!breaks) {
            for (int i = first; i < first + run; i++) {
                clearBits(table, i, bit);
            }
            changed = true;
            return;
        }
        long[] old = new long[run];
        for (int i = 0; i < run; i++) {
            old[i] = exchange(table, first + i, 0);
        }
        invalidation.invalidate(high | start, bytes, false);
        for (int i = 0; i < run; i++) {
            memory.write(table.entry(first + i), Long.BYTES, old[i] & ~bit, SET);
        }
    }

    private void clearBits(Table table, int index, long without) {
        long entry = memory.read(table.entry(index), Long.BYTES, READ);
        while (true) {
            long found = memory.compareExchange(table.entry(index), Long.BYTES, entry, entry & ~without, SET);
            if (found == entry) {
                return;
            }
            entry = found;
        }
    }
}
