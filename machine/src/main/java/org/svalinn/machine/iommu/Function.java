package org.svalinn.machine.iommu;

/**
 * A PCIe function, or any other master, as its IOMMU sees it. Messages to it are only delivered: it acts on them at its own
 * pace, on an actor of its own.
 */
public interface Function {
    /** Its requester id (bus, device, function), which on Arm is its stream id. */
    int requesterId();

    /** A name for people. */
    String name();

    /** Delivers an ATS Invalidate Request message. Answered by {@link Iommu#invalidationCompleted}, some time. */
    void invalidate(InvalidationRequest request);

    /** Delivers a PCIe PRG Response message. */
    void respond(PageResponse response);
}
