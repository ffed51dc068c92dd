package org.svalinn.kernel.design;

import java.util.List;
import java.util.Optional;

/**
 * One way to keep the lifetimes of shared virtual addressing in step, as a small set of policies.
 *
 * @param name what people call it: where it lived, or what was proposed
 * @param from where it came from
 * @param claim what those who proposed it say of it
 * @param pasid until when an mm keeps its PASID
 * @param onRelease what {@code release()} does
 * @param pin what a bond holds of the mm
 * @param domains whether bonds are counted on a domain of the mm, kept with its {@code iommu_mm} data (6.8 and later),
 *     instead of on one of each driver's own
 */
public record Design(
        String name, String from, String claim, PasidLifetime pasid, OnRelease onRelease, Pin pin, boolean domains) {
    public Design {
        if (onRelease == OnRelease.TEAR_DOWN && domains) {
            throw new IllegalArgumentException(name + ": with domains release() holds a spin lock and must not wait");
        }
    }

    /** Before 5.18. */
    public static final Design V5_17 = new Design(
            "v5.17",
            "Linux 5.17, drivers/iommu/iommu-sva-lib.c: iommu_sva_alloc_pasid(), iommu_sva_free_pasid()",
            "A PASID is counted by its bonds and free again as soon as the last of them is gone.",
            PasidLifetime.LAST_UNBIND, OnRelease.QUIESCE, Pin.MM_COUNT, false);

    /** The release candidates of 5.18. */
    public static final Design V5_18_RC = new Design(
            "v5.18-rc1",
            "Linux 5.18-rc1, kernel/fork.c: __mmput() calls mm_pasid_drop()",
            "An mm keeps its PASID until its address space goes, so that no task need be told that it has none any"
                    + " more.",
            PasidLifetime.MMPUT, OnRelease.QUIESCE, Pin.MM_COUNT, false);

    /** 5.18, the design of the thread, and the default. */
    public static final Design V5_18 = new Design(
            "v5.18",
            "Linux 5.18, kernel/fork.c: __mmdrop() calls mm_pasid_drop()",
            "Bonds hold mm_count, so a PASID that goes with the mm_struct outlives every bond.",
            PasidLifetime.MMDROP, OnRelease.QUIESCE, Pin.MM_COUNT, false);

    /** 6.8 and later, up to what is current. */
    public static final Design V6_12 = new Design(
            "v6.12",
            "Linux 6.8 to 6.12, drivers/iommu/iommu-sva.c: struct iommu_mm_data, iommu_sva_domain_alloc()",
            "A domain of the mm, which grabs it, is attached to each device; the last detach frees the domain.",
            PasidLifetime.MMDROP, OnRelease.QUIESCE, Pin.MM_COUNT, true);

    /** Rejected on the list: blocks {@code mmput()} on a device. */
    public static final Design TEAR_DOWN_IN_RELEASE = new Design(
            "release-teardown",
            "The thread: \"we did consider doing this in the release() MMU notifier\"",
            "When the address space is gone, so are all bonds: nothing can refer to it any more.",
            PasidLifetime.MMPUT, OnRelease.TEAR_DOWN, Pin.MM_COUNT, false);

    /** Rejected on the list: a mapping of the device's file keeps the address space alive for ever. */
    public static final Design PIN_USERS = new Design(
            "pin-users",
            "The thread's neighbours: bind takes mmget() and unbind mmput()",
            "As long as a device is bound, the address space that it uses is there.",
            PasidLifetime.MMPUT, OnRelease.QUIESCE, Pin.MM_USERS, false);

    /** All of them, in the order in which they came about. */
    public static final List<Design> ALL =
            List.of(V5_17, V5_18_RC, V5_18, V6_12, TEAR_DOWN_IN_RELEASE, PIN_USERS);

    /** The design of that name. */
    public static Optional<Design> find(String name) {
        return ALL.stream().filter(design -> design.name.equals(name)).findFirst();
    }
}
