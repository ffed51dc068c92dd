package org.svalinn.kernel.iommu;

import org.svalinn.machine.memory.Owner;

/** A device that can be bound to address spaces: {@code struct device}, with its own group. */
public interface Device {
    String name();

    /** The highest PASID it can use: {@code dev->iommu->max_pasids - 1}. */
    int maxPasid();

    /** Tells it for which address space work with a PASID will be. */
    void start(int pasid, Owner owner);

    /** Tells it to send no more requests with the PASID. Does not wait. */
    void stop(int pasid);

    /** Waits until none of its work with the PASID is left, page requests included. */
    void drain(int pasid);
}
