package org.svalinn.machine.examples;

import java.util.ArrayList;
import java.util.List;
import org.svalinn.explore.Narrative;
import org.svalinn.explore.Verdict;
import org.svalinn.explore.Violation;

/** Tells a counterexample: what happened, who was party to it, and the steps on which the order matters. */
final class Telling {
    private Telling() {}

    static List<String> of(Verdict.Counterexample counterexample) {
        List<String> lines = new ArrayList<>();
        Violation violation = counterexample.violation();
        lines.add(violation.check() + ": " + violation.message());
        for (Violation.End end : violation.ends()) {
            lines.add("  %s %s, at: %s".formatted(end.role(), end.actor(), end.path().getFirst()));
        }
        for (Narrative.Step step : counterexample.narrative().steps()) {
            if (step.conflicts()) {
                lines.add("%s %-14s %s".formatted(step.preempts() ? ">" : " ", step.actor(), step.path().getFirst()));
            }
        }
        return lines;
    }
}
