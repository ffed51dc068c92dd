package org.svalinn.report;

import java.util.List;
import org.svalinn.explore.Verdict;

/**
 * What came of checking one scenario.
 *
 * @param subject what was checked
 * @param verdict what the search proved
 * @param explanation why, where the verdict by itself does not say, such as why a bind failed; may be empty
 * @param bounds what the scenario leaves out of every search, a clause each; mostly empty
 * @param replays for each counterexample the file that its schedule was saved in, or empty where it could not be saved
 */
public record Finding(Subject subject, Verdict verdict, String explanation, List<String> bounds, List<String> replays) {
    public Finding {
        bounds = List.copyOf(bounds);
        replays = List.copyOf(replays);
    }

    /** One whose scenario leaves nothing out. */
    public Finding(Subject subject, Verdict verdict, String explanation, List<String> replays) {
        this(subject, verdict, explanation, List.of(), replays);
    }

    String replayOf(int counterexample) {
        return counterexample < replays.size() ? replays.get(counterexample) : "";
    }
}
