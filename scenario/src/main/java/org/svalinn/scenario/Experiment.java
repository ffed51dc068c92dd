package org.svalinn.scenario;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Explorer;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Program;
import org.svalinn.explore.Run;
import org.svalinn.explore.Schedule;
import org.svalinn.explore.Site;
import org.svalinn.explore.Violation;
import org.svalinn.source.KernelInstance;
import org.svalinn.source.floor.Board;
import org.svalinn.source.floor.Heap;
import org.svalinn.source.floor.Ledger;
import org.svalinn.source.floor.SetupFailure;
import org.svalinn.source.runtime.Cpu;

/**
 * One scenario on one kernel, ready to be explored: the kernel is started and the setup made, once; each execution then
 * begins at that snapshot with an actor for each task, for each device that acts, and for the kernel's own daemons.
 */
public final class Experiment implements Program {
    /** The goal of every scenario: what it is about cannot happen without it. */
    public static final String BOUND = "an mm is bound to a device";

    /** The goal of a scenario in which a device reads or writes. */
    public static final String TRANSFERRED = "a device reaches a page of the process by DMA";

    private static final int FIRST_OBJECT = 512;
    private static final int OBJECTS_PER_TASK = 4;
    private static final long FIRST_PAGE = 0x10000;
    private static final long PAGE = 0x1000;
    /** How many pages a task can map before it would get another's. */
    private static final int PAGES_PER_TASK = 16;
    private static final long ALL = -1L;
    /** Operation not supported, in asm-generic/errno.h. */
    private static final long EOPNOTSUPP = 95;

    private final KernelInstance kernel;
    private final Scenario scenario;
    private final Map<String, Task> tasks = new LinkedHashMap<>();
    private final Map<String, Long> devices = new LinkedHashMap<>();
    private final List<String> actors = new ArrayList<>();
    private final boolean doesDma;
    private String bindFailure;
    private boolean boundInSetup;
    private final Map<String, List<Ledger.Reference>> pinsAfter = new java.util.HashMap<>();
    private final Map<String, List<Ledger.Reference>> pinsOfSetup;
    private @Nullable Run run;

    /** One task, and what its fellows may do to it. The flags are state of one execution. */
    private static final class Task {
        final int index;
        final String name;
        final long address;
        final boolean bornInSetup;
        long pasid;
        int mappings;
        int mappingsOfSetup;
        /** What devices reach for: the page that it, or whom it was forked from, mapped first in the setup, or would. */
        long firstPage;
        boolean hasPage;
        boolean born;
        boolean killed;
        boolean exited;

        Task(int index, String name, long address, boolean bornInSetup) {
            this.index = index;
            this.name = name;
            this.address = address;
            this.bornInSetup = bornInSetup;
            firstPage = page(0);
        }

        /** Where its mapping of this number is: threads of one mm do not map the same pages. */
        long page(int mapping) {
            return FIRST_PAGE + PAGE * (PAGES_PER_TASK * index + mapping);
        }

        long birth() {
            return FIRST_OBJECT + (long) index * OBJECTS_PER_TASK;
        }

        long signals() {
            return birth() + 1;
        }

        long death() {
            return birth() + 2;
        }
    }

