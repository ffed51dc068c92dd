package org.svalinn.kernel.mm;

import org.svalinn.kernel.sync.Scheduler;

/**
 * What became of the memory of an OOM killer's victim: who has freed how much of it, and when. Looking takes no step:
 * it is for reports, and for when all is quiet.
 */
public final class Victim {
    /** A time that has not come. */
    public static final long NEVER = -1;

    private final Scheduler scheduler;
    private final int pages;
    private final int tables;
    private final long picked;
    private int freedByReaper;
    private int freedByExit;
    private long pagesFree;
    private long allFree = NEVER;

    Victim(Scheduler scheduler, int pages, int tables) {
        this.scheduler = scheduler;
        this.pages = pages;
        this.tables = tables;
        picked = scheduler.now();
        pagesFree = pages == 0 ? picked : NEVER;
    }

    void reaped(int freed, int left) {
        freedByReaper += freed;
        look(left);
    }

    void exited(int freed, int left) {
        freedByExit += freed;
        look(left);
    }

    void end() {
        allFree = scheduler.now();
    }

    private void look(int left) {
        if (left == 0 && pagesFree == NEVER) {
            pagesFree = scheduler.now();
        }
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

    /** When it was picked, in virtual time. */
    public long picked() {
        return picked;
    }

    /** When the last of its pages was free; {@link #NEVER} if one is left. */
    public long pagesFree() {
        return pagesFree;
    }

    /**
     * When its page tables were free too, but for the first: at the end of {@code exit_mmap()}; {@link #NEVER}
     * before.
     */
    public long allFree() {
        return allFree;
    }
}
