package org.svalinn.kernel.mm;

import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Site;
import org.svalinn.kernel.sync.Core;
import org.svalinn.kernel.sync.KernelObject;

/**
 * One who is told what happens to an address space: {@code struct mmu_notifier} with its operations,
 * {@code mm/mmu_notifier.c}. Register, put or unregister it with {@link Mm#notifiers}.
 *
 * <p>A walk takes no step on the notifier that it calls: {@link #release} and {@link #invalidateRange} begin with one
 * ({@link #read}), so that a search tries a free before it.
 */
public abstract class MmuNotifier extends KernelObject {
    /** {@code subscription->mm}: set when it is registered. */
    @Nullable Mm mm;

    /** {@code subscription->users}, and whether it is on the list: both under the lock of the list. */
    int users;

    boolean isHashed;

    protected MmuNotifier(Core core, String name, Site site) {
        super(core, name, site);
    }

    /** {@code ops->release()}: the address space is about to go. Called in an SRCU read-side section; may sleep. */
    public abstract void release(Mm mm);

    /**
     * {@code ops->invalidate_range()} ({@code arch_invalidate_secondary_tlbs} since 6.6): entries of this range have
     * been cleared, and pages will be freed when this returns. Must not sleep.
     */
    public abstract void invalidateRange(Mm mm, long start, long end);

    /** {@code ops->free_notifier()}: a grace period after the last {@code mmu_notifier_put()}. */
    public abstract void freeNotifier();

    /** {@code mm_has_blockable_invalidate_notifiers()}'s question: whether it may sleep when a range is invalidated. */
    public boolean isBlockable() {
        return false;
    }
}
