package org.svalinn.cli;

import java.util.ArrayList;
import java.util.List;

/** Lines on standard error that several commands have. */
final class Notices {
    private Notices() {}

    /**
     * Of the whole catalogue, those that this kernel can do; says which it cannot.
     *
     * @param named those that the user named: he is told in the verdict of each
     */
    static List<ChosenScenario> able(
            Environment environment, Workshop workshop, List<String> named, List<ChosenScenario> chosen) {
        if (!named.isEmpty()) {
            return chosen;
        }
        List<ChosenScenario> able = new ArrayList<>();
        for (ChosenScenario scenario : chosen) {
            String refusal = workshop.refusal(scenario.scenario());
            if (refusal.isEmpty()) {
                able.add(scenario);
            } else {
                environment.err().println("left out: " + scenario.scenario().name() + ", for " + refusal);
            }
        }
        return able;
    }

    /** Says which kernel was taken where the user named none. */
    static void kernelChoice(Environment environment, Workshop workshop) {
        if (!workshop.kernelChoice().isEmpty()) {
            environment.err().println("kernel: " + workshop.kernelName() + ", " + workshop.kernelChoice());
        }
    }
}
