package org.svalinn.kernel.sync;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.explore.Violation;
import org.svalinn.machine.Steps;

/**
 * Something that was allocated and will be freed. A field that others may reach is read and written through {@link
 * #read} and {@link #write}, a step each; one that a lock protects is touched with {@link #use}, no step. Each of them
 * sees a use after free.
 */
public abstract class KernelObject {
    private static final Violation.End UNTOLD = new Violation.End("", "", List.of());

    private final Core core;
    private final long number;
    private final Violation.End allocated;
    /** Who freed it; null as long as nobody has. */
    private Violation.@Nullable End freed;
    /** The first lock that is part of it. */
    private @Nullable LockPart locks;

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
        return freed != null;
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
        Violation.End by = freed;
        if (by != null) {
            reportUse(by, site);
        }
    }

    /** Touches the object that a lock is part of, right after a step on the lock. */
    static void use(@Nullable LockPart part, Site site) {
        if (part != null && part.freed != null) {
            part.owner.reportUse(part.freed, site);
        }
    }

    /** Makes a lock a part of the object. */
    LockPart contains(Lock lock) {
        LockPart part = new LockPart(this, lock);
        LockPart last = locks;
        if (last == null) {
            locks = part;
            return part;
        }
        while (last.next != null) {
            last = last.next;
        }
        last.next = part;
        return part;
    }

    private void reportUse(Violation.End by, Site site) {
        core.scheduler().report(new Violation(
                "use-after-free",
                this + " is used after it was freed",
                List.of(by, core.scheduler().end("used by", site))));
    }

    /**
     * {@code kfree()}: a step, after which every use is a violation; and before it one for each lock that is part of
     * it, which nobody must hold.
     */
    public final void free(Site site) {
        Violation.End by = core.scheduler().end("freed by", site);
        for (LockPart part = locks; part != null; part = part.next) {
            part.free(by, site);
        }
        core.scheduler().step(Operation.FREE, number, Steps.ALL, site);
        Violation.End before = freed;
        if (before != null) {
            core.scheduler().report(new Violation(
                    "double-free",
                    this + " is freed twice",
                    List.of(before, core.scheduler().end("freed again by", site))));
            return;
        }
        freed = by;
    }

    /** A lock in an object. Its users take no step on the object itself, so it has its own end. */
    static final class LockPart {
        private final KernelObject owner;
        private final Lock lock;
        private Violation.@Nullable End freed;
        private @Nullable LockPart next;

        private LockPart(KernelObject owner, Lock lock) {
            this.owner = owner;
            this.lock = lock;
        }

        private void free(Violation.End by, Site site) {
            owner.core.scheduler().step(Operation.FREE, lock.number(), Steps.ALL, site);
            if (lock.isLocked()) {
                Misuse.report(owner.core, "held-lock-freed", owner + " is freed while " + lock + " is held", site);
            }
            if (freed == null) {
                freed = by;
            }
        }
    }
}
