package org.svalinn.report;

import java.util.List;
import org.svalinn.explore.Verdict;

/**
 * What came of checking one scenario.
 *
 * @param subject what was checked
 * @param verdict what the search proved
 * @param explanation why, where the verdict by itself does not say, such as why a bind failed; may be empty
 * @param replays for each counterexample the file that its schedule was saved in, or empty where it could not be saved
 */
public record Finding(Subject subject, Verdict verdict, String explanation, List<String> replays) {
    public Finding {
        replays = List.copyOf(replays);
    }

    String replayOf(int counterexample) {
        return counterexample < replays.size() ? replays.get(counterexample) : "";
    }
}
