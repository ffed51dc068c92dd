package org.svalinn.kernel;

import java.util.ArrayList;
import java.util.List;
import org.svalinn.explore.Site;
import org.svalinn.explore.Violation;
import org.svalinn.kernel.design.Variant;
import org.svalinn.kernel.driver.CharDevice;
import org.svalinn.kernel.driver.IdxdDriver;
import org.svalinn.kernel.driver.UacceDriver;
import org.svalinn.kernel.iommu.IommuDriver;
import org.svalinn.kernel.iommu.PciDevice;
import org.svalinn.kernel.iommu.smmuv3.SmmuV3Driver;
import org.svalinn.kernel.iommu.vtd.VtdDriver;
import org.svalinn.kernel.mm.MemoryManagement;
import org.svalinn.kernel.pasid.PasidAllocator;
import org.svalinn.kernel.sva.IommuSva;
import org.svalinn.kernel.sva.PageFaultQueue;
import org.svalinn.kernel.sync.Core;
import org.svalinn.kernel.sync.Holders;
import org.svalinn.kernel.sync.KernelObject;
import org.svalinn.kernel.sync.Scheduler;
import org.svalinn.kernel.sync.WorkQueue;
import org.svalinn.kernel.task.Task;
import org.svalinn.machine.Machine;
import org.svalinn.machine.pcie.Capabilities;
import org.svalinn.machine.pcie.Endpoint;
import org.svalinn.machine.pcie.Engine;
import org.svalinn.machine.pcie.Misbehaviour;
import org.svalinn.machine.pcie.Status;
import org.svalinn.machine.pcie.Work;

/**
 * One running reference kernel: a machine with an IOMMU, devices and their drivers, and processes. Made anew for each
 * execution: boot it, add devices and processes, have them do what was before, {@link #start} it, and spawn the actors.
 * {@link ReferenceProgram} does that for a search.
 */
public final class ReferenceKernel {
    private static final Site REUSE = Site.named("ioasid_free");
    /** Enough for a handful of processes with a handful of pages each. */
    private static final int PAGES = 256;

    private static final int WORD = 8;
    private static final long PATTERN = 0x5a;

    private final Core core;
    private final Machine machine;
    private final Iommu iommu;
    private final IommuDriver driver;
    private final PageFaultQueue faults;
    private final WorkQueue work;
    private final MemoryManagement memory;
    private final IommuSva sva;
    private final List<Engine> engines = new ArrayList<>(1);

    /** Which IOMMU the machine has, and with it which processor's page tables. */
    public enum Iommu {
        VTD("vtd"),
        SMMUV3("smmuv3");

        private final String text;

        Iommu(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }

    private ReferenceKernel(Scheduler scheduler, Variant variant, Iommu iommu) {
        this.iommu = iommu;
        core = new Core(scheduler, variant);
        machine = new Machine(scheduler, PAGES);
        faults = new PageFaultQueue(core);
        driver = driver();
        PasidAllocator pasids = new PasidAllocator(core, PasidAllocator.Policy.LOWEST_FIRST, this::reuse);
        work = new WorkQueue(core, "events");
        core.taskWork().delayTo(work);
        memory = new MemoryManagement(core, pasids, driver::userPages, work);
        sva = new IommuSva(core, driver, pasids, faults, memory.reclaim());
    }

    /** A PASID is about to be free: nothing may remember it, no table, and nothing in hardware. */
    private void reuse(int pasid) {
        String entries = machine.reuse(pasid) ? driver.entries(pasid) : "";
        if (!entries.isEmpty()) {
            core.scheduler().report(new Violation(
                    "pasid-reuse",
                    "PASID " + pasid + " is given up while it is in a table: " + entries,
                    List.of(core.scheduler().end("given up by", REUSE))));
        }
    }

    private IommuDriver driver() {
        return switch (iommu) {
            case VTD -> new VtdDriver(core, machine, faults);
            case SMMUV3 -> new SmmuV3Driver(core, machine, faults);
        };
    }

    /** A kernel of this variant on a machine with this IOMMU, and nothing else yet. */
    public static ReferenceKernel boot(Scheduler scheduler, Variant variant, Iommu iommu) {
        return new ReferenceKernel(scheduler, variant, iommu);
    }

    public Core core() {
        return core;
    }

    public Machine machine() {
        return machine;
    }

    public MemoryManagement memory() {
        return memory;
    }

    // What there is

    /**
     * Adds an accelerator with a uacce-like driver, in a group of its own: with ATS and PRI on VT-d, a master that
     * stalls on SMMUv3. It has no actor: its work is done by whoever calls {@link #dma}.
     */
    public CharDevice addDevice(String name, Misbehaviour... misbehaviours) {
        return addDevice(name, usual(), misbehaviours);
    }

