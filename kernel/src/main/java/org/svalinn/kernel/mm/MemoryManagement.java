package org.svalinn.kernel.mm;

import java.util.function.Function;
import org.svalinn.kernel.pasid.PasidAllocator;
import org.svalinn.kernel.sync.Core;
import org.svalinn.kernel.sync.Rcu;
import org.svalinn.kernel.sync.WorkQueue;

/** Makes address spaces, and has what is one for all of them. */
public final class MemoryManagement {
    private final Core core;
    private final PasidAllocator pasids;
    private final Function<String, UserPages> userPages;
    private final WorkQueue work;
    private final Rcu srcu;
    private final Reclaim reclaim;
    private final OomKiller oomKiller;

    /**
     * @param pasids where the PASID of an mm goes
     * @param userPages makes the pages of an address space whose name it is given
     * @param work what is left to {@code mmput_async()}
     */
    public MemoryManagement(
            Core core, PasidAllocator pasids, Function<String, UserPages> userPages, WorkQueue work) {
        this.core = core;
        this.pasids = pasids;
        this.userPages = userPages;
        this.work = work;
        srcu = new Rcu(core, "srcu");
        reclaim = new Reclaim(core);
        oomKiller = new OomKiller(core, reclaim);
    }

    /** Spawns the daemons: {@code srcu}, whose grace periods notifiers wait for, and the OOM reaper. */
    public void start() {
        core.scheduler().spawnDaemon("srcu", srcu::serve);
        core.scheduler().spawnDaemon("oom_reaper", oomKiller::serve);
    }

    /** {@code mm_alloc()}: a new address space with one user, for exec. */
    public Mm allocate(String name) {
        return new Mm(this, name);
    }

    /** {@code dup_mm()}: a copy of the current process's address space, for fork. It has no PASID. */
    public Mm duplicate(Mm parent, String name) {
        Mm child = new Mm(this, name);
        parent.lock().downWrite();
        parent.mmap().copyTo(child);
        parent.lock().upWrite();
        return child;
    }

    /** The SRCU in whose sections notifiers are called. */
    public Rcu srcu() {
        return srcu;
    }

    /**
     * {@code mmu_notifier_synchronize()}, which is {@code synchronize_srcu()}: no walk calls a notifier any more that
     * was put before. That those have been <em>freed</em>, as the kernel's comment says, does not follow from a grace
     * period: {@code srcu_barrier()} would wait for its callbacks.
     */
    public void synchronizeNotifiers() {
        srcu.synchronize();
    }

    public Reclaim reclaim() {
        return reclaim;
    }

    public OomKiller oomKiller() {
        return oomKiller;
    }

    Core core() {
        return core;
    }

    PasidAllocator pasids() {
        return pasids;
    }

    WorkQueue work() {
        return work;
    }

    UserPages pagesOf(String name) {
        return userPages.apply(name);
    }
}
