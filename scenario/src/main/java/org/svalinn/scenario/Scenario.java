package org.svalinn.scenario;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import java.util.stream.Stream;
import org.svalinn.machine.pcie.Capabilities;
import org.svalinn.machine.pcie.Misbehaviour;
import org.svalinn.source.floor.Granularity;

/**
 * What processes and devices do. The setup runs once, alone and in order; then every actor runs at its own pace.
 *
 * @param name what people call it
 * @param summary one line
 * @param about why it matters, in a paragraph; may be empty
 * @param devices the devices, each with an SVA-capable driver
 * @param capabilities what devices can do that have something else than what is usual behind the IOMMU
 * @param misbehaviours what devices do that they must not
 * @param setup what happens before anything is concurrent
 * @param granularity how much of the IOMMU driver's way to its command queue is one step
 * @param actors the tasks, and the devices that act, with what each does; tasks end with an exit
 */
public record Scenario(
        String name,
        String summary,
        String about,
        List<String> devices,
        Map<String, Capabilities> capabilities,
        Map<String, Set<Misbehaviour>> misbehaviours,
        List<Act> setup,
        Granularity granularity,
        SequencedMap<String, List<Action>> actors) {
    public Scenario {
        devices = List.copyOf(devices);
        capabilities = Map.copyOf(capabilities);
        misbehaviours = Map.copyOf(misbehaviours);
        setup = List.copyOf(setup);
    }

    /** The same at another granularity. */
    public Scenario with(Granularity other) {
        return new Scenario(name, summary, about, devices, capabilities, misbehaviours, setup, other, actors);
    }

    /** What this device does that it must not. */
    public Set<Misbehaviour> misbehaviours(String device) {
        return misbehaviours.getOrDefault(device, Set.of());
    }

    /** All that is done in it, by whomever. */
    public Stream<Action> actions() {
        return Stream.concat(setup.stream().map(Act::action), actors.values().stream().flatMap(List::stream));
    }

    /** One action of the setup and who takes it. */
    public record Act(String task, Action action) {}

    /** Every task, in the order in which the scenario mentions them. */
    public SequencedSet<String> tasks() {
        var tasks = new java.util.LinkedHashSet<String>();
        for (Act act : setup) {
            tasks.add(act.task());
            addBorn(tasks, act.action());
        }
        actors.forEach((actor, actions) -> {
            if (!devices.contains(actor)) {
                tasks.add(actor);
            }
            actions.forEach(action -> addBorn(tasks, action));
        });
        return tasks;
    }

    /** The tasks that another task forks or clones. */
    public SequencedSet<String> born() {
        var born = new java.util.LinkedHashSet<String>();
        actions().forEach(action -> addBorn(born, action));
        return born;
    }

    private static void addBorn(SequencedSet<String> tasks, Action action) {
        bornBy(action).ifPresent(tasks::add);
    }

    /** The task that this action brings to life. */
    static Optional<String> bornBy(Action action) {
        return switch (action) {
            case Action.Fork fork -> Optional.of(fork.child());
            case Action.StartThread start -> Optional.of(start.thread());
            default -> Optional.empty();
        };
    }
}
