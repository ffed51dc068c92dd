package org.svalinn.kernel.design;

/** What the {@code release()} notifier does about the bonds of an address space that is about to go. */
public enum OnRelease {
    /**
     * The IOMMU aborts what devices still send, and forgets translations; the device is stopped when the file is
     * closed.
     */
    QUIESCE,
    /**
     * The device is stopped and drained, and the bond is torn down, before {@code exit_mmap()} goes on: proposed,
     * rejected.
     */
    TEAR_DOWN
}
