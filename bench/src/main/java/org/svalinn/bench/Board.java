package org.svalinn.bench;

import org.svalinn.machine.iommu.Iommu;

/**
 * An IOMMU with {@link #DEVICES} devices, each bound to an address space of its own, and the little software that it takes to
 * drive it through registers and queues as the specification has them. Everything is done when a method returns.
 *
 * <p>Sixteen devices, because what must be forgotten before each measured translation is forgotten for all at once: the
 * time that takes is then a sixteenth of what it would be.
 */
public interface Board {
    int DEVICES = 16;

    /** The page that every address space maps, to memory of its own, readable and writable. */
    long ADDRESS = 0x7654_3210_f000L;

    Iommu iommu();

    static int requesterId(int device) {
        return device << 3;
    }

    static int pasid(int device) {
        return 1 + device;
    }

    /** Invalidates all translations: IOTLB and paging-structure caches. */
    void forgetTranslations();

    /** Invalidates all translations, and all that is cached of device tables. */
    void forgetEverything();

    /** Invalidates the translations of {@link #ADDRESS} for the first device's address space: one command. */
    void invalidate();

    /** The same, and waits for its completion: two commands. */
    void invalidateAndWait();

    /** Takes all page requests from their queue, unseen. */
    void takePageRequests();

    /** Takes one page request from the queue, reads it, and answers it with success. */
    void answerPageRequest();

    /** How many page requests have been taken from the queue. */
    long pagesTaken();
}
