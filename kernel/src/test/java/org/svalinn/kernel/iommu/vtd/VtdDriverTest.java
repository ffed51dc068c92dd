package org.svalinn.kernel.iommu.vtd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.svalinn.kernel.iommu.vtd.World.PAGE;
import static org.svalinn.kernel.iommu.vtd.World.PASID;
import static org.svalinn.kernel.iommu.vtd.World.VALUE;
import static org.svalinn.kernel.iommu.vtd.World.without;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.svalinn.explore.Verdict;
import org.svalinn.kernel.design.Omission;
import org.svalinn.kernel.design.Variant;
import org.svalinn.kernel.mm.MachinePages;
import org.svalinn.kernel.mm.Mm;
import org.svalinn.machine.pcie.Capabilities;
import org.svalinn.machine.pcie.Status;
import org.svalinn.machine.pcie.Work;

class VtdDriverTest {
    private static final int INVALIDATION_TAIL = 0x88;
    static final List<Capabilities> DEVICES =
            List.of(Capabilities.SVA, Capabilities.ATS_ONLY, Capabilities.UNTRANSLATED);
    private static final Variant WHOLE = without();

    // It works at all

    @ParameterizedTest
    @FieldSource("DEVICES")
    void aDeviceReachesTheMemoryOfTheProcessToWhichItIsBound(Capabilities device) {
        verified(WHOLE, device, world -> {
            Mm mm = world.mm("p");
            world.actor("p", () -> {
                world.check(world.write(PAGE) == null, "nobody has started the PASID");
                world.bind(mm);
                world.check(world.write(PAGE) == Status.SUCCESS, "a write");
                world.check(((MachinePages) mm.pages()).load(PAGE) == VALUE, "what it wrote");
                world.unbind(mm);
                world.check(world.write(PAGE) == null, "the PASID has been stopped");
            });
        });
    }

    @ParameterizedTest
    @FieldSource("DEVICES")
    void dmaMayBeUnderWayWhateverHappens(Capabilities device) {
        verified(WHOLE, device, world -> {
            Mm mm = world.bound("p");
            world.actor("p", () -> {
                world.unmap(mm);
                world.unbind(mm);
                world.machine.reuse(PASID);
            });
            world.actor("dma", () -> world.write(PAGE));
        });
    }

    // Page requests

    @Test
    void aMissingPageIsAskedForAndAnswered() {
        verified(WHOLE, Capabilities.SVA, world -> {
            world.bound("p");
            world.actor("dma", () -> {
                world.check(world.write(2 * PAGE) == Status.SUCCESS, "a write");
                world.check(world.faults.size() == 1, "one fault");
                world.check(world.faults.getFirst().address() == 2 * PAGE, "its address");
                world.check(world.faults.getFirst().write() && world.faults.getFirst().last(), "its kind");
            });
        });
    }

    @Test
    void aPageThatCannotBeIsAnsweredInvalid() {
        verified(WHOLE, Capabilities.SVA, world -> {
            world.bound("p");
            world.actor("dma", () -> {
                world.check(world.write(8 * PAGE) == Status.INVALID_PAGE, "no such page");
                world.check(world.faults.size() == 1, "the handler was asked");
            });
        });
    }

    @Test
    void aRequestThatMakesNoSenseIsAnsweredAtOnce() {
        verified(WHOLE, Capabilities.SVA, world -> {
            world.bound("p");
            world.actor("dma", () -> {
                Status status = world.device.perform(Work.write(PASID, 2 * PAGE, 8, VALUE).inPrivilegedMode());
                world.check(status != Status.SUCCESS, "a privileged request");
                world.check(world.faults.isEmpty(), "nobody handles it");
            });
        });
    }

    // Each invalidation matters

    @ParameterizedTest
    @EnumSource(names = {"IOTLB_INVALIDATION", "ATC_INVALIDATION"})
    void withoutTheInvalidationOfAnUnmapDmaReachesAFreedPage(Omission omission) {
        Capabilities device =
                omission == Omission.ATC_INVALIDATION ? Capabilities.ATS_ONLY : Capabilities.UNTRANSLATED;
        Consumer<World> program = world -> {
            Mm mm = world.bound("p");
            world.write(PAGE);
            world.actor("p", () -> world.unmap(mm));
            world.actor("dma", () -> world.write(PAGE));
        };
        verified(WHOLE, device, program);
        assertThat(checks(without(omission), device, program)).containsExactly("dma-after-free");
    }

    @ParameterizedTest
    @EnumSource(names = {"PASID_INVALIDATION", "IOTLB_INVALIDATION", "ATC_INVALIDATION"})
    void withoutAnInvalidationOfUnbindThePasidIsRemembered(Omission omission) {
        Consumer<World> program = world -> {
            Mm mm = world.bound("p");
            world.write(PAGE);
            world.actor("p", () -> {
                world.unbind(mm);
                world.machine.reuse(PASID);
            });
        };
        verified(WHOLE, Capabilities.ATS_ONLY, program);
        assertThat(checks(without(omission), Capabilities.ATS_ONLY, program)).containsExactly("pasid-reuse");
    }

