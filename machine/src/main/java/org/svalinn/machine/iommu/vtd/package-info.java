/**
 * Intel VT-d in scalable mode, as the <em>Intel Virtualization Technology for Directed I/O Architecture
 * Specification</em>, revision 4.x, defines it: registers, tables in memory, queued invalidation, page requests,
 * faults, and caches that go stale.
 *
 * <p>{@link org.svalinn.machine.iommu.vtd.VtdIommu} is the whole, {@link org.svalinn.machine.iommu.vtd.VtdConfig} says
 * what a unit can do. Not modelled, and refused by name: legacy mode, register-based invalidation, interrupt remapping,
 * protected memory, advanced fault logging, memory types, virtual commands. {@code docs/conformance/vtd.md} has the
 * list, by clause.
 */
@NullMarked
package org.svalinn.machine.iommu.vtd;

import org.jspecify.annotations.NullMarked;
