package org.svalinn.scenario;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Run;
import org.svalinn.explore.Site;

/** What the tasks and devices of a scenario do, action by action, on a kernel. */
final class Performance {
    private static final long ALL = -1L;
    private static final Site BIRTH = Site.named("waits to be born");
    private static final Site BORN = Site.named("is born");
    private static final Site SIGNAL = Site.named("checks for a signal");
    private static final Site KILL = Site.named("SIGKILL");
    private static final Site DEAD = Site.named("is dead");
    private static final Site WAIT = Site.named("wait4");

    private final KernelUnderTest kernel;
    private final Scenario scenario;
    private final Pins pins;
    private final Map<String, Participant> byName = new LinkedHashMap<>();
    private final List<Participant> participants;
    private final Set<String> victims = new HashSet<>();
    private String bindFailure = "";
    private boolean isBound;
    private @Nullable Run run;

    Performance(KernelUnderTest kernel, Scenario scenario, Pins pins) {
        this.kernel = kernel;
        this.scenario = scenario;
        this.pins = pins;
        Set<String> bornByActors = new HashSet<>();
        scenario.actors().values().forEach(actions -> actions.forEach(action -> {
            Scenario.bornBy(action).ifPresent(bornByActors::add);
            switch (action) {
                case Action.Kill kill -> victims.add(kill.victim());
                case Action.OomKill kill -> victims.add(kill.victim());
                default -> {}
            }
        }));
        for (String name : scenario.tasks()) {
            byName.put(name, new Participant(byName.size(), name, bornByActors.contains(name)));
        }
        participants = List.copyOf(byName.values());
    }

    List<Participant> participants() {
        return participants;
    }

    /** The number of the task of that name; -1 if it is a device. */
    int number(String actor) {
        Participant task = byName.get(actor);
        return task == null ? -1 : task.number;
    }

    /** Why the first bind that failed did so, in words; empty when none has. */
    String bindFailure() {
        return bindFailure;
    }

    // The setup

    /**
     * Makes the setup, alone and in order.
     *
     * @param isTold whether anybody will ask who held what
     */
    void setUp(boolean isTold) {
        run = null;
        isBound = false;
        participants.forEach(Participant::beginSetup);
        Set<String> born = scenario.born();
        for (Participant task : participants) {
            if (!born.contains(task.name)) {
                kernel.addProcess(task.number);
            }
        }
        for (Scenario.Act act : scenario.setup()) {
            Participant task = task(act.task());
            perform(act.action(), task);
            if (isTold) {
                pins.done(act.action(), act.task());
            }
        }
        for (Participant task : participants) {
            task.endSetup(kernel.pasid(task.number));
        }
    }

    // Executions

    /** The setup is there, and actors are about to begin. */
    void begin(Run of) {
        run = of;
        participants.forEach(Participant::begin);
        if (isBound) {
            of.reach(Experiment.BOUND);
        }
    }

    private Run run() {
        if (run == null) {
            throw new IllegalStateException("no execution is under way");
        }
        return run;
    }

    /** The life of an actor of the scenario. */
    Runnable life(String actor) {
        Participant task = byName.get(actor);
        List<Action> actions = actions(actor);
        return task == null ? () -> drive(actor, actions) : () -> live(task, actions);
    }

    private List<Action> actions(String actor) {
        List<Action> actions = scenario.actors().get(actor);
        return actions == null ? List.of() : actions;
    }

    private void live(Participant task, List<Action> actions) {
        if (task.isBornByActor()) {
            run().await(Operation.WAIT, task.birth(), () -> task.born, BIRTH);
        }
        for (Action action : actions) {
            if (!(action instanceof Action.Exit) && isKilled(task)) {
                continue;
            }
            perform(action, task);
            if (run().isNarrating()) {
                pins.done(action, task.name);
            }
        }
    }

    private boolean isKilled(Participant task) {
        if (!victims.contains(task.name)) {
            return false;
        }
        run().step(Operation.READ, task.signals(), ALL, SIGNAL);
        return task.killed;
    }

