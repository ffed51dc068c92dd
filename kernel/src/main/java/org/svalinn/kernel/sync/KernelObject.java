package org.svalinn.kernel.sync;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.explore.Violation;
import org.svalinn.machine.Steps;

/**
 * Something that was allocated and will be freed. A field that others may reach is read and written through {@link #read}
 * and {@link #write}, a step each; one that a lock protects is touched with {@link #use}, no step. Each of them sees a use
 * after free.
 */
public abstract class KernelObject {
    private static final Violation.End UNTOLD = new Violation.End("", "", List.of());

    private final Core core;
    private final long number;
    private final Violation.End allocated;
    private Violation.@Nullable End freed;
    private boolean isFreed;
    private List<Lock> locks = List.of();

    /** Allocates it: {@code kmalloc(GFP_KERNEL)} at this site, which may sleep. */
    protected KernelObject(Core core, String name, Site site) {
        core.atomicity().mightSleep(site);
        this.core = core;
        number = core.slab().number(name);
        allocated = core.scheduler().isNarrating() ? core.scheduler().end("allocated by", site) : UNTOLD;
        core.slab().add(this);
    }

    /** What it is, in words, such as {@code mm of parent}: for reports. */
    @Override
    public abstract String toString();

    /** Its type in the kernel, such as {@code mm_struct}. */
    public abstract String kind();

    /** What every part of the kernel needs. */
    protected final Core core() {
        return core;
    }

    protected final Scheduler scheduler() {
        return core.scheduler();
    }

    /** The number by which steps know it. */
    public final long number() {
        return number;
    }

    /** Who allocated it; told while a run is told. */
    public final Violation.End allocated() {
        return allocated;
    }

    public final boolean isFreed() {
        return isFreed;
    }

    /** Reads a field that others may write: one step. */
    public final void read(long part, Site site) {
        core.scheduler().step(Operation.READ, number, part, site);
        use(site);
    }

    /** Writes a field that others may read: one step. */
    public final void write(long part, Site site) {
        core.scheduler().step(Operation.WRITE, number, part, site);
        use(site);
    }

    /** Touches it under a lock, or right after a step on it: no step. */
    public final void use(Site site) {
        if (isFreed) {
            reportUse(site);
        }
    }

    /** The same of whose part something is, if it is anybody's. */
    static void use(@Nullable KernelObject owner, Site site) {
        if (owner != null) {
            owner.use(site);
        }
    }

    void contains(Lock lock) {
        if (locks.isEmpty()) {
            locks = new ArrayList<>(2);
        }
        locks.add(lock);
    }

    private void reportUse(Site site) {
        List<Violation.End> ends = new ArrayList<>();
        if (freed != null) {
            ends.add(freed);
        }
        ends.add(core.scheduler().end("used by", site));
        core.scheduler().report(new Violation("use-after-free", this + " is used after it was freed", ends));
    }

    /**
     * {@code kfree()}: a step, and one for each lock that is part of it, which nobody must hold. After it every use is a
     * violation.
     */
    public final void free(Site site) {
        core.scheduler().step(Operation.FREE, number, Steps.ALL, site);
        if (isFreed) {
            List<Violation.End> ends = new ArrayList<>();
            if (freed != null) {
                ends.add(freed);
            }
            ends.add(core.scheduler().end("freed again by", site));
            core.scheduler().report(new Violation("double-free", this + " is freed twice", ends));
            return;
        }
        for (Lock lock : locks) {
            core.scheduler().step(Operation.FREE, lock.number(), Steps.ALL, site);
            if (lock.isLocked()) {
                Misuse.report(core, "held-lock-freed", this + " is freed while " + lock + " is held", site);
            }
        }
        freed = core.scheduler().end("freed by", site);
        isFreed = true;
    }
}
