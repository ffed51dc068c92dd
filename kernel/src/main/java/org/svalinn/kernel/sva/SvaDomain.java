package org.svalinn.kernel.sva;

import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Site;
import org.svalinn.kernel.mm.Mm;
import org.svalinn.kernel.mm.MmuNotifier;
import org.svalinn.kernel.sync.Core;

/**
 * All bonds of one mm, with the notifier that keeps what IOMMUs remember of it true: {@code struct
 * arm_smmu_mmu_notifier} and {@code struct intel_svm} of 5.18, {@code struct iommu_domain} of type SVA of 6.12. Its
 * callbacks use it under no lock, so it is freed only when a grace period has passed since it was taken off the mm's
 * list.
 */
final class SvaDomain extends MmuNotifier {
    private static final Site ALLOC = Site.named("iommu_sva_domain_alloc");
    private static final Site RELEASE = Site.named("iommu_sva_mm_release");
    private static final Site INVALIDATE = Site.named("iommu_sva_mm_invalidate_range");
    private static final Site FREE = Site.named("iommu_sva_domain_free");
    private static final Site HANDLE = Site.named("iommu_sva_handle_iopf");
    private static final long DESCRIPTOR = 1;

    private final IommuSva sva;
    private final Mm mm;

    /** How many bonds it has: under the SVA mutex. */
    int bonds;

    SvaDomain(Core core, IommuSva sva, Mm mm) {
        super(core, "SVA domain", ALLOC);
        this.sva = sva;
        this.mm = mm;
    }

    Mm mm() {
        return mm;
    }

    /** The mm, with {@code mm_users}, for one who holds no lock; null if nobody uses it any more: a step. */
    @Nullable Mm mmOfFault() {
        read(DESCRIPTOR, HANDLE);
        return mm.getNotZero() ? mm : null;
    }

    @Override
    public void release(Mm whose) {
        read(DESCRIPTOR, RELEASE);
        sva.release(this);
        read(DESCRIPTOR, RELEASE);
    }

    @Override
    public void invalidateRange(Mm whose, long start, long end) {
        read(DESCRIPTOR, INVALIDATE);
        sva.driver().invalidate(mm, start, end);
    }

    @Override
    public void freeNotifier() {
        free(FREE);
    }

    @Override
    public String toString() {
        return "SVA domain of " + mm;
    }

    @Override
    public String kind() {
        return "iommu_domain";
    }
}
