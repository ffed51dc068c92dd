package org.svalinn.machine.iommu;

import org.svalinn.explore.Site;
import org.svalinn.machine.Hardware;

/**
 * An IOMMU. It has three faces: registers, which its driver reads and writes; transactions, which devices put through it;
 * and commands, which it fetches from its queue in memory and carries out at its own pace.
 *
 * <p>{@link #translate} and {@link #pageRequest} take steps on the actor of the device that calls them.
 */
public interface Iommu extends Hardware {
    // The processor's face

    /**
     * Reads a register: one step.
     *
     * @param offset into the register space
     * @param size 4 or 8 bytes
     * @throws UnsupportedFeature where there is no such register in this model
     */
    long readRegister(long offset, int size);

    /** Writes a register: one step, with what follows of it at once. */
    void writeRegister(long offset, int size, long value);

    // Its own pace

    /** Whether there is a command to fetch and nothing that keeps it from that. */
    boolean hasCommand();

    /** Fetches the next command and carries it out, in steps; may wait for devices. */
    void executeCommand();

    /** The life of the IOMMU's own actor: one command after the other, for ever. Spawn it as a daemon. */
    void serve();

    // The devices' face

    /** Connects a function, which then may put transactions through the IOMMU. Not a step: for when the machine is built. */
    void attach(Function function);

    /**
     * Puts a transaction through: an untranslated request, an ATS translation request or a translated request. When it
     * returns, {@link Transaction#outcome} says what became of it. One that stalls comes back when software has answered.
     */
    void translate(Transaction transaction);

    /**
     * Tells that the memory accesses of a granted transaction are done. Between {@link #translate} and this the transaction
     * is in flight: an invalidation that drains does not complete before. A device calls it once for each granted untranslated
     * or translated request, after its last access; for a translation request, and for one that was refused, it does nothing.
     */
    void completed(Transaction transaction);

    /** Delivers a PCIe Page Request message, a stop marker included: it is queued for software, answered at once, or lost. */
    void pageRequest(PageRequest request);

    /** Delivers a PCIe Invalidate Completion message from a function for these tags (ITag vector, one bit each). */
    void invalidationCompleted(Function function, int tags);

    /**
     * Tells that no Invalidate Completion for these tags will come in time: the function is gone, or ignores the request. There
     * is no clock here, so this is the moment at which the time-out runs out (VT-d 6.5.2.11, SMMUv3 3.9.1.1). A completion may still follow.
     */
    default void invalidationTimedOut(Function function, int tags) {
        throw new UnsupportedFeature("the time-out of an invalidation that " + function.name() + " does not complete");
    }

    // For checks

    /**
     * Announces that somebody looks at what is remembered of this PASID of a function, in as many steps as that takes: whoever
     * asks {@link #remembers} from an actor does this first, or the explorer does not know that the answer can change.
     */
    default void observe(int requesterId, int pasid, Site site) {}

    /**
     * What still remembers this PASID of a function, in words, such as {@code an IOTLB entry of PASID 1}; empty if nothing
     * does. It takes no step itself, see {@link #observe}: it is for whoever asserts that a PASID may be given to somebody else.
     */
    String remembers(int requesterId, int pasid);
}
