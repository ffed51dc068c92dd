package org.svalinn.kernel.design;

/** Until when an mm keeps its PASID. */
public enum PasidLifetime {
    /**
     * Each bind takes a reference of the PASID; the last unbind frees it: before 5.18 ({@code iommu_sva_free_pasid()}).
     */
    LAST_UNBIND,
    /** {@code __mmput()} frees it, with the address space: release candidates of 5.18. */
    MMPUT,
    /** {@code __mmdrop()} frees it, with the {@code mm_struct}: 5.18, and all that came after it. */
    MMDROP
}
