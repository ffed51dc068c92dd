/**
 * PASIDs: process address space identifiers, and who may have one. Before one is free again the machine is asked
 * whether anything still remembers it. When that is, is the design's business. There is one allocator for the whole
 * machine, as in Linux until 6.4 for all drivers and after it for SVA: no PASIDs of a device's own, no custom
 * allocators of a hypervisor.
 */
@NullMarked
package org.svalinn.kernel.pasid;

import org.jspecify.annotations.NullMarked;
