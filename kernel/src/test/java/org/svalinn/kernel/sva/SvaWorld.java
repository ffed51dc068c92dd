package org.svalinn.kernel.sva;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.svalinn.explore.Explorer;
import org.svalinn.explore.Program;
import org.svalinn.explore.Run;
import org.svalinn.explore.Verdict;
import org.svalinn.explore.Violation;
import org.svalinn.kernel.design.Omission;
import org.svalinn.kernel.design.Variant;
import org.svalinn.kernel.mm.MemoryManagement;
import org.svalinn.kernel.mm.Mm;
import org.svalinn.kernel.mm.Vma;
import org.svalinn.kernel.pasid.PasidAllocator;
import org.svalinn.kernel.sync.Core;
import org.svalinn.kernel.sync.KernelObject;
import org.svalinn.kernel.sync.Scheduler;
import org.svalinn.kernel.sync.WorkQueue;

/** SVA with a {@link FakeIommu}, and what is below it as it is: a program is what is done with it. */
final class SvaWorld {
    /** Where there is a mapping in every mm. */
    static final long ADDRESS = 0x1000;

    private static final Set<String> TRANSIENT = Set.of("mm_struct", "iommu_sva", "iommu_domain", "iopf_group");

    final Run run;
    final Core core;
    final FakeIommu iommu;
    final PasidAllocator pasids;
    final MemoryManagement memory;
    final IommuSva sva;
    private final PageFaultQueue faults;
    private final WorkQueue work;

    private SvaWorld(Run run, Variant variant, FakeIommu.Kind kind) {
        this.run = run;
        core = new Core(Scheduler.of(run), variant);
        faults = new PageFaultQueue(core);
        iommu = new FakeIommu(core, kind, faults);
        pasids = new PasidAllocator(core, PasidAllocator.Policy.LOWEST_FIRST, iommu::mayReuse);
        work = new WorkQueue(core, "events");
        memory = new MemoryManagement(core, pasids, iommu::userPages, work);
        sva = new IommuSva(core, iommu, pasids, faults, memory.reclaim());
    }

    /** A process's address space, with one user. */
    Mm mm(String name) {
        Mm mm = memory.allocate(name);
        mm.mmap().anonymous(ADDRESS, 0x1000, Vma.Flag.WRITE);
        return mm;
    }

    FakeDevice device(String name) {
        return new FakeDevice(core, iommu, name, 15);
    }

    SvaHandle bind(FakeDevice device, Mm mm) {
        return Objects.requireNonNull(sva.bindDevice(device, mm), "no PASID");
    }

    /** {@code close()} of the device's file, as its driver has it. */
    void close(FakeDevice device, SvaHandle handle) {
        int pasid = handle.pasid();
        Variant variant = core.variant();
        if (variant.does(Omission.STOP_BEFORE_DRAIN) && variant.does(Omission.STOP)) {
            device.stop(pasid);
        }
        if (variant.does(Omission.STOP_BEFORE_DRAIN) && variant.does(Omission.DEVICE_DRAIN)) {
            device.drain(pasid);
        }
        sva.unbindDevice(handle);
    }

    void spawn(String name, Runnable body) {
        run.spawn(name, body);
    }

    private void finish() {
        List<KernelObject> left = core.slab().live().stream()
                .filter(object -> TRANSIENT.contains(object.kind()))
                .toList();
        if (!left.isEmpty() || pasids.inUse() > 0) {
            run.report(new Violation("leak", left + ", " + pasids.inUse() + " PASIDs are left", List.of()));
        }
    }

    private void start() {
        memory.start();
        core.scheduler().spawnDaemon("kworker", work::serve);
        core.scheduler().spawnDaemon("iopf worker", faults::serve);
        iommu.start(core.scheduler());
    }

    /** All interleavings of what {@code body} spawns. */
    static Verdict explore(Variant variant, FakeIommu.Kind kind, Consumer<SvaWorld> body) {
        return Explorer.of(new Program() {
                    @SuppressWarnings("NullAway.Init")
                    private SvaWorld world;

                    @Override
                    public void start(Run run) {
                        world = new SvaWorld(run, variant, kind);
                        body.accept(world);
                        world.start();
                    }

                    @Override
                    public void finish(Run run) {
                        world.finish();
                    }

                    @Override
                    public String describe(long object, long parts) {
                        return world.core.slab().name(object);
                    }
                })
                .maxExecutions(300_000)
                .explore();
    }

    /** The checks that a search has seen; what it is when it has seen none. */
    static Set<String> checks(Verdict verdict) {
        return verdict instanceof Verdict.Violated violated
                ? violated.counterexamples().stream()
                        .map(example -> example.violation().check())
                        .collect(Collectors.toSet())
                : Set.of(verdict.getClass().getSimpleName());
    }
}
