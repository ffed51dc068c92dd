package org.svalinn.kernel.sva;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.svalinn.explore.Explorer;
import org.svalinn.explore.Program;
import org.svalinn.explore.Run;
import org.svalinn.explore.Verdict;
import org.svalinn.explore.Violation;
import org.svalinn.kernel.design.Design;
import org.svalinn.kernel.design.Omission;
import org.svalinn.kernel.design.Variant;
import org.svalinn.kernel.iommu.IommuDriver;
import org.svalinn.kernel.iommu.PciDevice;
import org.svalinn.kernel.iommu.smmuv3.SmmuV3Driver;
import org.svalinn.kernel.iommu.vtd.VtdDriver;
import org.svalinn.kernel.mm.MemoryManagement;
import org.svalinn.kernel.mm.Mm;
import org.svalinn.kernel.mm.Vma;
import org.svalinn.kernel.pasid.PasidAllocator;
import org.svalinn.kernel.sync.Core;
import org.svalinn.kernel.sync.Scheduler;
import org.svalinn.kernel.sync.WorkQueue;
import org.svalinn.machine.Machine;
import org.svalinn.machine.pcie.Capabilities;
import org.svalinn.machine.pcie.Work;

/**
 * The same on the machine: an SMMUv3 with a device that stalls, and a VT-d unit with one that has ATS and PRI. The
 * checks are the machine's, and what the driver knows of its own tables.
 */
class SvaOnMachineTest {
    private static final long ADDRESS = 0x10000;

    enum Kind { SMMUV3, VTD }

    private static final class World {
        final Run run;
        final Core core;
        final Machine machine;
        final PageFaultQueue faults;
        final IommuDriver driver;
        final WorkQueue work;
        final MemoryManagement memory;
        final PasidAllocator pasids;
        final IommuSva sva;
        final PciDevice device;
        final Mm mm;

        World(Run run, Variant variant, Kind kind) {
            this.run = run;
            core = new Core(Scheduler.of(run), variant);
            machine = new Machine(core.scheduler(), 128);
            faults = new PageFaultQueue(core);
            driver = kind == Kind.VTD
                    ? new VtdDriver(core, machine, faults)
                    : new SmmuV3Driver(core, machine, faults);
            pasids = new PasidAllocator(core, PasidAllocator.Policy.LOWEST_FIRST, this::reuse);
            work = new WorkQueue(core, "events");
            memory = new MemoryManagement(core, pasids, driver::userPages, work);
            sva = new IommuSva(core, driver, pasids, faults, memory.reclaim());
            device = new PciDevice(core.scheduler(), machine, "accel", 8,
                    kind == Kind.VTD ? Capabilities.SVA : Capabilities.UNTRANSLATED);
            driver.probe(device);
            mm = memory.allocate("a");
            mm.mmap().anonymous(ADDRESS, 0x1000, Vma.Flag.WRITE);
        }

        private void reuse(int pasid) {
            if (machine.reuse(pasid) && !driver.entries(pasid).isEmpty()) {
                run.report(new Violation("pasid-reuse", driver.entries(pasid), List.of()));
            }
        }

        SvaHandle bind() {
            SvaHandle handle = Objects.requireNonNull(sva.bindDevice(device, mm));
            device.start(handle.pasid(), mm.pages().owner());
            return handle;
        }

        void close(SvaHandle handle) {
            int pasid = handle.pasid();
            device.stop(pasid);
            device.drain(pasid);
            sva.unbindDevice(handle);
        }

        void write(int pasid) {
            device.perform(Work.write(pasid, ADDRESS, 8, 0x5a));
        }

        void start() {
            memory.start();
            core.scheduler().spawnDaemon("kworker", work::serve);
            core.scheduler().spawnDaemon("iopf", faults::serve);
            driver.start(core.scheduler());
        }

        void finish() {
            machine.finish();
            if (!core.slab().live().isEmpty()) {
                run.report(new Violation("leak", core.slab().live().toString(), List.of()));
            }
        }
    }