    /** The life of a device. */
    private void drive(String device, List<Action> actions) {
        for (Action action : actions) {
            if (action instanceof Action.Hardware hardware) {
                Participant task = task(hardware.task());
                boolean reached =
                        kernel.dma(device(device), task.pasid, task.firstPage, hardware instanceof Action.Write);
                if (reached && !(hardware instanceof Action.Request)) {
                    run().reach(Experiment.TRANSFERRED);
                }
            }
        }
    }

    private void perform(Action action, Participant task) {
        switch (action) {
            case Action.Open open -> opened(kernel.open(task.number, device(open.device())), open, task);
            case Action.Close close -> kernel.close(task.number, device(close.device()));
            case Action.Map map -> map(map, task);
            case Action.Touch _ -> kernel.touch(task.number, task.lastAnonymous());
            case Action.Unmap _ -> kernel.unmap(task.number, task.unmapLast());
            case Action.Protect _ -> kernel.protect(task.number, task.last());
            case Action.Remap _ -> remap(task);
            case Action.Exec _ -> {
                kernel.exec(task.number);
                task.unmapAll();
            }
            case Action.Enqcmd enqcmd -> {
                if (kernel.enqcmd(task.number, device(enqcmd.device()), task.firstPage)) {
                    run().reach(Experiment.TRANSFERRED);
                }
            }
            case Action.Fork fork -> bear(task(fork.child()), task, false);
            case Action.StartThread start -> bear(task(start.thread()), task, true);
            case Action.Exit _ -> {
                kernel.exit(task.number);
                run().step(Operation.SIGNAL, task.death(), ALL, DEAD);
                task.exited = true;
            }
            case Action.Stay _ -> {}
            case Action.Wait wait -> awaitExit(task(wait.task()));
            case Action.Kill kill -> kill(task(kill.victim()));
            case Action.OomKill oom -> {
                Participant victim = task(oom.victim());
                kernel.oomKill(task.number, victim.number, () -> kill(victim), () -> awaitExit(victim));
            }
            case Action.Hardware _ -> throw new IllegalStateException("a task cannot " + action.text());
        }
    }

    private void opened(String failure, Action.Open open, Participant task) {
        if (!failure.isEmpty()) {
            if (bindFailure.isEmpty()) {
                bindFailure = task.name + " cannot " + open.text() + ": " + failure;
            }
        } else if (run == null) {
            isBound = true;
        } else {
            run.reach(Experiment.BOUND);
        }
    }

    private void map(Action.Map map, Participant task) {
        long address = task.page(task.mappings++);
        if (run == null && !task.hasPage && map.device().isEmpty()) {
            task.firstPage = address;
            task.hasPage = true;
        }
        task.map(address, map.device().isPresent());
        map.device().ifPresentOrElse(
                device -> kernel.mapFile(task.number, device(device), address), () -> kernel.map(task.number, address));
    }

    private void remap(Participant task) {
        long to = task.page(task.mappings++);
        kernel.remap(task.number, task.unmapLast(), to);
        task.map(to, false);
    }

    private void bear(Participant child, Participant parent, boolean thread) {
        kernel.bear(parent.number, child.number, thread);
        child.inherit(parent);
        if (run == null) {
            if (parent.hasPage) {
                child.firstPage = parent.firstPage;
                child.hasPage = true;
            }
        } else {
            run.step(Operation.SIGNAL, child.birth(), ALL, BORN);
        }
        child.born = true;
    }

    private void awaitExit(Participant task) {
        run().await(Operation.WAIT, task.death(), () -> task.exited, WAIT);
    }

    private void kill(Participant victim) {
        run().step(Operation.WRITE, victim.signals(), ALL, KILL);
        victim.killed = true;
    }

    private Participant task(String name) {
        Participant task = byName.get(name);
        if (task == null) {
            throw new IllegalStateException("no task " + name);
        }
        return task;
    }

    private int device(String name) {
        return scenario.devices().indexOf(name);
    }
}
