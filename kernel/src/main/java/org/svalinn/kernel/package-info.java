/**
 * The reference kernel, put together: a machine, its devices and their drivers, and processes.
 *
 * <p>{@link org.svalinn.kernel.ReferenceKernel} is one running kernel; {@link org.svalinn.kernel.ReferenceProgram} has
 * one for each execution of a search. Here too are the two checks that need the whole: that nothing remembers a PASID
 * that is given up, and that nothing is alive when everything is quiet. A machine has one IOMMU, whose kind decides
 * the processor's page tables; each device has a group of its own.
 */
@NullMarked
package org.svalinn.kernel;

import org.jspecify.annotations.NullMarked;
