package org.svalinn.kernel.design;

import java.util.Arrays;
import java.util.Optional;

/** A step that a kernel takes for the sake of a lifetime, left out to see what comes of it. */
public enum Omission {
    /** A bond holds no {@code mm_count} of its own; the notifier's remains. */
    MMGRAB("mmgrab", "a bond does not hold mm_count; its notifier still does"),
    /** Nobody holds {@code mm_count} for a bond: neither it nor its notifier. */
    NOTIFIER_MMGRAB("notifier-mmgrab", "mmu_notifier_register() does not take mm_count"),
    /** The device is not told to stop before unbind. */
    STOP("stop", "the device is not told to stop using the PASID before unbind"),
    /** Nobody waits for the device's transactions. */
    DEVICE_DRAIN("device-drain", "nobody waits for the device's work under way before unbind"),
    /** Page requests on their way are not waited for. */
    DRAIN("drain", "page requests in queues and handlers are not waited for at unbind"),
    /** The page request queue is drained while the device can still send. */
    STOP_BEFORE_DRAIN("stop-before-drain", "page requests are drained first, and the device is stopped after"),
    /** The IOTLB is not invalidated when entries go. */
    IOTLB_INVALIDATION("iotlb-invalidation", "the IOTLB is not invalidated, neither at unmap nor at unbind"),
    /** Devices' ATCs are not invalidated when entries go. */
    ATC_INVALIDATION("atc-invalidation", "devices' ATCs are not invalidated, neither at unmap nor at unbind"),
    /** What the IOMMU remembers of a PASID's table entry is not invalidated. */
    PASID_INVALIDATION("pasid-invalidation", "cached PASID-table entries or context descriptors are not invalidated"),
    /** The PASID-table entry stays. */
    TEAR_DOWN("tear-down", "the PASID's table entry is left as it is at unbind"),
    /** {@code release()} does nothing. */
    RELEASE("release", "the release() notifier does nothing"),
    /** The notifier goes first, and then the PASID-table entry. */
    TEAR_DOWN_BEFORE_UNREGISTER(
            "teardown-before-unregister", "the notifier is unregistered before the PASID's entry is torn down"),
    /** What notifier callbacks use is freed while some may still run. */
    GRACE_PERIOD("grace-period", "what notifiers use is freed at once instead of after a grace period"),
    /** A page request is never answered. */
    RESPONSE("response", "page requests that cannot be handled are not answered");

    private final String text;
    private final String meaning;

    Omission(String text, String meaning) {
        this.text = text;
        this.meaning = meaning;
    }

    /** What is left out, as in {@code --without drain}. */
    public String text() {
        return text;
    }

    /** What a kernel without it does, as a clause. */
    public String meaning() {
        return meaning;
    }

    /** The omission of that text. */
    public static Optional<Omission> find(String text) {
        return Arrays.stream(values()).filter(omission -> omission.text.equals(text)).findFirst();
    }

    @Override
    public String toString() {
        return text;
    }
}
