package org.svalinn.scenario;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Who held what, right after each action of a run that is told. */
final class Pins {
    private final KernelUnderTest kernel;
    private final Scenario scenario;
    private final Map<String, List<Reference>> after = new HashMap<>();
    private Map<String, List<Reference>> ofSetup = Map.of();

    Pins(KernelUnderTest kernel, Scenario scenario) {
        this.kernel = kernel;
        this.scenario = scenario;
    }

    /** The setup that is kept for all executions has been made. */
    void endOfSetup() {
        ofSetup = Map.copyOf(after);
    }

    /** Forgets what a run has left. */
    void begin() {
        after.keySet().retainAll(ofSetup.keySet());
    }

    /** The action is done, for the first time or again. */
    void done(Action action, String task) {
        List<Reference> references = kernel.references();
        after.putIfAbsent(action.text(), references);
        after.putIfAbsent(task + ": " + action.text(), references);
    }

    /** What was held right after the first of these actions; nothing if the run did not come to it. */
    List<Reference> after(String action) {
        return after.getOrDefault(action, List.of());
    }

    /** @throws BadScenario when the scenario has no such action */
    void check(Optional<String> until) {
        Set<String> texts = texts();
        if (until.isPresent() && !texts.contains(until.get())) {
            throw new BadScenario("the scenario " + scenario.name() + " has no action '" + until.get() + "'; it has: "
                    + String.join(", ", texts));
        }
    }

    private Set<String> texts() {
        Set<String> texts = new LinkedHashSet<>();
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
}