    /**
     * Starts the kernel and makes the setup.
     *
     * @throws org.svalinn.source.floor.SetupFailure when either cannot be done
     */
    public Experiment(KernelInstance kernel, Scenario scenario) {
        this.kernel = kernel;
        this.scenario = scenario;
        int streamId = 1;
        for (String device : scenario.devices()) {
            devices.put(device, kernel.addDevice(device, streamId++));
        }
        doesDma = scenario.actors().values().stream()
                .flatMap(List::stream)
                .anyMatch(action -> action instanceof Action.Read || action instanceof Action.Write);
        Set<String> bornByActors = new java.util.HashSet<>();
        scenario.actors().values().forEach(actions -> actions.forEach(action -> bornBy(action).ifPresent(bornByActors::add)));
        int index = 0;
        for (String name : scenario.tasks()) {
            tasks.put(name, new Task(index++, name, kernel.addTask(), !bornByActors.contains(name)));
        }
        long irqThread = kernel.addKernelThread();
        Map<String, Long> daemons = new LinkedHashMap<>();
        for (String daemon : List.of("srcu", "rcu", "kworker")) {
            daemons.put(daemon, kernel.addKernelThread());
        }
        for (int interrupt = 0; interrupt < kernel.board().interruptCount(); interrupt++) {
            daemons.put(kernel.board().interruptName(interrupt), kernel.addKernelThread());
        }
        kernel.endOfBoot();
        Set<String> born = scenario.born();
        for (Task task : tasks.values()) {
            if (!born.contains(task.name)) {
                kernel.exec(kernel.as(task.name, task.address), task.name, task.address);
            }
        }
        String failure = "";
        for (Scenario.Act act : scenario.setup()) {
            Task task = task(act.task());
            String failed = perform(act.action(), task, kernel.as(task.name, task.address));
            done(act.action(), task);
            failure = failure.isEmpty() ? failed : failure;
        }
        bindFailure = failure;
        pinsOfSetup = Map.copyOf(pinsAfter);
        for (Task task : tasks.values()) {
            task.pasid = kernel.pasidOf(task.address);
            task.mappingsOfSetup = task.mappings;
        }
        int actorIndex = KernelInstance.BOOT + 1;
        for (String actor : scenario.actors().keySet()) {
            Task task = tasks.get(actor);
            actors.add(actor);
            kernel.assign(actorIndex++, actor, task == null ? irqThread : task.address);
        }
        for (var daemon : daemons.entrySet()) {
            kernel.assign(actorIndex++, daemon.getKey(), daemon.getValue());
        }
        kernel.granularity(scenario.granularity());
        kernel.snapshot();
    }

    private static Optional<String> bornBy(Action action) {
        return switch (action) {
            case Action.Fork fork -> Optional.of(fork.child());
            case Action.StartThread start -> Optional.of(start.thread());
            default -> Optional.empty();
        };
    }

    public Scenario scenario() {
        return scenario;
    }

    public KernelInstance kernel() {
        return kernel;
    }

    /** Why the first bind that failed did so, in words; empty when none has. */
    public String bindFailure() {
        return bindFailure;
    }

    /**
     * Who holds what: runs the scenario once, without preemption, and gives every reference that was taken.
     *
     * @param until an action, such as {@code close accel} or {@code parent: close accel}, right after whose first
     *     occurrence to look; empty for the end of the run
     * @throws BadScenario when the scenario has no such action
     */
    public List<Ledger.Reference> pins(Optional<String> until) {
        if (until.isPresent() && !actionTexts().contains(until.get())) {
            throw new BadScenario("the scenario " + scenario.name() + " has no action '" + until.get() + "'; it has: "
                    + String.join(", ", actionTexts()));
        }
        pinsAfter.keySet().retainAll(pinsOfSetup.keySet());
        Explorer.of(this).replay(new Schedule(List.of()));
        return until.map(action -> pinsAfter.getOrDefault(action, List.of()))
                .orElseGet(() -> kernel.ledger().references());
    }

    private Set<String> actionTexts() {
        Set<String> texts = new java.util.LinkedHashSet<>();
        scenario.setup().forEach(act -> {
            texts.add(act.action().text());
            texts.add(act.task() + ": " + act.action().text());
        });
        scenario.actors().forEach((actor, actions) -> actions.forEach(action -> {
            texts.add(action.text());
            texts.add(actor + ": " + action.text());
        }));
        return texts;
    }

    /** Remembers who holds what now that the action is done, where that is asked for. */
    private void done(Action action, Task task) {
        if (run == null || run.isNarrating()) {
            List<Ledger.Reference> references = kernel.ledger().references();
            pinsAfter.putIfAbsent(action.text(), references);
            pinsAfter.putIfAbsent(task.name + ": " + action.text(), references);
        }
    }

    // Program

    @Override
    public void start(Run of) {
        run = of;
        kernel.begin(of);
        for (Task task : tasks.values()) {
            task.born = task.bornInSetup;
            task.killed = false;
            task.exited = false;
            task.mappings = task.mappingsOfSetup;
        }
        if (boundInSetup) {
            of.reach(BOUND);
        }
        int index = KernelInstance.BOOT + 1;
        for (String actor : actors) {
            Cpu cpu = kernel.cpu(index++);
            Task task = tasks.get(actor);
            of.spawn(actor, task != null ? () -> live(task, cpu) : () -> drive(actor));
        }
        Cpu srcu = kernel.cpu(index++);
        Cpu rcu = kernel.cpu(index++);
        Cpu worker = kernel.cpu(index++);
        of.spawnDaemon("srcu", () -> kernel.serveSrcu(srcu));
        of.spawnDaemon("rcu", () -> kernel.serveRcu(rcu));
        of.spawnDaemon("kworker", () -> kernel.serveWork(worker));
        startHardware(of, index);
    }

