package org.svalinn.machine.paging;

/**
 * How the entries of one format are written: what {@link PageTables} must know of it. Levels are counted from the
 * leaf, as in {@link Walk}. A new architecture's tables are a {@link Walker} and one of these.
 */
public interface Entries {
    /** The level of the first table. */
    int topLevel();

    /** How many entries a table of a level has, a power of two; the first table may differ from others. */
    int count(int level);

    /** An entry at a level maps, or leads to tables for, {@code 1 << shift(level)} bytes. */
    int shift(int level);

    /** Whether the tables can translate all of these addresses. */
    boolean covers(long address, long bytes);

    /** Whether an entry at this level may map a page. */
    boolean mapsAt(int level);

    /**
     * How many entries with {@link #contiguousBit} may stand for one large page, a power of two; 1 where there is no
     * such thing.
     */
    int contiguous(int level);

    /** The bit of an entry that says so; 0 where there is none. */
    long contiguousBit();

    /** The entry that leads to a table. */
    long table(long address);

    /**
     * The entry that maps a page.
     *
     * @param access of {@link org.svalinn.machine.iommu.Access}
     * @param attributes more bits of the entry, as the specification has them
     * @throws IllegalArgumentException if the format cannot permit just this
     */
    long page(int level, long physical, int access, long attributes);

    /** The same entry, with other permissions and all else as it was. */
    long protect(long entry, int access);

    /** Whether a page's entry says that it has been written to; true where it is writable and nobody keeps count. */
    boolean isDirty(long entry);

    /**
     * The entry that maps the first part of this page at the level below, with the same permissions and flags; adding
     * n times that level's size to it maps the following parts.
     */
    long smaller(int level, long entry);

    /** The part of an address that the tables translate. */
    default long input(long address) {
        int bits = shift(topLevel()) + Integer.numberOfTrailingZeros(count(topLevel()));
        return address & (1L << bits) - 1;
    }
}
