package org.svalinn.kernel.sva;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.svalinn.kernel.design.Design;
import org.svalinn.kernel.design.Omission;
import org.svalinn.kernel.design.Variant;
import org.svalinn.kernel.mm.Mm;

/** Every order of every scenario, for each design: what is right is silent, and what is known to be wrong is found. */
class SvaDesignsTest {
    /** Those in which an address space goes while it is bound. */
    private static final Set<Scenarios> EXIT_FIRST = EnumSet.of(
            Scenarios.EXIT_AND_CLOSE,
            Scenarios.DMA_EXIT_AND_CLOSE,
            Scenarios.DMA_AND_EXIT,
            Scenarios.BIND_AND_EXIT,
            Scenarios.UNMAP_AND_CLOSE,
            Scenarios.FAULT_AND_EXIT);

    static Stream<Arguments> all() {
        return Design.ALL.stream().flatMap(design -> Stream.of(FakeIommu.Kind.values())
                .flatMap(kind -> EnumSet.complementOf(EnumSet.of(Scenarios.EXIT_AND_TWO_CLOSES)).stream()
                        .map(scenario -> Arguments.of(design, kind, scenario))));
    }

    @ParameterizedTest
    @MethodSource("all")
    void aDesignIsAsGoodAsItIsKnownToBe(Design design, FakeIommu.Kind kind, Scenarios scenario) {
        // __mmput() gives the PASID to others while the bond is there
        boolean isReused = design.equals(Design.V5_18_RC) && EXIT_FIRST.contains(scenario);

        assertThat(SvaWorld.checks(SvaWorld.explore(Variant.of(design), kind, scenario)))
                .containsExactly(isReused ? "pasid-reuse" : "Verified");
    }

    static Stream<Arguments> current() {
        return Stream.of(
                Arguments.of(Design.V5_18, FakeIommu.Kind.INTEL),
                Arguments.of(Design.V5_18, FakeIommu.Kind.ARM),
                Arguments.of(Design.V6_12, FakeIommu.Kind.ARM));
    }

    @ParameterizedTest
    @MethodSource("current")
    void twoUnbindsAndAnExit(Design design, FakeIommu.Kind kind) {
        assertThat(SvaWorld.checks(
                        SvaWorld.explore(Variant.of(design), kind, Scenarios.EXIT_AND_TWO_CLOSES)))
                .containsExactly("Verified");
    }

    /** An OOM killer picks the process while it exits. */
    private static void killWhileExiting(SvaWorld world) {
        Mm mm = world.mm("a");
        FakeDevice device = world.device("accel");
        SvaHandle handle = world.bind(device, mm);
        mm.grab();
        world.spawn("killer", () -> {
            world.memory.oomKiller().kill(mm, () -> {});
            mm.drop();
        });
        world.spawn("exit", () -> {
            mm.put();
            world.close(device, handle);
        });
    }

    @ParameterizedTest
    @MethodSource("current")
    void aReleaseThatQuiescesBlocksNobody(Design design, FakeIommu.Kind kind) {
        assertThat(SvaWorld.checks(
                        SvaWorld.explore(Variant.of(design), kind, SvaDesignsTest::killWhileExiting)))
                .containsExactly("Verified");
    }

    @Test
    void aReleaseThatTearsDownHasTheVictimsMemoryWaitForTheDevice() {
        Variant variant = Variant.of(Design.TEAR_DOWN_IN_RELEASE);

        assertThat(SvaWorld.checks(
                        SvaWorld.explore(variant, FakeIommu.Kind.ARM, SvaDesignsTest::killWhileExiting)))
                .containsExactly("reclaim-blocked");
    }

    @Test
    void anUnbindThatWaitsForTheDeviceKeepsNoMemory() {
        Variant variant = Variant.of(Design.TEAR_DOWN_IN_RELEASE).without(Omission.STOP_BEFORE_DRAIN);

        assertThat(SvaWorld.checks(SvaWorld.explore(variant, FakeIommu.Kind.ARM, SvaDesignsTest::killWhileClosing)))
                .containsExactly("Verified");
    }

    /** The address space stays. */
    private static void killWhileClosing(SvaWorld world) {
        Mm mm = world.mm("a");
        FakeDevice device = world.device("accel");
        SvaHandle handle = world.bind(device, mm);
        mm.grab();
        world.spawn("killer", () -> {
            world.memory.oomKiller().kill(mm, () -> {});
            mm.drop();
        });
        world.spawn("close", () -> {
            world.close(device, handle);
            mm.put();
        });
    }

    /** The file is closed only when the address space goes: as if a mapping of the process held it. */
    private static void closeAtExit(SvaWorld world) {
        Mm mm = world.mm("a");
        world.bind(world.device("accel"), mm);
        world.spawn("exit", mm::put);
    }

    @Test
    void aBondThatPinsTheAddressSpaceNeverGoesIfOnlyTheAddressSpaceEndsIt() {
        assertThat(SvaWorld.checks(SvaWorld.explore(
                        Variant.of(Design.PIN_USERS), FakeIommu.Kind.ARM, SvaDesignsTest::closeAtExit)))
                .containsExactly("leak");
    }
}
