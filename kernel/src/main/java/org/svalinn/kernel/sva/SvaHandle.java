package org.svalinn.kernel.sva;

import org.svalinn.explore.Site;
import org.svalinn.kernel.iommu.Device;
import org.svalinn.kernel.sync.Core;
import org.svalinn.kernel.sync.KernelObject;

/**
 * A bond of a device and an mm: {@code struct iommu_sva}. Whoever binds the same two gets the same one, and gives it
 * back by {@link IommuSva#unbindDevice}.
 */
public final class SvaHandle extends KernelObject {
    static final Site BIND = Site.named("iommu_sva_bind_device");
    private static final Site GET_PASID = Site.named("iommu_sva_get_pasid");
    private static final Site HANDLE = Site.named("iommu_sva_handle_iopf");
    private static final long DOMAIN = 1;

    private final Device device;
    private final SvaDomain domain;
    private final int pasid;

    // Under the SVA mutex
    int users = 1;
    boolean isTornDown;

    SvaHandle(Core core, Device device, SvaDomain domain, int pasid) {
        super(core, "iommu_sva", BIND);
        this.device = device;
        this.domain = domain;
        this.pasid = pasid;
    }

    Device device() {
        return device;
    }

    SvaDomain domain() {
        return domain;
    }

    /** Its domain, for one who holds no reference and no lock: a step. */
    SvaDomain domainOfFault() {
        read(DOMAIN, HANDLE);
        return domain;
    }

    /** {@code iommu_sva_get_pasid()}: what the device is to put on its requests. */
    public int pasid() {
        use(GET_PASID);
        return pasid;
    }

    @Override
    public String toString() {
        return "bond of " + device.name() + " and " + domain.mm();
    }

    @Override
    public String kind() {
        return "iommu_sva";
    }
}