    /** The actors of the board: one for each interrupt, which runs C, and the IOMMU's own. */
    private void startHardware(Run of, int firstIndex) {
        Board board = kernel.board();
        for (int interrupt = 0; interrupt < board.interruptCount(); interrupt++) {
            int number = interrupt;
            Cpu cpu = kernel.cpu(firstIndex + interrupt);
            of.spawnDaemon(board.interruptName(number), () -> board.serveInterrupt(number, cpu));
        }
        of.spawnDaemon("iommu", () -> board.iommu().serve());
        board.functionsWithMessages().forEach(function -> of.spawnDaemon(function.name() + " messages", function::serve));
    }

    private Run run() {
        if (run == null) {
            throw new IllegalStateException("no execution is under way");
        }
        return run;
    }

    private void live(Task task, Cpu cpu) {
        if (!task.bornInSetup) {
            run().await(Operation.WAIT, task.birth(), () -> task.born, Site.named("waits to be born"));
        }
        for (Action action : actions(task.name)) {
            if (!(action instanceof Action.Exit) && isKilled(task)) {
                continue;
            }
            String failed = perform(action, task, cpu);
            bindFailure = bindFailure.isEmpty() ? failed : bindFailure;
            done(action, task);
        }
    }

    private List<Action> actions(String actor) {
        List<Action> actions = scenario.actors().get(actor);
        return actions == null ? List.of() : actions;
    }

    private boolean isKilled(Task task) {
        if (!mayBeKilled(task)) {
            return false;
        }
        run().step(Operation.READ, task.signals(), ALL, Site.named("checks for a signal"));
        return task.killed;
    }

    private boolean mayBeKilled(Task task) {
        return scenario.actors().values().stream().flatMap(List::stream).anyMatch(action -> switch (action) {
            case Action.Kill kill -> kill.victim().equals(task.name);
            case Action.OomKill kill -> kill.victim().equals(task.name);
            default -> false;
        });
    }

    /** The life of a device. */
    private void drive(String device) {
        for (Action action : actions(device)) {
            if (action instanceof Action.Hardware hardware) {
                Task task = task(hardware.task());
                switch (hardware) {
                    case Action.Request _ ->
                        kernel.dma(device(device), (int) task.pasid, task.firstPage, false);
                    case Action.Read _ -> transfer(device, task, false);
                    case Action.Write _ -> transfer(device, task, true);
                }
            }
        }
    }

    private void transfer(String device, Task task, boolean write) {
        if (kernel.dma(device(device), (int) task.pasid, task.firstPage, write)) {
            run().reach(TRANSFERRED);
        }
    }

    /** Does it; gives why it failed, or nothing. */
    private String perform(Action action, Task task, Cpu cpu) {
        switch (action) {
            case Action.Open open -> {
                long error = kernel.open(cpu, device(open.device()), descriptor(open.device()));
                if (error != 0) {
                    return task.name + " cannot " + action.text() + ": " + text(error);
                }
                if (run == null) {
                    boundInSetup = true;
                } else {
                    run.reach(BOUND);
                }
            }
            case Action.Close close -> kernel.close(cpu, descriptor(close.device()));
            case Action.Map map -> {
                long address = task.page(task.mappings++);
                if (run == null && !task.hasPage) {
                    task.firstPage = address;
                    task.hasPage = true;
                }
                map.device().ifPresentOrElse(
                        device -> kernel.mapFile(cpu, descriptor(device), address), () -> kernel.map(cpu, address));
            }
            case Action.Touch _ -> kernel.touch(cpu);
            case Action.Unmap _ -> kernel.unmap(cpu);
            case Action.Fork fork -> bear(task(fork.child()), task, cpu, false);
            case Action.StartThread start -> bear(task(start.thread()), task, cpu, true);
            case Action.Exit _ -> {
                kernel.exit(cpu);
                run().step(Operation.SIGNAL, task.death(), ALL, Site.named("is dead"));
                task.exited = true;
            }
            case Action.Stay _ -> {}
            case Action.Wait wait -> awaitExit(task(wait.task()));
            case Action.Kill kill -> kill(task(kill.victim()));
            case Action.OomKill kill -> oomKill(task(kill.victim()), cpu);
            case Action.Hardware _ -> throw new IllegalStateException("a task cannot " + action.text());
        }
        return "";
    }

