package org.svalinn.scenario;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.svalinn.machine.pcie.Capabilities;
import org.svalinn.machine.pcie.Misbehaviour;
import org.svalinn.source.floor.Granularity;

/** Reads a scenario file. The schema is documented in {@code docs/scenarios.md}. */
public final class ScenarioReader {
    private static final Set<String> KEYS = Set.of("name", "summary", "about", "devices", "capabilities", "misbehaves", "setup", "granularity", "actors");
    private static final int MOST_TASKS = 8;
    private static final int MOST_DEVICES = 4;

    private final String file;

    private ScenarioReader(String file) {
        this.file = file;
    }

    /**
     * Reads one scenario.
     *
     * @param file how to name the file in messages
     * @throws BadScenario with file, line and reason, when the text is not a scenario
     */
    public static Scenario read(String file, String text) {
        return new ScenarioReader(file).scenario(text);
    }

    private Scenario scenario(String text) {
        Node root;
        try {
            root = new Compose(LoadSettings.builder().setLabel(file).setCodePointLimit(1 << 20).build())
                    .composeString(text)
                    .orElseThrow(() -> new BadScenario(file + ": the file is empty"));
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
            throw new BadScenario(file + ":" + line + ": not YAML: " + e.getProblem());
        } catch (YamlEngineException e) {
            throw new BadScenario(file + ": not YAML: " + e.getMessage());
        }
        Map<String, Node> top = mapping(root, "a scenario");
        for (var entry : top.entrySet()) {
            if (!KEYS.contains(entry.getKey())) {
                throw bad(entry.getValue(), "unknown key '" + entry.getKey() + "'; known: name, summary, about, devices, capabilities, misbehaves, setup, granularity, actors");
            }
        }
        String name = word(required(top, "name", root));
        String summary = scalar(required(top, "summary", root));
        String about = top.containsKey("about") ? scalar(present(top.get("about"))).strip() : "";
        List<String> devices = new ArrayList<>();
        for (Node device : sequence(required(top, "devices", root))) {
            devices.add(unique(device, devices));
        }
        if (devices.isEmpty() || devices.size() > MOST_DEVICES) {
            throw bad(present(top.get("devices")), "a scenario has 1 to " + MOST_DEVICES + " devices");
        }
        List<Scenario.Act> setup = new ArrayList<>();
        if (top.containsKey("setup")) {
            for (Node act : sequence(present(top.get("setup")))) {
                mapping(act, "a step of the setup, such as 'parent: open accel'")
                        .forEach((task, action) -> setup.add(new Scenario.Act(checkName(task, action), action(action, devices))));
            }
        }
        Node actorsNode = required(top, "actors", root);
        SequencedMap<String, List<Action>> actors = new LinkedHashMap<>();
        mapping(actorsNode, "actors").forEach((actor, actions) -> {
            List<Action> list = new ArrayList<>();
            for (Node action : sequence(actions)) {
                list.add(action(action, devices));
            }
            actors.put(checkName(actor, actions), list);
        });
        endWithExit(actors, devices);
        Scenario scenario = new Scenario(
                name, summary, about, devices, capabilities(top, devices), misbehaviours(top, devices), setup, granularity(top), Collections.unmodifiableSequencedMap(actors));
        check(scenario, actorsNode);
        return scenario;
    }

    private Map<String, Set<Misbehaviour>> misbehaviours(Map<String, Node> top, List<String> devices) {
        Map<String, Set<Misbehaviour>> misbehaviours = new LinkedHashMap<>();
        if (top.containsKey("misbehaves")) {
            mapping(present(top.get("misbehaves")), "misbehaves").forEach((device, what) -> {
                Set<Misbehaviour> all = EnumSet.noneOf(Misbehaviour.class);
                for (Node one : what instanceof SequenceNode list ? list.getValue() : List.of(what)) {
                    all.add(misbehaviour(one));
                }
                misbehaviours.put(device(what, device, devices), all);
            });
        }
        return misbehaviours;
    }

