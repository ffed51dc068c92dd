package org.svalinn.kernel.iommu.vtd;

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
import org.svalinn.kernel.design.Design;
import org.svalinn.kernel.design.Omission;
import org.svalinn.kernel.design.Variant;
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

/** A machine with one VT-d unit, its driver, one device and address spaces, for one execution of a tiny program. */
final class World {
    static final long PAGE = Ram.PAGE_SIZE;
    static final int PASID = 1;
    static final long VALUE = 0x5c;
    private static final int RAM_PAGES = 48;

    final Run run;
    final Core core;
    final Machine machine;
    final VtdDriver driver;
    final PciDevice device;
    final MemoryManagement memory;
    final List<PageFault> faults = new ArrayList<>();
    private Runnable last = () -> {};
    private final List<Mm> mms = new ArrayList<>();

    World(Run run, Variant variant, Capabilities capabilities) {
        this.run = run;
        Scheduler scheduler = Scheduler.of(run);
        core = new Core(scheduler, variant);
        machine = new Machine(scheduler, RAM_PAGES);
        driver = new VtdDriver(core, machine, this::report);
        device = new PciDevice(scheduler, machine, "acc0", 8, capabilities);
        driver.probe(device);
        PasidAllocator pasids = new PasidAllocator(core, PasidAllocator.Policy.LOWEST_FIRST, machine::reuse);
        memory = new MemoryManagement(core, pasids, driver::userPages, new WorkQueue(core, "events"));
    }

    /** Explores what a program does in a world whose hardware is started. */
    static Verdict explore(Variant variant, Capabilities capabilities, Consumer<World> setup) {
        return Explorer.of(program(variant, capabilities, setup)).explore();
    }

    static Program program(Variant variant, Capabilities capabilities, Consumer<World> setup) {
        return new Program() {
            private @Nullable World latest;

            @Override
            public void start(Run run) {
                World world = new World(run, variant, capabilities);
                latest = world;
                setup.accept(world);
                world.driver.start(world.core.scheduler());
            }

            @Override
            public void finish(Run run) {
                World world = Objects.requireNonNull(latest);
                world.last.run();
                world.machine.finish();
            }
        };
    }

    static Variant without(Omission... omissions) {
        Variant variant = Variant.of(Design.V5_18);
        for (Omission omission : omissions) {
            variant = variant.without(omission);
        }
        return variant;
    }

    /** An address space with one page of memory at {@link #PAGE}, bound to the device. */
    Mm bound(String name) {
        Mm mm = mm(name);
        bind(mm);
        return mm;
    }

    Mm mm(String name) {
        Mm mm = memory.allocate(name);
        mm.mmap().anonymous(PAGE, 2 * PAGE, Vma.Flag.WRITE);
        mm.pages().fault(PAGE, true, () -> {});
        mms.add(mm);
        return mm;
    }

    void bind(Mm mm) {
        driver.setDevicePasid(device, PASID, mm);
    }

    /** What the device's driver and the core do in good order. */
    void unbind(Mm mm) {
        device.stop(PASID);
        device.drain(PASID);
        driver.removeDevicePasid(device, PASID, mm);
        driver.drainPageRequests(device, PASID);
    }

    void unmap(Mm mm) {
        mm.lock().downWrite();
        mm.pages().unmap(PAGE, PAGE, () -> driver.invalidate(mm, PAGE, 2 * PAGE));
        mm.lock().upWrite();
    }

    void free(Mm mm) {
        mm.lock().downWrite();
        mm.pages().unmapAll(() -> driver.invalidate(mm, 0, Long.MAX_VALUE));
        mm.lock().upWrite();
    }

    @Nullable Status write(long address) {
        return device.perform(Work.write(PASID, address, 8, VALUE));
    }

    /** Whether the unit has logged a fault (FSTS.PPF). */
    boolean hasLoggedFault() {
        return (driver.unit().peekRegister(0x34, 4) & 2) != 0;
    }

    /** Done when all is quiet. */
    void last(Runnable body) {
        last = body;
    }

    void actor(String name, Runnable body) {
        run.spawn(name, body);
    }

    void check(boolean good, String what) {
        if (!good) {
            violate("test", what);
        }
    }

    void violate(String check, String message) {
        run.report(new Violation(check, message, List.of()));
    }

    /** Answers on the interrupt's thread. */
    private void report(PageFault fault) {
        faults.add(fault);
        if (fault.last()) {
            boolean good = fault.pasid() == PASID
                    && !mms.isEmpty()
                    && mms.getFirst().fault(fault.address(), fault.write());
            driver.respond(fault, good ? PageFault.Response.SUCCESS : PageFault.Response.INVALID);
        }
    }
}
