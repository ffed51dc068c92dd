/**
 * What the IOMMU core and the drivers of IOMMUs know of each other ({@link org.svalinn.kernel.iommu.IommuDriver}), and
 * what both know of devices ({@link org.svalinn.kernel.iommu.Device}). The drivers, for VT-d and SMMUv3, are in
 * packages of their own; each programs the machine's registers, tables and queues as the real one does. Policy is not
 * theirs: who may be bound, for how long and by which PASID is {@code sva}'s business, above.
 *
 * <p>What is not modelled: DMA without a PASID, domains of other types, groups of several devices, the removal of a
 * device or an IOMMU, suspend, and faults that only the log would hear of.
 */
@NullMarked
package org.svalinn.kernel.iommu;

import org.jspecify.annotations.NullMarked;
