package org.svalinn.kernel.sva;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.svalinn.kernel.design.Design;
import org.svalinn.kernel.design.Omission;
import org.svalinn.kernel.design.Variant;

/** Each step that this package takes for a lifetime, left out: what comes of it, and where nothing does, why. */
class SvaOmissionsTest {
    @ParameterizedTest
    @CsvSource({
        "v5.18, ARM,   MMGRAB,                      EXIT_AND_CLOSE,     use-after-free",
        // VT-d's driver has nothing of the mm when its notifier is gone: the notifier's mm_count is enough
        "v5.18, INTEL, MMGRAB,                      EXIT_AND_CLOSE,     Verified",
        // ... but 5.17 writes mm->pasid after that
        "v5.17, INTEL, MMGRAB,                      EXIT_AND_CLOSE,     use-after-free",
        // 6.12 gives its mm_count back before it puts its notifier: the notifier's is enough there too
        "v6.12, ARM,   MMGRAB,                      EXIT_AND_CLOSE,     Verified",
        "v5.18, INTEL, DRAIN,                       GROUP_AND_CLOSE,    pasid-reuse",
        "v5.18, ARM,   DRAIN,                       GROUP_AND_CLOSE,    pasid-reuse",
        "v5.18, INTEL, RELEASE,                     DMA_AND_EXIT,       dma-after-free",
        "v5.18, ARM,   RELEASE,                     DMA_AND_EXIT,       dma-after-free",
        "v6.12, ARM,   RELEASE,                     DMA_AND_EXIT,       dma-after-free",
        "v5.18, INTEL, GRACE_PERIOD,                EXIT_AND_CLOSE,     use-after-free",
        "v5.18, ARM,   GRACE_PERIOD,                EXIT_AND_CLOSE,     use-after-free",
        "v5.18, INTEL, GRACE_PERIOD,                UNMAP_AND_CLOSE,    use-after-free",
        "v5.18, ARM,   GRACE_PERIOD,                UNMAP_AND_CLOSE,    use-after-free",
        "v6.12, ARM,   GRACE_PERIOD,                UNMAP_AND_CLOSE,    use-after-free",
        "v5.18, INTEL, RESPONSE,                    FAULT_AND_EXIT,     deadlock",
        "v5.18, ARM,   RESPONSE,                    FAULT_AND_EXIT,     deadlock",
        "v6.12, ARM,   RESPONSE,                    FAULT_AND_EXIT,     deadlock",
        "v5.18, INTEL, STOP_BEFORE_DRAIN,           GROUP_AND_CLOSE,    pasid-reuse",
        "v5.18, ARM,   STOP_BEFORE_DRAIN,           GROUP_AND_CLOSE,    pasid-reuse",
        // Up to 6.7 nothing comes of it: the device has stopped, and so nobody uses the entry
        "v5.18, ARM,   TEAR_DOWN_BEFORE_UNREGISTER, DMA_EXIT_AND_CLOSE, Verified",
        // 6.12 drops the mm before it gives the ASID back, trusting that the notifier is still there
        "v6.12, ARM,   TEAR_DOWN_BEFORE_UNREGISTER, EXIT_AND_CLOSE,     use-after-free",
        // A release() that does not come any more does not tear down what unbind has not torn down yet
        "release-teardown, ARM, TEAR_DOWN_BEFORE_UNREGISTER, EXIT_AND_CLOSE, pasid-reuse",
    })
    void aStepThatIsLeftOutIsMissed(
            String design, FakeIommu.Kind kind, Omission omission, Scenarios scenario, String check) {
        Variant variant = Variant.of(Design.find(design).orElseThrow()).without(omission);

        assertThat(SvaWorld.checks(SvaWorld.explore(variant, kind, scenario))).containsExactly(check);
    }

    @Test
    void unregisteringFirstIsBadWhenTheDeviceHasNotStopped() {
        Variant noStop = Variant.of(Design.V5_18).without(Omission.STOP);
        Variant both = noStop.without(Omission.TEAR_DOWN_BEFORE_UNREGISTER);

        assertThat(SvaWorld.checks(SvaWorld.explore(noStop, FakeIommu.Kind.ARM, Scenarios.DMA_EXIT_AND_CLOSE)))
                .containsExactly("Verified");
        assertThat(SvaWorld.checks(SvaWorld.explore(both, FakeIommu.Kind.ARM, Scenarios.DMA_EXIT_AND_CLOSE)))
                .containsExactly("dma-after-free");
    }

    /**
     * VT-d's driver takes the bond off the list that {@code release()} reads before it clears the entry, so only the
     * device's good behaviour keeps it from pages that are free.
     */
    @Test
    void onVtdOnlyTheStopOfTheDeviceCoversWhatReleaseDoesNotFind() {
        Variant noStop = Variant.of(Design.V5_18).without(Omission.STOP);

        assertThat(SvaWorld.checks(SvaWorld.explore(noStop, FakeIommu.Kind.INTEL, Scenarios.DMA_EXIT_AND_CLOSE)))
                .containsExactly("dma-after-free");
    }

    @ParameterizedTest
    @EnumSource(FakeIommu.Kind.class)
    void anUnbindThatDoesNotWaitForHandlersFreesTheBondThatOneUses(FakeIommu.Kind kind) {
        // The device is not waited for either, so that the fault may be on its way when the bond goes
        Variant variant = Variant.of(Design.V6_12).without(Omission.DRAIN).without(Omission.DEVICE_DRAIN);

        assertThat(SvaWorld.checks(SvaWorld.explore(variant, kind, Scenarios.FAULT_AND_CLOSE)))
                .contains("use-after-free");
    }
}
