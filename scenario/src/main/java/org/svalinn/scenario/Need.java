package org.svalinn.scenario;

import java.util.List;
import org.svalinn.kernel.design.Omission;

/**
 * Why a step of v5.18 is needed on an IOMMU, or why it is not missed there.
 *
 * @param omission the step
 * @param iommu which
 * @param isNoticed whether v5.18 without this step alone violates something
 * @param because why, as a clause
 * @param shown by what: by v5.18 without it, if that is noticed; else by another design, or with more left out
 */
public record Need(Omission omission, String iommu, boolean isNoticed, String because, List<Shown> shown) {
    public Need {
        shown = List.copyOf(shown);
    }

    /**
     * A search that shows it.
     *
     * @param cell what to search
     * @param check what fires
     * @param because why, as a clause
     */
    public record Shown(Cell cell, String check, String because) {}
}
