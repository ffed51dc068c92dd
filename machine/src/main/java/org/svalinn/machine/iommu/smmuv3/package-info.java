/**
 * Arm's System MMU, version 3 (IHI 0070): registers, stream table, context descriptors, TLB, command, event and
 * page-request queues, stalls, ATS and PRI, bit for bit. {@link org.svalinn.machine.iommu.smmuv3.SmmuV3} is what others
 * see of it.
 *
 * <p>{@code docs/conformance/smmuv3.md} says, clause by clause, what is modelled and what is refused.
 */
@NullMarked
package org.svalinn.machine.iommu.smmuv3;

import org.jspecify.annotations.NullMarked;
