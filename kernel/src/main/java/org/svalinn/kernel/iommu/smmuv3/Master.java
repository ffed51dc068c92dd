package org.svalinn.kernel.iommu.smmuv3;

import org.svalinn.kernel.iommu.Device;
import org.svalinn.machine.pcie.Endpoint;

/**
 * A device with its stream, and the context descriptors of its domain: {@code struct arm_smmu_master}.
 *
 * @param device the device
 * @param function what it is on the bus
 * @param contexts its table of context descriptors
 */
record Master(Device device, Endpoint function, long contexts) {
    /** Its StreamID, where commands have one. */
    long stream() {
        return (long) function.requesterId() << 32;
    }

    /** {@code ats_enabled}. */
    boolean ats() {
        return function.capabilities().ats();
    }

    /** {@code stall_enabled}: a platform device, of which a fault waits in the SMMU. */
    boolean stalls() {
        return !ats();
    }
}
