package org.svalinn.kernel.iommu;

import org.svalinn.machine.memory.Owner;

/** A device that can be bound to address spaces: {@code struct device}, with its own group. */
public interface Device {
    String name();

    /** The highest PASID it can put on its requests. What its IOMMU can do is {@link IommuDriver#maxPasid}. */
    int maxPasid();

    /**
     * Work with the PASID may begin, for this address space. The IOMMU's driver says so at the end of
     * {@link IommuDriver#setDevicePasid}, for checks to know whose a transaction is; what Linux's drivers of devices do
     * after their bind ({@code start_queue}) is in it.
     */
    void start(int pasid, Owner owner);

    /** Tells it to send no more requests with the PASID. Does not wait. */
    void stop(int pasid);

    /** Waits until none of its work with the PASID is left, page requests included. */
    void drain(int pasid);
}
