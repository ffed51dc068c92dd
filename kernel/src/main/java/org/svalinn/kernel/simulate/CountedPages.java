package org.svalinn.kernel.simulate;

import java.util.BitSet;
import org.svalinn.kernel.mm.UserPages;
import org.svalinn.kernel.sync.Scheduler;
import org.svalinn.machine.memory.Owner;

/**
 * Pages that are only counted, and take their time to be freed. Private ones are below {@link #SHARED}, shared ones
 * from there. Each is one mapping: after {@link #copyTo} both address spaces count a page of their own.
 */
final class CountedPages implements UserPages {
    static final long PAGE = 4096;
    /** How many pages of each kind there may be. */
    static final int MOST = 1 << 24;

    /** Where private memory begins, and where shared memory does. */
    static final long PRIVATE = 0;

    static final long SHARED = MOST * PAGE;
    private static final int ENTRIES = 512;
    /** The upper three of four levels, of which the first is not freed with the rest. */
    private static final int UPPER = 3;

    /** Nobody looks whose a page is that is only counted. */
    private static final Owner OWNER = new Owner("a process");

    private final Scheduler scheduler;
    private final long freeing;
    private final Watcher watcher;
    private final BitSet privates = new BitSet(0);
    private final BitSet shared = new BitSet(0);
    private int pages;
    private int tables = 1;
    private boolean isReaped;

    /** Told when all of something has been freed. */
    interface Watcher {
        /** There are so many pages more, or less. */
        void pagesChange(int number);

        /** No page is left that the reaper may take. */
        void privatesAreFree();

        /** No page is left. */
        void pagesAreFree();

        /** No page table is left but the first. */
        void tablesAreFree();

        /** The IOMMU knows no bond of it any more. */
        void bondIsGone();

        /** Nothing is left. */
        void rootIsFree();
    }

    /** @param freeing how long it takes to free a page, in nanoseconds */
    CountedPages(Scheduler scheduler, long freeing, Watcher watcher) {
        this.scheduler = scheduler;
        this.freeing = freeing;
        this.watcher = watcher;
    }

    Watcher watcher() {
        return watcher;
    }

    /** Has that many pages from each beginning on, at once. */
    void populate(int privatePages, int sharedPages) {
        privates.set(0, privatePages);
        shared.set(0, sharedPages);
        pages = privates.cardinality() + shared.cardinality();
        tables = tablesFor();
        watcher.pagesChange(pages);
    }

    private int tablesFor() {
        int lowest = (privates.length() + ENTRIES - 1) / ENTRIES + (shared.length() + ENTRIES - 1) / ENTRIES;
        return lowest == 0 ? 1 : UPPER + lowest;
    }

    @Override
    public Owner owner() {
        return OWNER;
    }

    @Override
    public long root() {
        return 0;
    }

    @Override
    public boolean isPresent(long address) {
        return of(address).get(index(address));
    }

    @Override
    public boolean fault(long address, boolean writable, Runnable flush) {
        if (isPresent(address)) {
            return true;
        }
        if (isReaped) {
            return false;
        }
        of(address).set(index(address));
        pages++;
        watcher.pagesChange(1);
        tables = Math.max(tables, tablesFor());
        return true;
    }

    @Override
    public void unmap(long address, long bytes, Runnable flush) {
        free(address, bytes, flush);
    }

    @Override
    public void unmapAll(Runnable flush) {
        int gone = privates.cardinality() + shared.cardinality();
        privates.clear();
        shared.clear();
        flush.run();
        scheduler.pass(gone * freeing);
        freed(gone);
        scheduler.pass((tables - 1) * freeing);
        tables = 1;
        watcher.tablesAreFree();
    }

    @Override
    public int reap(long address, long bytes, Runnable flush) {
        isReaped = true;
        return free(address, bytes, flush);
    }

    private int free(long address, long bytes, Runnable flush) {
        BitSet set = of(address);
        int first = index(address);
        int end = Math.min(set.length(), first + (int) (bytes / PAGE));
        int gone = first >= end ? 0 : set.get(first, end).cardinality();
        if (gone > 0) {
            set.clear(first, end);
            flush.run();
            scheduler.pass(gone * freeing);
            freed(gone);
        }
        return gone;
    }

    private void freed(int number) {
        pages -= number;
        watcher.pagesChange(-number);
        if (privates.isEmpty()) {
            watcher.privatesAreFree();
        }
        if (pages == 0) {
            watcher.pagesAreFree();
        }
    }

    @Override
    public void protect(long address, long bytes, boolean writable, Runnable flush) {
        flush.run();
    }

    @Override
    public void move(long from, long to, long bytes, Runnable flush) {
        BitSet source = of(from);
        int first = index(from);
        int count = (int) (bytes / PAGE);
        BitSet moved = source.get(first, first + count);
        source.clear(first, first + count);
        flush.run();
        moved.stream().forEach(page -> of(to).set(index(to) + page));
        tables = Math.max(tables, tablesFor());
    }

    @Override
    public void copyTo(UserPages child, long address, long bytes, boolean isShared, Runnable flush) {
        flush.run();
        for (long page = address; page < address + bytes; page += PAGE) {
            if (isPresent(page)) {
                child.fault(page, false, flush);
            }
        }
    }

    @Override
    public void freeRoot() {
        tables = 0;
        watcher.rootIsFree();
    }

    @Override
    public int pages() {
        return pages;
    }

    @Override
    public int tables() {
        return tables;
    }

    private BitSet of(long address) {
        return address < SHARED ? privates : shared;
    }

    private static int index(long address) {
        return (int) ((address < SHARED ? address : address - SHARED) / PAGE);
    }
}
