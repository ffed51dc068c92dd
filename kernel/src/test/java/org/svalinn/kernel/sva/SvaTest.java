package org.svalinn.kernel.sva;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.svalinn.kernel.design.Design;
import org.svalinn.kernel.design.Omission;
import org.svalinn.kernel.design.Variant;
import org.svalinn.kernel.mm.Mm;
import org.svalinn.kernel.pasid.PasidAllocator;

/** Bind and unbind with nobody else there: what the IOMMU's driver is asked in which order, and what is given back. */
class SvaTest {
    static final List<Design> DESIGNS = Design.ALL;

    private static void run(Variant variant, Consumer<SvaWorld> body) {
        assertThat(SvaWorld.checks(SvaWorld.explore(variant, FakeIommu.Kind.ARM, body))).containsExactly("Verified");
    }

    private static List<String> logOfBindAndClose(Variant variant) {
        List<String> log = new ArrayList<>();
        run(variant, world -> {
            log.clear();
            Mm mm = world.mm("a");
            FakeDevice device = world.device("accel");
            world.close(device, world.bind(device, mm));
            log.addAll(world.iommu.log);
            mm.put();
        });
        return log;
    }

    @ParameterizedTest
    @FieldSource("DESIGNS")
    void theEntryGoesBeforePageRequestsAreDrainedAndBeforeTheContextIsGivenBack(Design design) {
        assertThat(logOfBindAndClose(Variant.of(design)))
                .containsExactly("acquire", "set accel 1", "remove accel 1", "drain accel 1", "release");
    }

    @Test
    void withoutAStopBeforeItTheDrainComesFirst() {
        assertThat(logOfBindAndClose(Variant.of(Design.V5_18).without(Omission.STOP_BEFORE_DRAIN)))
                .containsExactly("acquire", "set accel 1", "drain accel 1", "remove accel 1", "release");
    }

    @ParameterizedTest
    @FieldSource("DESIGNS")
    void whoBindsTheSameSharesTheBond(Design design) {
        run(Variant.of(design), world -> {
            Mm mm = world.mm("a");
            FakeDevice device = world.device("accel");
            SvaHandle first = world.bind(device, mm);
            SvaHandle second = world.bind(device, mm);
            assertThat(second).isSameAs(first);

            world.sva.unbindDevice(first);
            assertThat(second.isFreed()).isFalse();
            world.close(device, second);
            assertThat(second.isFreed()).isTrue();
            mm.put();
        });
    }

    @ParameterizedTest
    @FieldSource("DESIGNS")
    void twoDevicesOfOneAddressSpaceHaveOnePasidAndOneDomain(Design design) {
        run(Variant.of(design), world -> {
            Mm mm = world.mm("a");
            FakeDevice first = world.device("first");
            FakeDevice second = world.device("second");
            SvaHandle one = world.bind(first, mm);
            SvaHandle other = world.bind(second, mm);
            assertThat(other.pasid()).isEqualTo(one.pasid());
            assertThat(other.domain()).isSameAs(one.domain());
            assertThat(world.pasids.inUse()).isEqualTo(1);
            world.close(first, one);
            world.close(second, other);
            mm.put();
        });
    }

    @ParameterizedTest
    @CsvSource({"v5.17, 0, 0", "v5.18-rc1, 1, 0", "v5.18, 1, 1", "v6.12, 1, 1"})
    void aPasidIsKeptForAsLongAsTheDesignSays(String design, int afterUnbind, int afterExit) {
        run(Variant.of(Design.find(design).orElseThrow()), world -> {
            Mm mm = world.mm("a");
            mm.grab();
            FakeDevice device = world.device("accel");
            world.close(device, world.bind(device, mm));
            assertThat(world.pasids.inUse()).isEqualTo(afterUnbind);
            mm.put();
            assertThat(world.pasids.inUse()).isEqualTo(afterExit);
            mm.drop();
            assertThat(world.pasids.inUse()).isZero();
        });
    }

    @ParameterizedTest
    @FieldSource("DESIGNS")
    void aBindThatFindsNoPasidTakesNothing(Design design) {
        run(Variant.of(design), world -> {
            FakeDevice small = new FakeDevice(world.core, world.iommu, "small", 1);
            Mm first = world.mm("first");
            Mm second = world.mm("second");
            SvaHandle handle = world.bind(small, first);

            assertThat(world.sva.bindDevice(small, second)).isNull();
            assertThat(second.pasid()).isEqualTo(PasidAllocator.INVALID);

            second.put();
            assertThat(second.isFreed()).isTrue();
            world.close(small, handle);
            first.put();
        });
    }

    @ParameterizedTest
    @FieldSource("DESIGNS")
    void aPasidAboveWhatADeviceCanUseIsRefusedForIt(Design design) {
        run(Variant.of(design), world -> {
            FakeDevice large = world.device("large");
            FakeDevice small = new FakeDevice(world.core, world.iommu, "small", 1);
            Mm first = world.mm("first");
            Mm second = world.mm("second");
            SvaHandle one = world.bind(large, first);
            SvaHandle two = world.bind(large, second);

            assertThat(two.pasid()).isEqualTo(2);
            assertThat(world.sva.bindDevice(small, second)).isNull();

            for (SvaHandle handle : List.of(one, two)) {
                world.sva.unbindDevice(handle);
            }
            Stream.of(first, second).forEach(Mm::put);
        });
    }
}
