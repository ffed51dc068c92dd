package org.svalinn.report;

import java.util.ArrayList;
import java.util.List;
import org.svalinn.explore.Narrative;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Verdict;

/** A counterexample in a few lines: who went on, how far, and what then showed. */
public final class Turns {
    private static final int MOST = 7;

    private Turns() {}

    /** One line for each turn, and one for the violation. */
    public static List<String> of(Verdict.Counterexample counterexample) {
        List<String> turns = new ArrayList<>();
        List<Narrative.Step> steps = counterexample.narrative().steps().stream()
                .filter(step -> step.operation() != Operation.START)
                .toList();
        int width = counterexample.narrative().actors().stream().mapToInt(String::length).max().orElse(0);
        int begin = 0;
        for (int i = 1; i <= steps.size(); i++) {
            if (i == steps.size() || !steps.get(i).actor().equals(steps.get(begin).actor())) {
                Narrative.Step last = steps.get(i - 1);
                String actor = Page.pad(last.actor(), width);
                turns.add(actor + "  " + Numbers.of(i - begin, "step", "steps") + ", last: " + place(last)
                        + (i < steps.size() && steps.get(i).preempts() ? ", where it loses the turn" : ""));
                begin = i;
            }
        }
        if (turns.size() > MOST) {
            int left = turns.size() - MOST;
            turns.subList(MOST / 2, MOST / 2 + left).clear();
            turns.add(MOST / 2, "... " + Numbers.of(left, "turn", "turns") + " more");
        }
        turns.add("=> " + counterexample.violation().message());
        return turns;
    }

    private static String place(Narrative.Step step) {
        return switch (step.path().size()) {
            case 0 -> step.object();
            case 1 -> step.path().getFirst().function();
            default -> step.path().getFirst().function() + " in " + step.path().get(1).function();
        };
    }
}
