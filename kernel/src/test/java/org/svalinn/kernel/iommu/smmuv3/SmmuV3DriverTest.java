package org.svalinn.kernel.iommu.smmuv3;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.svalinn.explore.Verdict;
import org.svalinn.kernel.design.Design;
import org.svalinn.kernel.design.Omission;
import org.svalinn.kernel.design.Variant;
import org.svalinn.kernel.iommu.PageFault;
import org.svalinn.kernel.iommu.PageFault.Response;
import org.svalinn.kernel.iommu.PciDevice;
import org.svalinn.kernel.mm.Mm;
import org.svalinn.machine.iommu.smmuv3.SmmuV3;
import org.svalinn.machine.pcie.Capabilities;

class SmmuV3DriverTest {
    private static final Variant WHOLE = Variant.of(Design.V5_18);
    private static final long PAGE = World.PAGE;
    private static final int CR0 = 0x20;
    private static final int GERROR = 0x60;
    private static final int CMDQ_PROD = 0x98;
    private static final int CMDQ_CONS = 0x9c;
    private static final int EVENTQ_PROD = 0x1_00a8;

    /** What one actor does with a device and an mm of one page that have been bound. */
    private interface Life {
        void live(World world, PciDevice device, Mm mm);
    }

    static List<Capabilities> devices() {
        return List.of(Capabilities.UNTRANSLATED, Capabilities.SVA);
    }

    private static Verdict alone(Variant variant, Capabilities capabilities, Life life) {
        return World.explore(variant, world -> {
            PciDevice device = world.device("accelerator", capabilities);
            Mm mm = world.mm("process", 1);
            world.bind(device, mm);
            answer(world, mm);
            world.run.spawn("process", () -> life.live(world, device, mm));
        });
    }

    /** The device writes to the page once, at any time while this happens. */
    private static Verdict besideDma(Variant variant, Capabilities capabilities, Life life) {
        return World.explore(variant, world -> {
            PciDevice device = world.device("accelerator", capabilities);
            Mm mm = world.mm("process", 1);
            world.bind(device, mm);
            refuse(world);
            world.run.spawn("device", () -> World.writes(device, PAGE));
            world.run.spawn("process", () -> life.live(world, device, mm));
        });
    }

    private static void answer(World world, Mm mm) {
        world.onFault(fault -> {
            world.faults.add(fault);
            boolean there = mm.fault(fault.address(), fault.write());
            world.driver.respond(fault, there ? Response.SUCCESS : Response.INVALID);
        });
    }

    private static void refuse(World world) {
        world.onFault(fault -> {
            world.faults.add(fault);
            world.driver.respond(fault, Response.INVALID);
        });
    }

    private static void check(World world, boolean good, String what) {
        if (!good) {
            world.violate("expectation", what);
        }
    }

    private static long register(World world, int offset) {
        return smmu(world).peekRegister(offset, 4);
    }

    private static SmmuV3 smmu(World world) {
        return world.driver.smmu();
    }

    // Bring-up, bind, DMA

    @Test
    void bringsTheSmmuUp() {
        verified(World.explore(WHOLE, world -> {
            world.device("accelerator", Capabilities.SVA);
            check(world, register(world, CR0) == 0b1111, "SMMU and queues are enabled");
            check(world, register(world, CMDQ_PROD) == register(world, CMDQ_CONS), "every command was carried out");
            check(world, register(world, GERROR) == 0, "no error");
        }));
    }

    @ParameterizedTest
    @MethodSource("devices")
    void aDeviceReachesMemoryWhileItIsBound(Capabilities capabilities) {
        verified(World.explore(WHOLE, world -> {
            PciDevice device = world.device("accelerator", capabilities);
            Mm mm = world.mm("process", 1);
            refuse(world);
            world.run.spawn("process", () -> {
                check(world, !World.writes(device, PAGE), "not before");
                world.bind(device, mm);
                check(world, World.writes(device, PAGE), "while it is bound");
                world.close(device, mm);
                check(world, !World.writes(device, PAGE), "not after");
            });
        }));
    }

    @Test
    void bindAndCloseAloneAreOneClass() {
        Verdict verdict = World.explore(WHOLE, world -> {
            PciDevice device = world.device("accelerator", Capabilities.UNTRANSLATED);
            Mm mm = world.mm("process", 1);
            world.run.spawn("process", () -> {
                world.bind(device, mm);
                world.close(device, mm);
            });
        });
        verified(verdict);
        assertThat(verdict.coverage().classes()).isEqualTo(1);
    }

    /** The SMMU may take each command at once or later, which are too many interleavings: this looks at a few. */
    @Test
    void aQueueThatIsFullIsWaitedFor() {
        Verdict verdict = World.explorer(WHOLE, world -> {
            PciDevice device = world.device("accelerator", Capabilities.UNTRANSLATED);
            Mm mm = world.mm("process", 1);
            world.bind(device, mm);
            PageFault unknown = new PageFault(device, World.PASID, 9, PAGE, true, true);
            world.run.spawn("process", () -> {
                for (int i = 0; i < 150; i++) {
                    world.driver.respond(unknown, Response.INVALID);
                }
                check(world, World.writes(device, PAGE), "DMA goes on");
                world.close(device, mm);
            });
        }).maxExecutions(100).explore();
        assertThat(verdict).isInstanceOf(Verdict.Bounded.class);
    }