    /** The same with other capabilities. */
    public CharDevice addDevice(String name, Capabilities capabilities, Misbehaviour... misbehaviours) {
        PciDevice device = device(name, capabilities, misbehaviours);
        return new CharDevice(device, new UacceDriver(core, sva, memory.reclaim(), device));
    }

    /** Adds an accelerator with a shared work queue and an idxd-like driver, which works on an actor of its own. */
    public CharDevice addWorkQueueDevice(String name, Misbehaviour... misbehaviours) {
        return addWorkQueueDevice(name, usual(), misbehaviours);
    }

    /** The same with other capabilities. */
    public CharDevice addWorkQueueDevice(String name, Capabilities capabilities, Misbehaviour... misbehaviours) {
        PciDevice device = device(name, capabilities, misbehaviours).shared();
        engines.add(device.engine());
        return new CharDevice(device, new IdxdDriver(core, sva, memory.reclaim(), device));
    }

    /** What devices that share virtual addresses can do behind this IOMMU, as a rule. */
    public Capabilities usual() {
        return switch (iommu) {
            case VTD -> Capabilities.SVA;
            case SMMUV3 -> Capabilities.UNTRANSLATED;
        };
    }

    private PciDevice device(String name, Capabilities capabilities, Misbehaviour... misbehaviours) {
        int requesterId = machine.functions().size() + 1 << 3;
        PciDevice device =
                new PciDevice(core.scheduler(), machine, name, requesterId, capabilities, misbehaviours);
        driver.probe(device);
        return device;
    }

    /** A process that was there before: the first thing that it does is its own. */
    public Task exec(String name) {
        return new Task(core, memory, name);
    }

    // The run

    /** Spawns the daemons of kernel and hardware: once the set-up is made. */
    public void start() {
        Scheduler scheduler = core.scheduler();
        scheduler.spawnDaemon("rcu", core.rcu()::serve);
        memory.start();
        scheduler.spawnDaemon("kworker", work::serve);
        scheduler.spawnDaemon("iopf", faults::serve);
        driver.start(scheduler);
        for (Engine engine : engines) {
            scheduler.spawnDaemon(engine.endpoint().name(), engine::serve);
        }
    }

    /** Spawns the actor of a task. */
    public void spawn(Task task, Runnable life) {
        core.scheduler().spawn(task.name(), life);
    }

    /** Spawns the actor of a device, which does what its users have it do. */
    public void spawn(CharDevice device, Runnable life) {
        core.scheduler().spawn(device.name(), life);
    }

    /** Marks a goal of the program as reached. */
    public void reach(String goal) {
        core.scheduler().reach(goal);
    }

    /** The device reads or writes one word of DMA there, on the actor that calls: whether it reached memory. */
    public boolean dma(CharDevice device, int pasid, long address, boolean write) {
        if (pasid == PasidAllocator.INVALID) {
            return false;
        }
        Work one = write ? Work.write(pasid, address, WORD, PATTERN) : Work.read(pasid, address, WORD);
        return device.device().perform(one) == Status.SUCCESS;
    }

    /** The checks at the end of a run: what hardware finds, and what is alive when everything is quiet. */
    public void finish() {
        machine.finish();
        List<KernelObject> leaked = core.slab().live();
        if (leaked.isEmpty()) {
            return;
        }
        KernelObject first = leaked.stream()
                .filter(object -> object.kind().equals("mm_struct"))
                .findFirst()
                .orElse(leaked.getFirst());
        StringBuilder message = new StringBuilder(first.toString())
                .append(leaked.size() == 1 ? " is" : " and " + (leaked.size() - 1) + " more are")
                .append(" alive when everything is quiet");
        if (core.scheduler().isNarrating()) {
            for (Holders.Reference reference : core.holders().references()) {
                if (reference.givenBack() == null) {
                    message.append("; ").append(reference.kind().text()).append(" of ").append(reference.of())
                            .append(" is held since ").append(takenBy(reference));
                }
            }
        }
        core.scheduler().report(new Violation("leak", message.toString(), List.of(first.allocated())));
    }

    /** Who wanted it: behind the site come the frames of the mm itself, and of who called that. */
    private static Site takenBy(Holders.Reference reference) {
        List<Site> path = reference.taken().path();
        return path.get(Math.min(2, path.size() - 1));
    }

    /** A name for people of what a step touches. */
    public String describe(long object, long parts) {
        return core.slab().has(object) ? core.slab().name(object) : machine.describe(object, parts);
    }
}
