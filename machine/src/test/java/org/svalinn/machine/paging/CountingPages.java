package org.svalinn.machine.paging;

import org.svalinn.explore.Site;
import org.svalinn.machine.memory.Ram;

/** Counts the tables in use. */
final class CountingPages implements TablePages {
    private final TablePages pages;
    private int inUse;

    CountingPages(Ram ram) {
        pages = TablePages.of(ram, Tables.OWNER, Site.named("free_pgtables"));
    }

    @Override
    public long allocate(int bytes) {
        inUse++;
        return pages.allocate(bytes);
    }

    @Override
    public void free(long table, int bytes) {
        inUse--;
        pages.free(table, bytes);
    }

    int inUse() {
        return inUse;
    }
}
