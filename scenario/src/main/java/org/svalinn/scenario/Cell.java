package org.svalinn.scenario;

import org.svalinn.kernel.design.Variant;

/**
 * One trial of a comparison.
 *
 * @param variant the reference kernel's design, and what is left out of it
 * @param iommu which
 * @param scenario of the catalogue
 */
public record Cell(Variant variant, String iommu, String scenario) {
    /** Names it, the same in every run of Svalinn. */
    @Override
    public String toString() {
        return scenario + " on " + variant + ", " + iommu;
    }
}
