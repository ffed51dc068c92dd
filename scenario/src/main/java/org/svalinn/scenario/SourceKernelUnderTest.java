package org.svalinn.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.svalinn.explore.Run;
import org.svalinn.explore.Site;
import org.svalinn.source.KernelInstance;
import org.svalinn.source.floor.Board;
import org.svalinn.source.floor.Granularity;
import org.svalinn.source.runtime.Cpu;

/** The kernel's own C. It starts once; what the setup has made is a snapshot, at which each execution begins. */
final class SourceKernelUnderTest implements KernelUnderTest {
    /** Operation not supported, in asm-generic/errno.h. */
    private static final long EOPNOTSUPP = 95;

    private static final List<String> DAEMONS = List.of("srcu", "rcu", "kworker");

    private final KernelInstance kernel;
    private final Scenario scenario;
    private final List<String> names;
    private final long[] tasks;
    private final long[] devices;
    private final long interruptThread;
    private final List<Long> daemons = new ArrayList<>();
    /** The context that each task acts on, once it has an actor. */
    private final Cpu[] cpus;
    private boolean isSetUp;

    /**
     * Has the kernel take on the scenario's devices and tasks.
     *
     * @throws org.svalinn.source.floor.SetupFailure when it cannot
     */
    SourceKernelUnderTest(KernelInstance kernel, Scenario scenario) {
        this.kernel = kernel;
        this.scenario = scenario;
        names = List.copyOf(scenario.tasks());
        devices = new long[scenario.devices().size()];
        for (int device = 0; device < devices.length; device++) {
            devices[device] = kernel.addDevice(scenario.devices().get(device), device + 1);
        }
        tasks = new long[names.size()];
        for (int task = 0; task < tasks.length; task++) {
            tasks[task] = kernel.addTask();
        }
        cpus = new Cpu[tasks.length];
        interruptThread = kernel.addKernelThread();
        int count = DAEMONS.size() + kernel.board().interruptCount();
        for (int daemon = 0; daemon < count; daemon++) {
            daemons.add(kernel.addKernelThread());
        }
        kernel.endOfBoot();
    }

    /** What the scenario has that a source kernel cannot do, in words; empty if there is nothing. */
    static String refusal(Scenario scenario) {
        Optional<Action> action = scenario.actions().filter(SourceKernelUnderTest::isBeyond).findFirst();
        return action.isPresent() ? "a source kernel cannot '" + action.get().text() + "'"
                : !scenario.misbehaviours().isEmpty() ? "devices of a source kernel cannot misbehave"
                : scenario.capabilities().isEmpty() ? "" : "devices of a source kernel can only do what is usual behind its IOMMU";
    }

    private static boolean isBeyond(Action action) {
        return switch (action) {
            case Action.Protect _, Action.Remap _, Action.Exec _, Action.Enqcmd _ -> true;
            default -> false;
        };
    }

    KernelInstance kernel() {
        return kernel;
    }

    private Cpu cpu(int task) {
        return isSetUp ? cpus[task] : kernel.as(names.get(task), tasks[task]);
    }

    @Override
    public boolean keepsSetup() {
        return true;
    }

    @Override
    public void endOfSetup() {
        int index = KernelInstance.BOOT + 1;
        for (String actor : scenario.actors().keySet()) {
            int task = names.indexOf(actor);
            kernel.assign(index++, actor, task < 0 ? interruptThread : tasks[task]);
        }
        for (int daemon = 0; daemon < daemons.size(); daemon++) {
            kernel.assign(index++, daemonName(daemon), daemons.get(daemon));
        }
        kernel.granularity(scenario.granularity());
        kernel.snapshot();
        isSetUp = true;
    }

    private String daemonName(int daemon) {
        return daemon < DAEMONS.size() ? DAEMONS.get(daemon) : kernel.board().interruptName(daemon - DAEMONS.size());
    }

    @Override
    public void addProcess(int task) {
        kernel.exec(cpu(task), names.get(task), tasks[task]);
    }

    @Override
    public void begin(Run run) {
        kernel.begin(run);
    }

    @Override
    public void spawning(int actor, int task) {
        Cpu cpu = kernel.cpu(KernelInstance.BOOT + 1 + actor);
        if (task >= 0) {
            cpus[task] = cpu;
        }
    }