    // Faults

    @ParameterizedTest
    @MethodSource("devices")
    void aMissingPageIsFaultedIn(Capabilities capabilities) {
        verified(alone(WHOLE, capabilities, (world, device, mm) -> {
            check(world, World.writes(device, 3 * PAGE), "the write is done once the page is there");
            check(world, world.faults.size() == 1, "there was one fault");
            check(world, world.faults.getFirst().address() == 3 * PAGE, "at the page");
            check(world, world.faults.getFirst().write() && world.faults.getFirst().last(), "a write");
        }));
    }

    @ParameterizedTest
    @MethodSource("devices")
    void aFaultThatIsRefusedFailsTheWork(Capabilities capabilities) {
        verified(alone(WHOLE, capabilities, (world, device, mm) -> {
            refuse(world);
            check(world, !World.writes(device, 3 * PAGE), "there is no page");
        }));
    }

    @Test
    void drainWaitsForWhatADeviceThatHasStoppedLeftInTheQueue() {
        verified(leavesARequest(true));
        assertThat(messages(leavesARequest(false))).containsExactly("a fault is reported after the drain");
    }

    private static Verdict leavesARequest(boolean drains) {
        return World.explore(WHOLE, world -> {
            PciDevice device = world.device("accelerator", Capabilities.SVA.withStopMarkers(true));
            Mm mm = world.mm("process", 1);
            world.bind(device, mm);
            boolean[] drained = new boolean[1];
            world.onFault(fault -> {
                check(world, !drained[0], "a fault is reported after the drain");
                world.driver.respond(fault, Response.INVALID);
            });
            world.run.spawn("device", () -> World.writes(device, 3 * PAGE));
            world.run.spawn("process", () -> {
                device.stop(World.PASID);
                device.drain(World.PASID);
                world.driver.removeDevicePasid(device, World.PASID, mm);
                if (drains) {
                    world.driver.drainPageRequests(device, World.PASID);
                }
                drained[0] = true;
            });
        });
    }

    // What goes is forgotten

    @ParameterizedTest
    @MethodSource("devices")
    void unmapIsSeenByDevices(Capabilities capabilities) {
        Life life = (world, device, mm) -> {
            World.writes(device, PAGE);
            refuse(world);
            world.unmap(mm, PAGE);
            check(world, !World.writes(device, PAGE), "the page is gone");
        };
        verified(alone(WHOLE, capabilities, life));
        Omission stale = capabilities.ats() ? Omission.ATC_INVALIDATION : Omission.IOTLB_INVALIDATION;
        assertThat(violations(alone(WHOLE.without(stale), capabilities, life))).contains("dma-after-free");
    }

    @ParameterizedTest
    @MethodSource("devices")
    void unmapBesideDma(Capabilities capabilities) {
        Life unmap = (world, device, mm) -> world.unmap(mm, PAGE);
        verified(besideDma(WHOLE, capabilities, unmap));
        Omission stale = capabilities.ats() ? Omission.ATC_INVALIDATION : Omission.IOTLB_INVALIDATION;
        assertThat(violations(besideDma(WHOLE.without(stale), capabilities, unmap))).contains("dma-after-free");
    }

    @ParameterizedTest
    @MethodSource("devices")
    void afterCloseNothingRemembersThePasid(Capabilities capabilities) {
        Life life = (world, device, mm) -> {
            World.writes(device, PAGE);
            world.close(device, mm);
            world.machine.reuse(World.PASID);
        };
        verified(alone(WHOLE, capabilities, life));
        for (Omission omission : List.of(Omission.PASID_INVALIDATION, Omission.IOTLB_INVALIDATION)) {
            assertThat(violations(alone(WHOLE.without(omission), capabilities, life))).containsExactly("pasid-reuse");
        }
        if (capabilities.ats()) {
            assertThat(messages(alone(WHOLE.without(Omission.ATC_INVALIDATION), capabilities, life)))
                    .singleElement().asString().contains("translation in the ATC");
        }
    }

    @ParameterizedTest
    @MethodSource("devices")
    void closeBesideDma(Capabilities capabilities) {
        Life life = (world, device, mm) -> {
            device.stop(World.PASID);
            device.drain(World.PASID);
            world.close(device, mm);
            world.machine.reuse(World.PASID);
        };
        verified(besideDma(WHOLE, capabilities, life));
        assertThat(violations(besideDma(WHOLE.without(Omission.PASID_INVALIDATION), capabilities, life)))
                .containsExactly("pasid-reuse");
    }

    @ParameterizedTest
    @MethodSource("devices")
    void anEntryThatIsLeftLeadsToFreedTables(Capabilities capabilities) {
        Life life = (world, device, mm) -> {
            world.close(device, mm);
            refuse(world);
            mm.put();
            check(world, !World.writes(device, PAGE), "there is nothing any more");
        };
        verified(alone(WHOLE, capabilities, life));
        assertThat(violations(alone(WHOLE.without(Omission.TEAR_DOWN), capabilities, life)))
                .contains("walk-after-free");
    }

