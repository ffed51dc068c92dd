package org.svalinn.scenario;

import org.svalinn.source.tree.SourceTree;

/** The edits of the kernel that the tests must see through. */
final class Edits {
    private static final String SVA = "drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3-sva.c";
    private static final String FORK = "kernel/fork.c";
    private static final String NOTIFIER = "mm/mmu_notifier.c";

    private Edits() {}

    /** As before the fix of v5.18: the Arm driver does not keep the mm for its shared context descriptor. */
    static String withoutMmgrab(SourceTree tree) {
        return new SourceEdit(tree)
                .delete(SVA, "arm_smmu_alloc_shared_cd", "mmgrab(mm);")
                .delete(SVA, "arm_smmu_alloc_shared_cd", "mmdrop(mm);")
                .delete(SVA, "arm_smmu_free_shared_cd", "mmdrop(cd->mm);")
                .patch();
    }

    /** As in v5.18-rc: the PASID goes with the address space instead of with the mm. */
    static String pasidDroppedInMmput(SourceTree tree) {
        return new SourceEdit(tree)
                .delete(FORK, "__mmdrop", "mm_pasid_drop(mm);")
                .insertBefore(FORK, "__mmput", "mmdrop(mm);", "\tmm_pasid_drop(mm);")
                .patch();
    }

    /** The notifier's own reference is never given back. */
    static String withoutNotifierMmdrop(SourceTree tree) {
        return new SourceEdit(tree).delete(NOTIFIER, "mmu_notifier_free_rcu", "mmdrop(mm);").patch();
    }

    /** The rejected design: a bond pins the address space. */
    static String mmgetAroundBind(SourceTree tree) {
        return new SourceEdit(tree)
                .insertAfter(SVA, "__arm_smmu_sva_bind", "bond->mm = mm;", "\tmmget(mm);")
                .insertAfter(SVA, "arm_smmu_sva_unbind", "arm_smmu_mmu_notifier_put(bond->smmu_mn);", "\t\tmmput(bond->mm);")
                .patch();
    }
}