    @Test
    void anEntryThatStaysLeadsADeviceIntoFreedTables() {
        Consumer<World> program = world -> {
            Mm mm = world.bound("p");
            world.actor("p", () -> {
                world.driver.removeDevicePasid(world.device, PASID, mm);
                world.free(mm);
                world.check(world.write(PAGE) != Status.SUCCESS, "nothing is there");
            });
        };
        verified(WHOLE, Capabilities.UNTRANSLATED, program);
        Consumer<World> andRoot = world -> {
            Mm mm = world.bound("p");
            world.actor("p", () -> {
                world.driver.removeDevicePasid(world.device, PASID, mm);
                world.free(mm);
                mm.pages().freeRoot();
                world.write(PAGE);
            });
        };
        verified(WHOLE, Capabilities.UNTRANSLATED, andRoot);
        assertThat(checks(without(Omission.TEAR_DOWN), Capabilities.UNTRANSLATED, andRoot))
                .containsExactly("walk-after-free");
    }

    // Draining

    @Test
    void withoutDrainingPageRequestsOneOutlivesItsPasid() {
        Capabilities device = Capabilities.SVA.withStopMarkers(true);
        verified(WHOLE, device, world -> unbindWhileAsking(world, true));
        assertThat(checks(WHOLE, device, world -> unbindWhileAsking(world, false))).contains("pasid-reuse");
    }

    private static void unbindWhileAsking(World world, boolean drains) {
        Mm mm = world.bound("p");
        world.actor("p", () -> {
            world.device.stop(PASID);
            world.device.drain(PASID);
            world.driver.removeDevicePasid(world.device, PASID, mm);
            if (drains) {
                world.driver.drainPageRequests(world.device, PASID);
            }
            world.machine.reuse(PASID);
        });
        world.actor("dma", () -> world.write(2 * PAGE));
    }

    // Release

    @ParameterizedTest
    @FieldSource("DEVICES")
    void whenItIsQuietRequestsAbortAndNobodyIsTold(Capabilities device) {
        verified(WHOLE, device, world -> {
            Mm mm = world.bound("p");
            world.actor("exit", () -> {
                world.driver.quiesceDevicePasid(world.device, PASID, mm);
                world.free(mm);
                world.check(world.write(PAGE) != Status.SUCCESS, "nothing is there");
                world.unbind(mm);
                world.machine.reuse(PASID);
            });
            world.last(() -> world.check(!world.hasLoggedFault(), "a fault is logged"));
        });
    }

    @Test
    void afterUnbindAlsoARequestThatAbortsIsLogged() {
        verified(WHOLE, Capabilities.UNTRANSLATED, world -> {
            Mm mm = world.bound("p");
            world.actor("p", () -> {
                world.driver.removeDevicePasid(world.device, PASID, mm);
                world.write(PAGE);
            });
            world.last(() -> world.check(world.hasLoggedFault(), "no fault is logged"));
        });
    }

    @ParameterizedTest
    @FieldSource("DEVICES")
    void dmaBesideReleaseReachesNothingThatIsFreed(Capabilities device) {
        verified(WHOLE, device, world -> {
            Mm mm = world.bound("p");
            world.actor("exit", () -> {
                world.driver.quiesceDevicePasid(world.device, PASID, mm);
                mm.pages().unmapAll(() -> {});
            });
            world.actor("dma", () -> world.write(PAGE));
        });
    }

    @Test
    void theQueueGoesRound() {
        verified(WHOLE, Capabilities.UNTRANSLATED, world -> {
            Mm mm = world.bound("p");
            world.actor("p", () -> {
                for (int i = 0; i < 200; i++) {
                    world.driver.invalidate(mm, PAGE, 2 * PAGE);
                }
            });
        });
    }

    /** As where a design gives a PASID away too early: an unbind takes its own mm's bond only. */
    @Test
    void ofTwoAddressSpacesWithOnePasidEachHasItsBond() {
        verified(World.without(), Capabilities.SVA, world -> {
            Mm first = world.bound("first");
            Mm second = world.bound("second");
            world.driver.removeDevicePasid(world.device, World.PASID, first);

            long tail = world.driver.unit().peekRegister(INVALIDATION_TAIL, 8);
            world.driver.invalidate(first, PAGE, 2 * PAGE);
            assertThat(world.driver.unit().peekRegister(INVALIDATION_TAIL, 8)).isEqualTo(tail);
            world.driver.invalidate(second, PAGE, 2 * PAGE);
            assertThat(world.driver.unit().peekRegister(INVALIDATION_TAIL, 8)).isNotEqualTo(tail);

            world.unbind(second);
            world.run.spawn("nobody", () -> {});
        });
    }

    private static void verified(Variant variant, Capabilities device, Consumer<World> program) {
        assertThat(World.explore(variant, device, program)).isInstanceOf(Verdict.Verified.class);
    }

    private static Set<String> checks(Variant variant, Capabilities device, Consumer<World> program) {
        Verdict verdict = World.explore(variant, device, program);
        assertThat(verdict).isInstanceOf(Verdict.Violated.class);
        Set<String> checks = new TreeSet<>();
        ((Verdict.Violated) verdict).counterexamples().forEach(example -> checks.add(example.violation().check()));
        return checks;
    }
}
