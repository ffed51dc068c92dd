package org.svalinn.machine.driver;

import org.svalinn.explore.Run;
import org.svalinn.machine.pcie.Endpoint;

/** What software wants of an IOMMU that shares virtual addresses, whichever it is. */
public interface IommuDriver {
    /** A new address space, in the architecture's format, whose changes are invalidated wherever it is bound. */
    AddressSpace addressSpace(String name);

    /** Lets a function do DMA with a PASID into an address space. */
    void bind(Endpoint function, int pasid, AddressSpace space);

    /**
     * Takes a PASID away from a function: its entry is no longer valid, and the IOMMU and the function remember nothing
     * of it when this returns. The function must have stopped using it before, and been drained.
     */
    void unbind(Endpoint function, int pasid);

    /**
     * Entries of an address space have changed: invalidates them wherever it is bound. When this returns, nothing
     * remembers what they were. {@link #addressSpace} arranges that it is called when it must be.
     */
    void invalidate(AddressSpace space, long address, long bytes);

    /** Spawns the actor that answers page requests and faults that stall, by mapping what is missing. */
    void start(Run run);
}
