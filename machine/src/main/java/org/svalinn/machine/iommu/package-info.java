/**
 * What every IOMMU is to the devices behind it and to the processor before it. Each architecture is a package of its own
 * that implements {@link org.svalinn.machine.iommu.Iommu}.
 *
 * <p>An IOMMU has no thread of its own for translations: a transaction goes through it on its device's actor, step by step,
 * so that any number of them are under way at once. What it does at its own pace, fetching commands from its queue, is its own
 * actor's: {@link org.svalinn.machine.iommu.Iommu#serve}.
 */
@NullMarked
package org.svalinn.machine.iommu;

import org.jspecify.annotations.NullMarked;
