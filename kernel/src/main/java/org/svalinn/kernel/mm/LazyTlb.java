package org.svalinn.kernel.mm;

import org.jspecify.annotations.Nullable;

/**
 * The address space that a kernel thread, or an idle processor, has borrowed from whoever ran before ({@code
 * active_mm}): its tables are still those of the processor, so it holds {@code mm_count} ({@code mmgrab_lazy_tlb()}),
 * and keeps no address space from going.
 */
public final class LazyTlb {
    private @Nullable Mm active;

    /**
     * {@code enter_lazy_tlb()}: borrows the mm of whoever is switched away from; the caller holds {@code mm_count}
     * now.
     */
    public void enter(Mm mm) {
        mm.grab();
        leave();
        active = mm;
    }

    /** {@code finish_task_switch()}: {@code mmdrop_lazy_tlb()} of what was borrowed, if anything was. */
    public void leave() {
        Mm mm = active;
        active = null;
        if (mm != null) {
            mm.drop();
        }
    }
}
