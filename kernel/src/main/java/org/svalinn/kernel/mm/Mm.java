package org.svalinn.kernel.mm;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.explore.Violation;
import org.svalinn.kernel.design.PasidLifetime;
import org.svalinn.kernel.pasid.PasidAllocator;
import org.svalinn.kernel.sync.Holders;
import org.svalinn.kernel.sync.KernelObject;
import org.svalinn.kernel.sync.Refcount;
import org.svalinn.kernel.sync.RwSem;

/**
 * An address space: {@code struct mm_struct}. {@code mm_users} counts those who use the address space; all of them
 * together hold one {@code mm_count}, which counts those who use the struct. The order in which it goes is that of
 * {@code kernel/fork.c} and {@code mm/mmap.c}.
 */
public final class Mm extends KernelObject {
    // Parts of it by which steps know what they touch
    static final long USERS = 1;
    static final long COUNT = 2;
    static final long FLAGS = 4;
    static final long NOTIFIERS = 8;
    private static final long PASID = 16;
    /**
     * {@code MMF_OOM_SKIP}, a bit that is only ever set, and by whoever comes: they do not get into each other's way.
     */
    private static final long OOM_SKIP = 32;

    private static final Site ALLOC = Site.named("mm_alloc");
    private static final Site GET = Site.named("mmget");
    private static final Site GET_NOT_ZERO = Site.named("mmget_not_zero");
    private static final Site MMPUT = Site.named("mmput");
    private static final Site MMPUT_ASYNC = Site.named("mmput_async");
    private static final Site GRAB = Site.named("mmgrab");
    private static final Site DROP = Site.named("mmdrop");
    private static final Site LAST_DROP = Site.named("__mmdrop");
    private static final Site FREE = Site.named("free_mm");
    private static final Site EXIT = Site.named("exit_mmap");
    private static final Site FAULT = Site.named("handle_mm_fault");
    private static final Site PASID_READ = Site.named("reads mm->pasid");
    private static final Site PASID_WRITE = Site.named("writes mm->pasid");
    private static final Site PASID_SET = Site.named("mm_pasid_set");
    private static final Site PASID_DROP = Site.named("mm_pasid_drop");

    private final MemoryManagement memory;
    private final String name;
    private final Refcount users;
    private final Refcount count;
    private final RwSem lock;
    private final UserPages pages;
    private final Mmap mmap;
    private final MmuNotifiers notifiers;
    private int pasid = PasidAllocator.INVALID;

    /** Under FLAGS. */
    private @Nullable Victim victim;

    private boolean oomSkip;
    final DeviceWaits deviceWaits = new DeviceWaits();

    /** {@code mm_alloc()}: one user. */
    Mm(MemoryManagement memory, String name) {
        super(memory.core(), memory.core().scheduler().isNarrating() ? "mm of " + name : name, ALLOC);
        this.memory = memory;
        this.name = name;
        users = new Refcount(this, USERS, Holders.Kind.MM_USERS, ALLOC);
        count = new Refcount(this, COUNT, Holders.Kind.MM_COUNT, ALLOC);
        lock = new RwSem(this, "mmap_lock");
        pages = memory.pagesOf(name);
        mmap = new Mmap(this);
        notifiers = new MmuNotifiers(memory.core(), this, memory.srcu());
    }

    // mm_users

    /** {@code mmget()}. */
    public void get() {
        users.inc(GET);
    }

    /** {@code mmget_not_zero()}. */
    public boolean getNotZero() {
        return users.incNotZero(GET_NOT_ZERO);
    }

    /** {@code mmput()}: the last one tears the address space down. */
    public void put() {
        core().atomicity().mightSleep(MMPUT);
        if (users.decAndTest(MMPUT)) {
            lastPut();
        }
    }

    /** {@code mmput_async()}: the last one has a worker tear it down. */
    public void putAsync() {
        if (users.decAndTest(MMPUT_ASYNC)) {
            memory.work().queue(this::lastPut);
        }
    }

    /** {@code __mmput()}. */
    private void lastPut() {
        exitMmap();
        if (core().variant().design().pasid() == PasidLifetime.MMPUT) {
            dropPasid();
        }
        drop();
    }