    // Quiet

    @Test
    void aQuietContextAbortsWithoutAWord() {
        verified(alone(WHOLE, Capabilities.UNTRANSLATED, (world, device, mm) -> {
            check(world, World.writes(device, PAGE), "the page is there");
            world.driver.quiesceDevicePasid(device, World.PASID, mm);
            check(world, !World.writes(device, PAGE), "the page is out of reach");
            check(world, world.faults.isEmpty() && register(world, EVENTQ_PROD) == 0, "nobody is told");
        }));
    }

    @ParameterizedTest
    @MethodSource("devices")
    void quiesceBesideDma(Capabilities capabilities) {
        Life life = (world, device, mm) -> {
            world.driver.quiesceDevicePasid(device, World.PASID, mm);
            mm.put();
            world.driver.removeDevicePasid(device, World.PASID, mm);
        };
        verified(besideDma(WHOLE, capabilities, holding(life)));
        Omission stale = capabilities.ats() ? Omission.ATC_INVALIDATION : Omission.PASID_INVALIDATION;
        assertThat(violations(besideDma(WHOLE.without(stale), capabilities, holding(life))))
                .containsAnyOf("dma-after-free", "walk-after-free");
    }

    /** With the bond's own {@code mm_count}. */
    private static Life holding(Life life) {
        return (world, device, mm) -> {
            mm.grab();
            life.live(world, device, mm);
            world.driver.releaseContext(mm);
            mm.drop();
        };
    }

    @Test
    void whatWasQuietHasOnlyItsDescriptorLeftToInvalidate() {
        verified(alone(WHOLE, Capabilities.SVA, (world, device, mm) -> {
            long before = register(world, CMDQ_PROD);
            world.driver.quiesceDevicePasid(device, World.PASID, mm);
            long quiet = register(world, CMDQ_PROD);
            world.driver.removeDevicePasid(device, World.PASID, mm);
            check(world, quiet - before == 6, "CFGI_CD, TLBI_NH_ASID and ATC_INV, each with CMD_SYNC");
            check(world, register(world, CMDQ_PROD) - quiet == 2, "CFGI_CD with CMD_SYNC");
        }));
    }

    // The ASID

    @Test
    void givingTheAsidBackTouchesTheMm() {
        verified(alone(WHOLE, Capabilities.UNTRANSLATED, (world, device, mm) -> {
            world.close(device, mm);
            mm.put();
        }));
        assertThat(violations(alone(WHOLE, Capabilities.UNTRANSLATED, (world, device, mm) -> {
            world.driver.removeDevicePasid(device, World.PASID, mm);
            mm.put();
            world.driver.releaseContext(mm);
        }))).containsExactly("use-after-free");
    }

    @Test
    void givingTheAsidBackRacesWithTheLastMmdrop() {
        assertThat(violations(besideLastDrop(false))).containsExactly("use-after-free");
        verified(besideLastDrop(true));
    }

    private static Verdict besideLastDrop(boolean grabs) {
        return World.explore(WHOLE, world -> {
            PciDevice device = world.device("accelerator", Capabilities.UNTRANSLATED);
            Mm mm = world.mm("process", 1);
            world.bind(device, mm);
            world.driver.removeDevicePasid(device, World.PASID, mm);
            if (grabs) {
                mm.grab();
            }
            world.run.spawn("notifier", mm::put);
            world.run.spawn("unbind", () -> {
                world.driver.releaseContext(mm);
                if (grabs) {
                    mm.drop();
                }
            });
        });
    }

    @Test
    void devicesOfOneMmShareItsAsid() {
        verified(World.explore(WHOLE, world -> {
            PciDevice one = world.device("one", Capabilities.UNTRANSLATED);
            PciDevice other = world.device("other", Capabilities.SVA);
            Mm mm = world.mm("process", 1);
            refuse(world);
            world.bind(one, mm);
            world.bind(other, mm);
            world.run.spawn("process", () -> {
                World.writes(one, PAGE);
                World.writes(other, PAGE);
                world.unmap(mm, PAGE);
                check(world, !World.writes(one, PAGE) && !World.writes(other, PAGE), "both have forgotten the page");
                world.close(one, mm);
                world.close(other, mm);
                world.machine.reuse(World.PASID);
            });
        }));
    }

    private static void verified(Verdict verdict) {
        assertThat(verdict).isInstanceOf(Verdict.Verified.class);
    }

    private static List<String> violations(Verdict verdict) {
        assertThat(verdict).isInstanceOf(Verdict.Violated.class);
        return ((Verdict.Violated) verdict)
                .counterexamples().stream().map(example -> example.violation().check()).distinct().sorted().toList();
    }

    private static List<String> messages(Verdict verdict) {
        assertThat(verdict).isInstanceOf(Verdict.Violated.class);
        return ((Verdict.Violated) verdict)
                .counterexamples().stream().map(example -> example.violation().message()).distinct().toList();
    }
}