    private String text(long error) {
        boolean isRefused = error == -EOPNOTSUPP && !kernel.refusal().isEmpty();
        return isRefused ? "EOPNOTSUPP: " + kernel.refusal() : "error " + error;
    }

    private void bear(Task child, Task parent, Cpu cpu, boolean thread) {
        if (kernel.clone(cpu, child.name, child.address, thread) != 0) {
            throw new IllegalStateException("cannot make " + child.name);
        }
        if (run == null) {
            if (parent.hasPage) {
                child.firstPage = parent.firstPage;
                child.hasPage = true;
            }
        } else {
            run.step(Operation.SIGNAL, child.birth(), ALL, Site.named("is born"));
        }
        child.born = true;
    }

    private void awaitExit(Task task) {
        run().await(Operation.WAIT, task.death(), () -> task.exited, Site.named("wait4"));
    }

    private void kill(Task victim) {
        run().step(Operation.WRITE, victim.signals(), ALL, Site.named("SIGKILL"));
        victim.killed = true;
    }

    private void oomKill(Task victim, Cpu cpu) {
        boolean marked = kernel.oomMark(cpu, victim.address);
        kill(victim);
        if (marked) {
            kernel.oomReap(cpu, victim.address);
            awaitExit(victim);
            kernel.oomForget(cpu, victim.address);
        }
    }

    private Task task(String name) {
        Task task = tasks.get(name);
        if (task == null) {
            throw new IllegalStateException("no task " + name);
        }
        return task;
    }

    private long device(String name) {
        Long device = devices.get(name);
        if (device == null) {
            throw new IllegalStateException("no device " + name);
        }
        return device;
    }

    private int descriptor(String device) {
        return scenario.devices().indexOf(device);
    }

    @Override
    public void finish(Run of) {
        kernel.finishDevices();
        if (scenario.actors().values().stream().anyMatch(actions -> actions.contains(new Action.Stay()))) {
            return;
        }
        List<Heap.Allocation> leaked = kernel.heap().leaked();
        if (leaked.isEmpty()) {
            return;
        }
        Heap.Allocation first = leaked.stream()
                .filter(object -> object.kind().equals("mm_struct"))
                .findFirst()
                .orElse(leaked.getFirst());
        StringBuilder message = new StringBuilder(first.name())
                .append(leaked.size() == 1 ? " is" : " and " + (leaked.size() - 1) + " more are")
                .append(" alive when everything is quiet");
        if (of.isNarrating()) {
            for (Ledger.Reference reference : kernel.ledger().references()) {
                if (reference.givenBack() == null) {
                    message.append("; ").append(reference.kind().text()).append(" of ").append(reference.of())
                            .append(" is held since ").append(firstOutsideHeaders(reference.taken().path()));
                }
            }
        }
        of.report(new Violation("leak", message.toString(), List.of(first.allocated())));
    }

    private static String firstOutsideHeaders(List<Site> path) {
        return path.stream().filter(site -> !site.file().endsWith(".h")).findFirst().map(Site::toString).orElse("?");
    }

    @Override
    public Set<String> goals() {
        return doesDma ? Set.of(BOUND, TRANSFERRED) : Set.of(BOUND);
    }

    @Override
    public String describe(long object, long parts) {
        if (object >= FIRST_OBJECT && object < FIRST_OBJECT + (long) OBJECTS_PER_TASK * tasks.size()) {
            String task = List.copyOf(tasks.keySet()).get((int) (object - FIRST_OBJECT) / OBJECTS_PER_TASK);
            return switch ((int) (object - FIRST_OBJECT) % OBJECTS_PER_TASK) {
                case 0 -> "birth of " + task;
                case 1 -> "signals of " + task;
                default -> "death of " + task;
            };
        }
        return kernel.describeObject(object, parts);
    }

    @Override
    public List<Site> callPath() {
        return kernel.callPath(run().current().index() + 1);
    }
}
