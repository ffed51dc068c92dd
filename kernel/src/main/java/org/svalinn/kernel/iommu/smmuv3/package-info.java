/**
 * The driver of Arm's SMMUv3 ({@code drivers/iommu/arm/arm-smmu-v3/} of 5.18 to 6.1, without what shared virtual
 * addressing has no use for): numbers in brackets are sections of IHI 0070, the architecture.
 */
@NullMarked
package org.svalinn.kernel.iommu.smmuv3;

import org.jspecify.annotations.NullMarked;
