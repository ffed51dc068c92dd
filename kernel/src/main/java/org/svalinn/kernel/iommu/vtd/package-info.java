/** The driver of Intel's IOMMU in scalable mode: {@code drivers/iommu/intel}. */
@NullMarked
package org.svalinn.kernel.iommu.vtd;

import org.jspecify.annotations.NullMarked;
