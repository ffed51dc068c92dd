package org.svalinn.kernel.sva;

import org.jspecify.annotations.Nullable;
import org.svalinn.kernel.iommu.Device;
import org.svalinn.kernel.iommu.IommuDriver;
import org.svalinn.kernel.mm.Mm;
import org.svalinn.kernel.pasid.PasidAllocator;
import org.svalinn.kernel.sync.Core;

/** Shared virtual addressing: {@code drivers/iommu/iommu-sva.c}. Binds address spaces to devices by the design's policies. */
public final class IommuSva {
    public IommuSva(Core core, IommuDriver driver, PasidAllocator pasids) {
    }

    /** {@code iommu_sva_bind_device()}: the bond, shared with others who bind the same; null if there is no PASID for it. */
    public @Nullable SvaHandle bindDevice(Device device, Mm mm) {
        throw new UnsupportedOperationException();
    }

    /** {@code iommu_sva_unbind_device()}: the last one tears the bond down. The device must have stopped before. */
    public void unbindDevice(SvaHandle handle) {
        throw new UnsupportedOperationException();
    }
}
