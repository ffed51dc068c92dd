package org.svalinn.machine.paging;

/** What software does, once it has changed entries, about whatever still remembers them. */
@FunctionalInterface
public interface TableInvalidation {
    /** Nothing: right for tables that nobody walks, and wrong for others. */
    TableInvalidation NONE = (address, bytes, tables) -> {};

    /**
     * Returns when nothing uses what entries for these addresses said before: no cache, no walk that has begun.
     *
     * @param tables whether links to tables were taken out, which are freed next: caches of upper levels must forget
     *     them too
     */
    void invalidate(long address, long bytes, boolean tables);
}
