package org.svalinn.kernel.mm;

/** What became of the memory of an OOM killer's victim: who has freed how much of it. */
public final class Victim {
    private final int pages;
    private final int tables;
    int freedByReaper;
    int freedByExit;

    Victim(int pages, int tables) {
        this.pages = pages;
        this.tables = tables;
    }

    /** How many pages it had when it was picked. */
    public int pages() {
        return pages;
    }

    /** How many page tables it had then. */
    public int tables() {
        return tables;
    }

    /** How many pages the reaper has freed. */
    public int freedByReaper() {
        return freedByReaper;
    }

    /** How many pages its own exit has freed. */
    public int freedByExit() {
        return freedByExit;
    }
}