    @Override
    public void spawnDaemons(Run run) {
        int index = KernelInstance.BOOT + 1 + scenario.actors().size();
        Cpu srcu = kernel.cpu(index++);
        Cpu rcu = kernel.cpu(index++);
        Cpu worker = kernel.cpu(index++);
        run.spawnDaemon("srcu", () -> kernel.serveSrcu(srcu));
        run.spawnDaemon("rcu", () -> kernel.serveRcu(rcu));
        run.spawnDaemon("kworker", () -> kernel.serveWork(worker));
        Board board = kernel.board();
        for (int interrupt = 0; interrupt < board.interruptCount(); interrupt++) {
            int number = interrupt;
            Cpu cpu = kernel.cpu(index + interrupt);
            run.spawnDaemon(board.interruptName(number), () -> board.serveInterrupt(number, cpu));
        }
        run.spawnDaemon("iommu", () -> board.iommu().serve());
        board.functionsWithMessages()
                .forEach(function -> run.spawnDaemon(function.name() + " messages", function::serve));
    }

    @Override
    public void finish() {
        kernel.finishDevices();
    }

    @Override
    public String open(int task, int device) {
        long error = kernel.open(cpu(task), devices[device], device);
        if (error == 0) {
            return "";
        }
        boolean isRefused = error == -EOPNOTSUPP && !kernel.refusal().isEmpty();
        return isRefused ? "EOPNOTSUPP: " + kernel.refusal() : "error " + error;
    }

    @Override
    public void close(int task, int device) {
        kernel.close(cpu(task), device);
    }

    @Override
    public void mapFile(int task, int device, long address) {
        kernel.mapFile(cpu(task), device, address);
    }

    @Override
    public void map(int task, long address) {
        kernel.map(cpu(task), address);
    }

    @Override
    public void touch(int task, long address) {
        kernel.touch(cpu(task));
    }

    @Override
    public void unmap(int task, long address) {
        kernel.unmap(cpu(task));
    }

    @Override
    public void protect(int task, long address) {
        throw cannot("mprotect()");
    }

    @Override
    public void remap(int task, long from, long to) {
        throw cannot("mremap()");
    }

    @Override
    public void exec(int task) {
        throw cannot("execve()");
    }

    @Override
    public boolean enqcmd(int task, int device, long address) {
        throw cannot("ENQCMD");
    }

    private static IllegalStateException cannot(String what) {
        return new IllegalStateException("the source kernel has no " + what);
    }

    @Override
    public void bear(int task, int child, boolean thread) {
        if (kernel.clone(cpu(task), names.get(child), tasks[child], thread) != 0) {
            throw new IllegalStateException("cannot make " + names.get(child));
        }
    }

    @Override
    public void exit(int task) {
        kernel.exit(cpu(task));
    }

    @Override
    public void oomKill(int task, int victim, Runnable signal, Runnable awaitExit) {
        boolean isMarked = kernel.oomMark(cpu(task), tasks[victim]);
        signal.run();
        if (isMarked) {
            kernel.oomReap(cpu(task), tasks[victim]);
            awaitExit.run();
            kernel.oomForget(cpu(task), tasks[victim]);
        }
    }

    @Override
    public int pasid(int task) {
        return (int) kernel.pasidOf(tasks[task]);
    }

    @Override
    public boolean dma(int device, int pasid, long address, boolean write) {
        return kernel.dma(devices[device], pasid, address, write);
    }

    @Override
    public String describe(long object, long parts) {
        return kernel.describeObject(object, parts);
    }

    @Override
    public List<Site> callPath(int actor) {
        return kernel.callPath(KernelInstance.BOOT + 1 + actor);
    }

    @Override
    public List<Reference> references() {
        return kernel.ledger().references().stream()
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
        return kernel.heap().leaked().stream()
                .map(object -> new Leftover(object.name(), object.kind(), object.allocated()))
                .toList();
    }

    @Override
    public List<String> bounds() {
        return scenario.granularity() == Granularity.FINE
                ? List.of()
                : List.of("an insertion into the IOMMU's command queue is one step (a scenario with granularity: fine"
                        + " takes its accesses one by one)");
    }
}
