package org.svalinn.kernel.sva;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.svalinn.kernel.design.Design;
import org.svalinn.kernel.design.Variant;
import org.svalinn.kernel.iommu.PageFault;
import org.svalinn.kernel.mm.Mm;

/** What devices fault on, handled and answered. */
class PageFaultQueueTest {
    static final List<Design> DESIGNS = Design.ALL;

    /** The answers to what a bound device asks, in every order: of one run each. */
    private static Set<List<PageFault.Response>> answers(Design design, BiConsumer<FakeDevice, Integer> requests) {
        Set<List<PageFault.Response>> seen = new HashSet<>();
        var verdict = SvaWorld.explore(Variant.of(design), FakeIommu.Kind.ARM, world -> {
            Mm mm = world.mm("a");
            FakeDevice device = world.device("accel");
            SvaHandle handle = world.bind(device, mm);
            world.spawn("task", () -> {
                requests.accept(device, handle.pasid());
                world.close(device, handle);
                mm.put();
                seen.add(List.copyOf(world.iommu.answers));
            });
        });
        assertThat(SvaWorld.checks(verdict)).containsExactly("Verified");
        return seen;
    }

    @ParameterizedTest
    @FieldSource("DESIGNS")
    void aPageThatIsMappedIsMadePresent(Design design) {
        assertThat(answers(design, (device, pasid) -> device.request(pasid, 1, SvaWorld.ADDRESS, true)))
                .containsExactly(List.of(PageFault.Response.SUCCESS));
    }

    @ParameterizedTest
    @FieldSource("DESIGNS")
    void aPageThatIsNotMappedIsRefused(Design design) {
        assertThat(answers(design, (device, pasid) -> device.request(pasid, 1, 0x9000, true)))
                .containsExactly(List.of(PageFault.Response.INVALID));
    }

    @ParameterizedTest
    @FieldSource("DESIGNS")
    void aGroupIsAnsweredOnceAndFailsIfOneOfItFails(Design design) {
        assertThat(answers(design, (device, pasid) -> {
                    device.request(pasid, 1, 0x9000, false);
                    device.request(pasid, 2, SvaWorld.ADDRESS, true);
                    device.request(pasid, 1, SvaWorld.ADDRESS, true);
                }))
                .containsExactly(List.of(PageFault.Response.SUCCESS, PageFault.Response.INVALID));
    }

    @ParameterizedTest
    @FieldSource("DESIGNS")
    void aPasidWithoutABondIsRefused(Design design) {
        Set<List<PageFault.Response>> seen = new HashSet<>();
        var verdict = SvaWorld.explore(Variant.of(design), FakeIommu.Kind.ARM, world -> {
            FakeDevice device = world.device("accel");
            world.spawn("device", () -> {
                world.iommu.requestUnchecked(new PageFault(device, 7, 1, SvaWorld.ADDRESS, true, true));
                device.drain(7);
                seen.add(List.copyOf(world.iommu.answers));
            });
        });

        assertThat(SvaWorld.checks(verdict)).containsExactly("Verified");
        assertThat(seen).containsExactly(List.of(PageFault.Response.INVALID));
    }

    /** The last of its group never comes: what is left of it must not be taken for another group's, later. */
    @ParameterizedTest
    @FieldSource("DESIGNS")
    void unbindDiscardsGroupsThatAreNotComplete(Design design) {
        Set<List<PageFault.Response>> seen = new HashSet<>();
        var verdict = SvaWorld.explore(Variant.of(design), FakeIommu.Kind.INTEL, world -> {
            FakeDevice device = world.device("accel");
            Mm first = world.mm("first");
            Mm second = world.mm("second");
            SvaHandle handle = world.bind(device, first);
            world.spawn("task", () -> {
                int pasid = handle.pasid();
                device.request(pasid, 1, 0x9000, false);
                world.sva.unbindDevice(handle);
                first.put();
                world.memory.synchronizeNotifiers();
                SvaHandle next = world.bind(device, second);
                device.request(next.pasid(), 1, SvaWorld.ADDRESS, true);
                world.close(device, next);
                second.put();
                seen.add(List.copyOf(world.iommu.answers));
            });
        });

        assertThat(SvaWorld.checks(verdict)).containsExactly("Verified");
        assertThat(seen).containsExactly(List.of(PageFault.Response.SUCCESS));
    }
}
