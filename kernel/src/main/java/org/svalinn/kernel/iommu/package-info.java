/**
 * What the IOMMU core and the drivers of IOMMUs know of each other, and the drivers: for VT-d and SMMUv3, each of which
 * programs the machine's registers, tables and queues as the real one does.
 */
@NullMarked
package org.svalinn.kernel.iommu;

import org.jspecify.annotations.NullMarked;
