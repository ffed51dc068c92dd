package org.svalinn.kernel.sva;

import org.svalinn.explore.Site;
import org.svalinn.kernel.sync.Core;
import org.svalinn.kernel.sync.KernelObject;

/** A bond of a device and an mm: {@code struct iommu_sva}. */
public final class SvaHandle extends KernelObject {
    SvaHandle(Core core, String name, Site site) {
        super(core, name, site);
    }

    /** {@code iommu_sva_get_pasid()}. */
    public int pasid() {
        throw new UnsupportedOperationException();
    }

    @Override
    public String toString() {
        return "bond";
    }

    @Override
    public String kind() {
        return "iommu_sva";
    }
}