    private Map<String, Capabilities> capabilities(Map<String, Node> top, List<String> devices) {
        Map<String, Capabilities> capabilities = new LinkedHashMap<>();
        if (top.containsKey("capabilities")) {
            mapping(present(top.get("capabilities")), "capabilities").forEach((device, what) -> {
                Capabilities its = Capabilities.SVA;
                for (Node one : what instanceof SequenceNode list ? list.getValue() : List.of(what)) {
                    its = switch (scalar(one).strip()) {
                        case "ats" -> its;
                        case "stop-markers" -> its.withStopMarkers(true);
                        default -> throw bad(one, "unknown capability '" + scalar(one) + "'; known: ats, stop-markers");
                    };
                }
                capabilities.put(device(what, device, devices), its);
            });
        }
        return capabilities;
    }

    private Misbehaviour misbehaviour(Node node) {
        String text = scalar(node).strip();
        return Arrays.stream(Misbehaviour.values())
                .filter(misbehaviour -> nameOf(misbehaviour).equals(text))
                .findFirst()
                .orElseThrow(() -> bad(node, "unknown misbehaviour '" + text + "'; known: " + String.join(
                        ", ", Arrays.stream(Misbehaviour.values()).map(ScenarioReader::nameOf).toList())));
    }

    private static String nameOf(Misbehaviour misbehaviour) {
        return misbehaviour.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private Granularity granularity(Map<String, Node> top) {
        if (!top.containsKey("granularity")) {
            return Granularity.COARSE;
        }
        Node node = present(top.get("granularity"));
        return switch (scalar(node).strip()) {
            case "coarse" -> Granularity.COARSE;
            case "fine" -> Granularity.FINE;
            default -> throw bad(node, "unknown granularity '" + scalar(node).strip() + "'; known: coarse, fine");
        };
    }

    private static void endWithExit(SequencedMap<String, List<Action>> actors, List<String> devices) {
        actors.forEach((actor, actions) -> {
            if (!devices.contains(actor) && (actions.isEmpty() || !(actions.getLast() instanceof Action.Exit || actions.getLast() instanceof Action.Stay))) {
                actions.add(new Action.Exit());
            }
        });
    }

    private void check(Scenario scenario, Node at) {
        Set<String> tasks = scenario.tasks();
        if (tasks.size() > MOST_TASKS) {
            throw bad(at, "a scenario has at most " + MOST_TASKS + " tasks");
        }
        Set<String> alive = new LinkedHashSet<>(tasks);
        alive.removeAll(scenario.born());
        for (Scenario.Act act : scenario.setup()) {
            if (scenario.devices().contains(act.task())) {
                throw bad(at, "the device '" + act.task() + "' cannot act in the setup");
            }
            if (!alive.contains(act.task())) {
                throw bad(at, "in the setup '" + act.task() + "' acts before anybody forks it");
            }
            if (act.action() instanceof Action.Exit || act.action() instanceof Action.Stay
                    || act.action() instanceof Action.Wait || act.action() instanceof Action.Kill
                    || act.action() instanceof Action.OomKill || act.action() instanceof Action.Enqcmd
                    || act.action() instanceof Action.Hardware) {
                throw bad(at, "'" + act.action().text() + "' belongs under actors, not in the setup");
            }
            Scenario.bornBy(act.action()).ifPresent(child -> {
                if (!alive.add(child)) {
                    throw bad(at, "the task '" + child + "' is born twice, or acts before it is born");
                }
            });
        }
        Set<String> born = new LinkedHashSet<>(alive);
        for (var entry : scenario.actors().entrySet()) {
            boolean device = scenario.devices().contains(entry.getKey());
            for (Action action : entry.getValue()) {
                if (device != action instanceof Action.Hardware) {
                    throw bad(at, "'" + entry.getKey() + "' cannot '" + action.text() + "': "
                            + (device ? "a device only reads, writes and requests pages" : "only a device does that"));
                }
                String other = switch (action) {
                    case Action.Kill kill -> kill.victim();
                    case Action.OomKill kill -> kill.victim();
                    case Action.Wait wait -> wait.task();
                    case Action.Hardware hardware -> hardware.task();
                    default -> "";
                };
                if (!other.isEmpty() && !tasks.contains(other)) {
                    throw bad(at, "'" + action.text() + "' names an unknown task; known: " + String.join(", ", tasks));
                }
                Scenario.bornBy(action).ifPresent(child -> {
                    if (!born.add(child)) {
                        throw bad(at, "the task '" + child + "' is born twice");
                    }
                });
            }
        }
        for (String task : tasks) {
            if (!scenario.actors().containsKey(task)) {
                throw bad(at, "the task '" + task + "' has no line under actors, so it would never exit; write '" + task + ": [exit]'");
            }
        }
    }

    private Action action(Node node, List<String> devices) {
        String[] words = scalar(node).strip().split("\\s+");
        String argument = words.length == 2 ? words[1] : "";
        if (words.length > 2) {
            throw bad(node, "'" + scalar(node) + "' has too many words");
        }
        Action action = switch (words[0]) {
            case "open" -> new Action.Open(device(node, argument, devices));
            case "close" -> new Action.Close(device(node, argument, devices));
            case "map" -> new Action.Map(argument.isEmpty() ? Optional.empty() : Optional.of(device(node, argument, devices)));
            case "touch" -> new Action.Touch();
            case "unmap" -> new Action.Unmap();
            case "protect" -> new Action.Protect();
            case "remap" -> new Action.Remap();
            case "exec" -> new Action.Exec();
            case "enqcmd" -> new Action.Enqcmd(device(node, argument, devices));
            case "fork" -> new Action.Fork(checkName(argument, node));
            case "thread" -> new Action.StartThread(checkName(argument, node));
            case "exit" -> new Action.Exit();
            case "stay" -> new Action.Stay();
            case "wait" -> new Action.Wait(checkName(argument, node));
            case "kill" -> new Action.Kill(checkName(argument, node));
            case "oom-kill" -> new Action.OomKill(checkName(argument, node));
            case "request" -> new Action.Request(checkName(argument, node));
            case "read" -> new Action.Read(checkName(argument, node));
            case "write" -> new Action.Write(checkName(argument, node));
            default -> throw bad(node, "unknown action '" + words[0]
                    + "'; known: open, close, map, touch, unmap, protect, remap, exec, enqcmd, fork, thread, exit, stay, wait, kill, oom-kill, request, read,"
                    + " write");
        };
        if (words.length == 2
                && action.text().equals(words[0])) {
            throw bad(node, "'" + words[0] + "' takes no argument");
        }
        return action;
    }

    private String device(Node node, String name, List<String> devices) {
        if (!devices.contains(name)) {
            throw bad(node, (name.isEmpty() ? "a device is missing" : "unknown device '" + name + "'") + "; known: "
                    + String.join(", ", devices));
        }
        return name;
    }

    private String unique(Node node, List<String> taken) {
        String name = word(node);
        if (taken.contains(name)) {
            throw bad(node, "'" + name + "' stands here twice");
        }
        return name;
    }

    private String word(Node node) {
        return checkName(scalar(node), node);
    }

    private String checkName(String name, Node at) {
        if (!name.matches("[a-z][a-z0-9-]{0,30}")) {
            throw bad(at, name.isEmpty() ? "a name is missing" : "'" + name + "' is not a name: lower-case letters, digits and '-', up to 31");
        }
        return name;
    }

    private Node required(Map<String, Node> map, String key, Node in) {
        Node node = map.get(key);
        if (node == null) {
            throw bad(in, "the key '" + key + "' is missing");
        }
        return node;
    }

    private static Node present(@Nullable Node node) {
        if (node == null) {
            throw new IllegalStateException("a key that was there is gone");
        }
        return node;
    }

    private SequencedMap<String, Node> mapping(Node node, String what) {
        if (!(node instanceof MappingNode mapping)) {
            throw bad(node, what + " must be 'key: value' lines");
        }
        SequencedMap<String, Node> map = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            if (map.put(scalar(tuple.getKeyNode()), tuple.getValueNode()) != null) {
                throw bad(tuple.getKeyNode(), "'" + scalar(tuple.getKeyNode()) + "' stands here twice");
            }
        }
        return map;
    }

    private List<Node> sequence(Node node) {
        if (!(node instanceof SequenceNode sequence)) {
            throw bad(node, "a list is needed here, such as [open accel, exit]");
        }
        return sequence.getValue();
    }

    private String scalar(Node node) {
        if (!(node instanceof ScalarNode scalar)) {
            throw bad(node, "a word or a line of text is needed here");
        }
        return scalar.getValue();
    }

    private BadScenario bad(Node node, String reason) {
        int line = node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
        return new BadScenario(file + ":" + line + ": " + reason);
    }
}
