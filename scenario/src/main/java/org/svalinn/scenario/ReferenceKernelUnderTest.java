package org.svalinn.scenario;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Run;
import org.svalinn.explore.Site;
import org.svalinn.kernel.ReferenceKernel;
import org.svalinn.kernel.design.Variant;
import org.svalinn.kernel.driver.CharDevice;
import org.svalinn.kernel.sync.CallPath;
import org.svalinn.kernel.sync.Scheduler;
import org.svalinn.kernel.task.Task;
import org.svalinn.machine.pcie.Capabilities;
import org.svalinn.machine.pcie.Job;
import org.svalinn.machine.pcie.Misbehaviour;
import org.svalinn.machine.pcie.Status;
import org.svalinn.machine.pcie.Work;

/** The reference kernel: made anew for each execution, the setup included. */
final class ReferenceKernelUnderTest implements KernelUnderTest {
    /** What a device writes: as good as anything, and easily seen in a dump. */
    private static final long PATTERN = 0x5c5c_5c5c_5c5c_5c5cL;

    private final Variant variant;
    private final ReferenceKernel.Iommu iommu;
    private final Scenario scenario;
    private final List<String> names;
    /** The devices whose queue is enqueued into with ENQCMD. */
    private final Set<String> workQueueDevices;

    private final List<Misbehaviour[]> misbehaviours;
    private final @Nullable Task[] tasks;
    private final CharDevice[] devices;
    private @Nullable ReferenceKernel kernel;

    ReferenceKernelUnderTest(Variant variant, ReferenceKernel.Iommu iommu, Scenario scenario) {
        this.variant = variant;
        this.iommu = iommu;
        this.scenario = scenario;
        names = List.copyOf(scenario.tasks());
        workQueueDevices = scenario.actions()
                .filter(Action.Enqcmd.class::isInstance)
                .map(action -> ((Action.Enqcmd) action).device())
                .collect(Collectors.toSet());
        misbehaviours = scenario.devices().stream()
                .map(device -> scenario.misbehaviours(device).stream().sorted().toArray(Misbehaviour[]::new))
                .toList();
        tasks = new Task[names.size()];
        devices = new CharDevice[scenario.devices().size()];
    }

    private ReferenceKernel kernel() {
        return requireNonNull(kernel, "no execution is under way");
    }

    private Task task(int number) {
        return requireNonNull(tasks[number], "a task acts before it is born");
    }

    @Override
    public boolean keepsSetup() {
        return false;
    }

    @Override
    public void begin(Run run) {
        ReferenceKernel booted = ReferenceKernel.boot(Scheduler.of(run), variant, iommu);
        kernel = booted;
        for (int device = 0; device < devices.length; device++) {
            String name = scenario.devices().get(device);
            Misbehaviour[] wrongs = misbehaviours.get(device);
            Capabilities capabilities = scenario.capabilities().getOrDefault(name, booted.usual());
            devices[device] = workQueueDevices.contains(name)
                    ? booted.addWorkQueueDevice(name, capabilities, wrongs)
                    : booted.addDevice(name, capabilities, wrongs);
        }
    }

    @Override
    public void addProcess(int task) {
        tasks[task] = kernel().exec(names.get(task));
    }

    @Override
    public void endOfSetup() {}

    @Override
    public void spawning(int actor, int task) {}

    @Override
    public void spawnDaemons(Run run) {
        kernel().start();
    }

    @Override
    public void finish() {
        kernel().machine().finish();
    }

    @Override
    public String open(int task, int device) {
        int error = task(task).open(devices[device]);
        return error == 0 ? "" : "error " + error;
    }

    @Override
    public void close(int task, int device) {
        task(task).close(devices[device]);
    }

    @Override
    public void mapFile(int task, int device, long address) {
        task(task).mmap(address, devices[device]);
    }

    @Override
    public void map(int task, long address) {
        task(task).mmap(address, null);
    }

    @Override
    public void touch(int task, long address) {
        task(task).touch(address);
    }

    @Override
    public void unmap(int task, long address) {
        task(task).munmap(address);
    }

    @Override
    public void protect(int task, long address) {
        task(task).mprotect(address, false);
    }

    @Override
    public void remap(int task, long from, long to) {
        task(task).mremap(from, to);
    }

    @Override
    public void exec(int task) {
        task(task).exec();
    }

    @Override
    public boolean enqcmd(int task, int device, long address) {
        CharDevice to = devices[device];
        // The PASID of a descriptor is what the processor puts there, whatever software has written.
        Job job = task(task).enqcmd(to, Work.write(0, address, Long.BYTES, PATTERN));
        if (job == null) {
            return false;
        }
        to.engine().await(job);
        Status status = job.status();
        if (status != null) {
            kernel().core().scheduler().note(status.toString().toLowerCase(Locale.ROOT).replace('_', ' '));
        }
        return status == Status.SUCCESS;
    }

    @Override
    public void bear(int task, int child, boolean thread) {
        String name = names.get(child);
        tasks[child] = thread ? task(task).clone(name) : task(task).fork(name);
    }

    @Override
    public void exit(int task) {
        task(task).exit();
    }

    @Override
    public void oomKill(int task, int victim, Runnable signal, Runnable awaitExit) {
        signal.run();
        task(task).oomKill(task(victim));
    }

    @Override
    public int pasid(int task) {
        Task alive = tasks[task];
        return alive == null ? 0 : Math.max(0, alive.pasid());
    }

    @Override
    public boolean dma(int device, int pasid, long address, boolean write) {
        return kernel().dma(devices[device], pasid, address, write);
    }

    @Override
    public String describe(long object, long parts) {
        return kernel().describe(object, parts);
    }

    @Override
    public List<Site> callPath(int actor) {
        return CallPath.here();
    }

    @Override
    public List<Reference> references() {
        return kernel().core().holders().references().stream()
                .map(reference -> new Reference(
                        reference.kind().text(),
                        reference.of(),
                        reference.value(),
                        reference.taken(),
                        reference.givenBack()))
                .toList();
    }

    @Override
    public List<Leftover> leftovers() {
        return kernel().core().slab().live().stream()
                .map(object -> new Leftover(object.toString(), object.kind(), object.allocated()))
                .toList();
    }

    @Override
    public List<String> bounds() {
        String design = "this is Svalinn's reference kernel: what is proved of its design is not proved of Linux's"
                + " code";
        String queue = "an insertion into the SMMU's command queue is made under a lock, which Linux has not";
        return iommu == ReferenceKernel.Iommu.SMMUV3 ? List.of(design, queue) : List.of(design);
    }
}
