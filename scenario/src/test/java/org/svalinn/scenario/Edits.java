package org.svalinn.scenario;

import org.svalinn.source.tree.SourceTree;

/** The edits of the kernel that the tests must see through. */
final class Edits {
    private static final String SVA = "drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3-sva.c";
    private static final String SMMU = "drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.c";
    private static final String IOMMU = "drivers/iommu/iommu.c";
    private static final String PASID = "drivers/iommu/intel/pasid.c";
    private static final String SVM = "drivers/iommu/intel/svm.c";
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

    /** The bond is freed twice. */
    static String bondFreedTwice(SourceTree tree) {
        return new SourceEdit(tree).insertAfter(SVA, "arm_smmu_sva_unbind", "kfree(bond);", "\t\tkfree(bond);").patch();
    }

    /** The driver takes a mutex in an RCU read-side section. */
    static String mutexUnderRcu(SourceTree tree) {
        return new SourceEdit(tree)
                .insertBefore(SVA, "arm_smmu_sva_unbind", "mutex_lock(&sva_lock);", "\trcu_read_lock();")
                .insertAfter(SVA, "arm_smmu_sva_unbind", "mutex_unlock(&sva_lock);", "\trcu_read_unlock();")
                .patch();
    }

    /** The driver's lock is never given back. */
    static String withoutUnlock(SourceTree tree) {
        return new SourceEdit(tree).delete(SVA, "arm_smmu_sva_unbind", "mutex_unlock(&sva_lock);").patch();
    }

    /** A reference of the mm is given back that nobody took. */
    static String oneMmdropTooMany(SourceTree tree) {
        return new SourceEdit(tree).insertAfter(SVA, "arm_smmu_free_shared_cd", "mmdrop(cd->mm);", "\t\tmmdrop(cd->mm);").patch();
    }

    /** The notifier's own count is decremented once more than it was incremented. */
    static String notifierPutTwice(SourceTree tree) {
        return new SourceEdit(tree)
                .insertAfter(SVA, "arm_smmu_mmu_notifier_put", "mmu_notifier_put(&smmu_mn->mn);", "\tmmu_notifier_put(&smmu_mn->mn);")
                .patch();
    }

    /** The kernel's own word. */
    static String bug(SourceTree tree) {
        return new SourceEdit(tree).insertBefore(SVA, "arm_smmu_sva_unbind", "mutex_lock(&sva_lock);", "\tBUG_ON(bond->mm);").patch();
    }

    // Intel

    /** Nothing. */
    static String none(SourceTree tree) {
        return "";
    }

    /** SVA is let through on x86. */
    static String svaOnX86(SourceTree tree) {
        return new SourceEdit(tree)
                .delete(IOMMU, "iommu_sva_bind_device", "if (IS_ENABLED(CONFIG_X86))")
                .delete(IOMMU, "iommu_sva_bind_device", "return ERR_PTR(-EOPNOTSUPP);")
                .patch();
    }

    /** A torn-down PASID-table entry stays as it was. */
    static String pasidEntryStays(SourceTree tree) {
        return new SourceEdit(tree)
                .delete(PASID, "intel_pasid_tear_down_entry", "pasid_clear_present(pte);")
                .delete(PASID, "intel_pasid_tear_down_entry", "intel_pasid_clear_entry(dev, pasid, fault_ignore);")
                .patch();
    }

    /** unbind does not drain page requests. */
    static String withoutDrain(SourceTree tree) {
        return new SourceEdit(tree).delete(SVM, "intel_svm_unbind_mm", "intel_svm_drain_prq(dev, svm->pasid);").patch();
    }

    /** A page request of a device is never answered. */
    static String withoutPageResponse(SourceTree tree) {
        return new SourceEdit(tree).delete(SVM, "intel_svm_page_response", "qi_submit_sync(iommu, &desc, 1, 0);").patch();
    }

    /** unbind keeps pasid_mutex while it waits for the page requests that are being handled. */
    static String drainUnderTheMutex(SourceTree tree) {
        return new SourceEdit(tree)
                .delete(SVM, "intel_svm_drain_prq", "mutex_unlock(&pasid_mutex);")
                .delete(SVM, "intel_svm_drain_prq", "mutex_lock(&pasid_mutex);")
                .patch();
    }

    // What the SMMU must be told

    /** munmap() and the like no longer invalidate the SMMU's TLB. */
    static String withoutTlbInvalidation(SourceTree tree) {
        return new SourceEdit(tree)
                .insertBefore(SVA, "arm_smmu_mm_invalidate_range", "size = end - start;", "\treturn;")
                .patch();
    }

    /** A context descriptor is written, but the SMMU may keep the old one. */
    static String withoutConfigurationInvalidation(SourceTree tree) {
        return new SourceEdit(tree).insertBefore(SMMU, "arm_smmu_sync_cd", "cmds.num = 0;", "\treturn;").patch();
    }

    /** Invalidations are submitted, but nobody waits until they are complete. */
    static String withoutSync(SourceTree tree) {
        String submit = "return arm_smmu_cmdq_issue_cmdlist(smmu, cmds->cmds, cmds->num, %s);";
        return new SourceEdit(tree)
                .insertBefore(SMMU, "arm_smmu_cmdq_batch_submit", submit.formatted("true"), "\t" + submit.formatted("false"))
                .patch();
    }

    /** A page response is never sent. */
    static String withoutResume(SourceTree tree) {
        return new SourceEdit(tree)
                .delete(SMMU, "arm_smmu_page_response", "arm_smmu_cmdq_issue_cmd(master->smmu, &cmd);")
                .patch();
    }

    /** The owner publishes commands without waiting until those of other CPUs have been written. */
    static String withoutValidMapPoll(SourceTree tree) {
        return new SourceEdit(tree)
                .delete(SMMU, "arm_smmu_cmdq_issue_cmdlist", "arm_smmu_cmdq_poll_valid_map(cmdq, llq.prod, prod);")
                .patch();
    }
}