    /**
     * {@code exit_mmap()} as in 5.18: notifiers are told first, so that nobody makes translations any more; a victim
     * of the OOM killer then reaps itself, with the reaper beside it, before it waits for {@code mmap_lock}; then
     * everything goes.
     */
    private void exitMmap() {
        notifiers.releaseAll();
        read(FLAGS, EXIT);
        Victim mine = victim;
        if (mine != null) {
            mine.exited(mmap.reap(), pages.pages());
            setOomSkip(EXIT);
        }
        lock.downWrite();
        int left = pages.pages();
        mmap.exit();
        if (mine != null) {
            mine.exited(left, 0);
            mine.end();
        }
        lock.upWrite();
    }

    // mm_count

    /** {@code mmgrab()}. */
    public void grab() {
        count.inc(GRAB);
    }

    /** {@code mmdrop()}: the last one frees the struct. */
    public void drop() {
        if (count.decAndTest(DROP)) {
            lastDrop();
        }
    }

    /** {@code __mmdrop()}. */
    private void lastDrop() {
        if (pages.pages() != 0 || !notifiers.isEmpty()) {
            scheduler().report(new Violation(
                    "kernel-bug",
                    this + " is freed with "
                            + (notifiers.isEmpty() ? pages.pages() + " pages" : "notifiers registered"),
                    List.of(scheduler().end("freed by", LAST_DROP))));
        }
        pages.freeRoot();
        if (core().variant().design().pasid() == PasidLifetime.MMDROP) {
            dropPasid();
        }
        free(FREE);
    }

    /** {@code mm_pasid_drop()}. */
    private void dropPasid() {
        if (pasid != PasidAllocator.INVALID) {
            memory.pasids().put(pasid);
            setPasid(PasidAllocator.INVALID);
        }
    }

    /** {@code BUG_ON(atomic_read(&mm->mm_users) <= 0)}. */
    void checkUsers(Site site) {
        // Changes nothing, and commutes with gets and puts that stay away from zero
        scheduler().count(number(), USERS, 0, users, site);
        if (users.peek() <= 0) {
            scheduler().report(new Violation(
                    "kernel-bug",
                    "a notifier is registered with " + this + ", which nobody uses any more",
                    List.of(scheduler().end("by", site))));
        }
    }

    // What it has

    /** {@code mm->mmap_lock}. */
    public RwSem lock() {
        return lock;
    }

    public UserPages pages() {
        return pages;
    }

    /** What is mapped where. */
    public Mmap mmap() {
        return mmap;
    }

    public MmuNotifiers notifiers() {
        return notifiers;
    }

    /** {@code mm->pasid}; {@link PasidAllocator#INVALID} if it has none: a step. */
    public int pasid() {
        read(PASID, PASID_READ);
        return pasid;
    }

    /** Sets {@code mm->pasid}: a step. */
    public void setPasid(int value) {
        write(PASID, PASID_WRITE);
        if (pasid != PasidAllocator.INVALID) {
            core().holders().givenBack(Holders.Kind.PASID, toString(), PASID_DROP);
        }
        pasid = value;
        if (pasid != PasidAllocator.INVALID) {
            core().holders().taken(Holders.Kind.PASID, toString(), value, PASID_SET);
        }
    }

    /**
     * {@code handle_mm_fault()}, under {@code mmap_lock} which this takes: whether the page is there now, and can be
     * written if that is wanted. The caller holds {@code mm_users}.
     */
    public boolean fault(long address, boolean write) {
        use(FAULT);
        lock.downRead();
        boolean there = mmap.fault(address, write);
        lock.upRead();
        return there;
    }

    // The OOM killer

    /** What became of its memory, if it is a victim: no step. */
    public @Nullable Victim victim() {
        return victim;
    }

    /** {@code MMF_OOM_VICTIM} and {@code MMF_OOM_REAP_QUEUED}: whether it is one now that was none before. */
    boolean markOomVictim(Site site) {
        scheduler().step(Operation.UPDATE, number(), FLAGS, site);
        use(site);
        if (victim != null) {
            return false;
        }
        victim = new Victim(scheduler(), pages.pages(), pages.tables());
        return true;
    }

    /** {@code set_bit(MMF_OOM_SKIP)}: there is nothing to be had from it any more. */
    void setOomSkip(Site site) {
        scheduler().step(Operation.ADD, number(), OOM_SKIP, site);
        use(site);
        oomSkip = true;
    }

    boolean isOomSkip(Site site) {
        read(OOM_SKIP, site);
        return oomSkip;
    }

    @Override
    public String toString() {
        return "mm of " + name;
    }

    @Override
    public String kind() {
        return "mm_struct";
    }
}
