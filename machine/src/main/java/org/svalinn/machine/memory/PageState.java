package org.svalinn.machine.memory;

/** What a page is for. */
public enum PageState {
    /** Nothing: whoever touches it uses what was freed, or was never allocated. */
    FREE,
    /** The kernel's data, which devices may reach only as what it is: queues and descriptors are this too. */
    KERNEL,
    /** A page table of the owner's address space. */
    PAGE_TABLE,
    /** A page of the owner's address space, for its processor and for devices that work for it. */
    USER,
    /** A table of an IOMMU. */
    DEVICE_TABLE
}