    private static Set<String> checks(Variant variant, Kind kind, Consumer<World> body) {
        Verdict verdict = Explorer.of(new Program() {
                    @SuppressWarnings("NullAway.Init")
                    private World world;

                    @Override
                    public void start(Run run) {
                        world = new World(run, variant, kind);
                        body.accept(world);
                        world.start();
                    }

                    @Override
                    public void finish(Run run) {
                        world.finish();
                    }

                    @Override
                    public String describe(long object, long parts) {
                        return world.core.slab().has(object)
                                ? world.core.slab().name(object)
                                : world.machine.describe(object, parts);
                    }
                })
                .maxExecutions(200_000)
                .stopAtFirst(true)
                .explore();
        return SvaWorld.checks(verdict);
    }

    private static void exitAndClose(World world) {
        SvaHandle handle = world.bind();
        world.run.spawn("exit", world.mm::put);
        world.run.spawn("close", () -> world.close(handle));
    }

    /** The page is there: DMA is all that there is. */
    private static void dmaAndExit(World world) {
        world.mm.fault(ADDRESS, true);
        SvaHandle handle = world.bind();
        int pasid = handle.pasid();
        world.run.spawn("device", () -> world.write(pasid));
        world.run.spawn("exit", () -> {
            world.mm.put();
            world.close(handle);
        });
    }

    /** The page is not there: event queue, interrupt thread, work, and an answer. */
    private static void faultAndClose(World world) {
        SvaHandle handle = world.bind();
        int pasid = handle.pasid();
        world.run.spawn("device", () -> world.write(pasid));
        world.run.spawn("close", () -> {
            world.close(handle);
            world.mm.put();
        });
    }

    private static Variant variant(String design) {
        return Variant.of(Design.find(design).orElseThrow());
    }

    @ParameterizedTest
    @CsvSource({
        "v5.17,            SMMUV3, Verified",
        "v5.18-rc1,        SMMUV3, pasid-reuse",
        "v5.18,            SMMUV3, Verified",
        "v6.12,            SMMUV3, Verified",
        "release-teardown, SMMUV3, Verified",
        "pin-users,        SMMUV3, Verified",
        "v5.17,            VTD,    Verified",
        "v5.18,            VTD,    Verified",
        "v6.12,            VTD,    Verified",
        "release-teardown, VTD,    Verified",
        "pin-users,        VTD,    Verified",
    })
    void exitAgainstClose(String design, Kind kind, String check) {
        assertThat(checks(variant(design), kind, SvaOnMachineTest::exitAndClose)).containsExactly(check);
    }

    @ParameterizedTest
    @CsvSource({"v5.18, SMMUV3", "v6.12, SMMUV3", "v5.18, VTD", "v6.12, VTD"})
    void dmaAgainstExit(String design, Kind kind) {
        assertThat(checks(variant(design), kind, SvaOnMachineTest::dmaAndExit)).containsExactly("Verified");
    }

    @ParameterizedTest
    @CsvSource({"v5.18, SMMUV3", "v6.12, SMMUV3", "v5.18, VTD", "v6.12, VTD"})
    void aFaultAgainstClose(String design, Kind kind) {
        assertThat(checks(variant(design), kind, SvaOnMachineTest::faultAndClose)).containsExactly("Verified");
    }

    @ParameterizedTest
    @CsvSource({
        "MMGRAB,       SMMUV3, use-after-free",
        "MMGRAB,       VTD,    Verified",
        "GRACE_PERIOD, SMMUV3, use-after-free",
        "GRACE_PERIOD, VTD,    use-after-free",
    })
    void whatIsLeftOutIsMissed(Omission omission, Kind kind, String check) {
        assertThat(checks(Variant.of(Design.V5_18).without(omission), kind, SvaOnMachineTest::exitAndClose))
                .containsExactly(check);
    }
}
