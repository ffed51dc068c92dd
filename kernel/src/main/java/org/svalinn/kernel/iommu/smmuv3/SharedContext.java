package org.svalinn.kernel.iommu.smmuv3;

import java.util.ArrayList;
import java.util.List;
import org.svalinn.kernel.mm.Mm;

/** The ASID of an mm, and where it is used: {@code struct arm_smmu_ctx_desc}, with {@code mm->context.pinned}. */
final class SharedContext {
    final Mm mm;
    final int asid;
    /** How often the ASID has been taken. */
    int pinned;
    /** Who may hold translations of it. */
    final List<Bond> bonds = new ArrayList<>(1);

    /** A device that is bound. */
    static final class Bond {
        final Master master;
        final int pasid;
        /** Whether it was quieted by {@code release()} ({@code smmu_mn->cleared}). */
        boolean cleared;

        Bond(Master master, int pasid) {
            this.master = master;
            this.pasid = pasid;
        }
    }

    SharedContext(Mm mm, int asid) {
        this.mm = mm;
        this.asid = asid;
    }

    /** The bond of this device. */
    Bond bond(Master master) {
        for (Bond bond : bonds) {
            if (bond.master == master) {
                return bond;
            }
        }
        throw new IllegalArgumentException(master.device().name() + " is not bound to " + mm);
    }
}
