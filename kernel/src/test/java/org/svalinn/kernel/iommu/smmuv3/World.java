package org.svalinn.kernel.iommu.smmuv3;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Explorer;
import org.svalinn.explore.Program;
import org.svalinn.explore.Run;
import org.svalinn.explore.Verdict;
import org.svalinn.explore.Violation;
import org.svalinn.kernel.design.Variant;
import org.svalinn.kernel.iommu.Device;
import org.svalinn.kernel.iommu.PageFault;
import org.svalinn.kernel.iommu.PciDevice;
import org.svalinn.kernel.mm.MemoryManagement;
import org.svalinn.kernel.mm.Mm;
import org.svalinn.kernel.mm.Vma;
import org.svalinn.kernel.pasid.PasidAllocator;
import org.svalinn.kernel.sync.Core;
import org.svalinn.kernel.sync.Scheduler;
import org.svalinn.kernel.sync.WorkQueue;
import org.svalinn.machine.Machine;
import org.svalinn.machine.memory.Ram;
import org.svalinn.machine.pcie.Capabilities;
import org.svalinn.machine.pcie.Status;
import org.svalinn.machine.pcie.Work;

/** A machine with an SMMU and its driver, and nothing of a kernel above it, for one execution of a tiny program. */
final class World {
    static final long PAGE = Ram.PAGE_SIZE;
    static final int PASID = 1;

    final Run run;
    final Core core;
    final Machine machine;
    final SmmuV3Driver driver;
    final MemoryManagement memory;
    final List<PageFault> faults = new ArrayList<>();
    private Consumer<PageFault> onFault = faults::add;

    World(Run run, Variant variant) {
        this.run = run;
        Scheduler scheduler = Scheduler.of(run);
        core = new Core(scheduler, variant);
        machine = new Machine(scheduler, 64);
        driver = new SmmuV3Driver(core, machine, fault -> onFault.accept(fault));
        PasidAllocator pasids = new PasidAllocator(core, PasidAllocator.Policy.LOWEST_FIRST);
        memory = new MemoryManagement(core, pasids, driver::userPages, new WorkQueue(core, "events"));
    }

    void onFault(Consumer<PageFault> handler) {
        onFault = handler;
    }

    /** A device of these capabilities. */
    PciDevice device(String name, Capabilities capabilities) {
        int requesterId = machine.functions().size() + 1 << 3;
        PciDevice device = new PciDevice(core.scheduler(), machine, name, requesterId, capabilities).shared();
        driver.probe(device);
        return device;
    }

    /** The device writes 8 bytes, on the actor that calls and whether it was started or not: whether it could. */
    static boolean writes(PciDevice device, long address) {
        return device.engine().perform(Work.write(PASID, address, 8, 0x5a)).status() == Status.SUCCESS;
    }

    /** An mm with this many pages of memory at {@link #PAGE}, all present. */
    Mm mm(String name, int pages) {
        Mm mm = memory.allocate(name);
        mm.mmap().anonymous(PAGE, 16 * PAGE, Vma.Flag.WRITE);
        for (int i = 1; i <= pages; i++) {
            mm.fault(i * PAGE, true);
        }
        return mm;
    }

    void bind(Device device, Mm mm) {
        driver.acquireContext(mm);
        driver.setDevicePasid(device, PASID, mm);
    }

    void close(Device device, Mm mm) {
        driver.removeDevicePasid(device, PASID, mm);
        driver.releaseContext(mm);
    }

    /** Takes a page away as munmap() does. */
    void unmap(Mm mm, long address) {
        mm.pages().unmap(address, PAGE, () -> driver.invalidate(mm, address, address + PAGE));
    }

    void violate(String check, String message) {
        run.report(new Violation(check, message, List.of()));
    }

    /** What a program adds to a world that has been set up: actors. */
    interface Scenario {
        void start(World world);
    }

    static Verdict explore(Variant variant, Scenario scenario) {
        return explorer(variant, scenario).explore();
    }

    static Explorer explorer(Variant variant, Scenario scenario) {
        return Explorer.of(new WorldProgram(variant, scenario));
    }

    private static final class WorldProgram implements Program {
        private final Variant variant;
        private final Scenario scenario;
        private @Nullable World world;

        WorldProgram(Variant variant, Scenario scenario) {
            this.variant = variant;
            this.scenario = scenario;
        }

        @Override
        public void start(Run run) {
            World made = new World(run, variant);
            world = made;
            scenario.start(made);
            made.driver.start(made.core.scheduler());
        }

        @Override
        public void finish(Run run) {
            Objects.requireNonNull(world).machine.finish();
        }
    }
}
