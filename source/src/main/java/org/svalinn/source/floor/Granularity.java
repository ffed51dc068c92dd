package org.svalinn.source.floor;

/** How much of the driver's way to its IOMMU's command queue is one step. */
public enum Granularity {
    /** The insertion of commands is one step, see {@link CommandQueue}. */
    COARSE,
    /** Each access of it is a step of its own. */
    FINE
}
