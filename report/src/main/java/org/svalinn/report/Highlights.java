package org.svalinn.report;

import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.svalinn.explore.Narrative;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.explore.Violation;

/**
 * Which steps of a counterexample to show. A run has hundreds; what makes it go wrong is a dozen.
 *
 * <p>Always shown: the first and the last step of each turn (they are the schedule), steps that take the turn from
 * somebody, choices, steps on what the violation is about, and steps at the sites of its ends. Other steps that
 * conflict with another actor's are shown as well as long as the whole stays short enough to read.
 */
final class Highlights {
    /** As many as fit on two screens, at two or three lines each. */
    private static final int READABLE = 24;

    private Highlights() {}

    static BitSet of(Narrative narrative, Violation violation) {
        List<Narrative.Step> steps = narrative.steps();
        BitSet shown = new BitSet(steps.size());
        BitSet conflicting = new BitSet(steps.size());
        Set<Site> ends = violation.ends().stream()
                .flatMap(end -> Stream.ofNullable(end.path().isEmpty() ? null : end.path().getFirst()))
                .collect(Collectors.toSet());
        String message = violation.message();
        for (int i = 0; i < steps.size(); i++) {
            Narrative.Step step = steps.get(i);
            boolean begins = i == 0 || !steps.get(i - 1).actor().equals(step.actor());
            boolean finishes = i == steps.size() - 1 || !steps.get(i + 1).actor().equals(step.actor());
            if (begins || finishes || step.preempts() || step.operation() == Operation.CHOOSE || isNamed(step.object(), message)
                    || !step.path().isEmpty() && ends.contains(step.path().getFirst())) {
                shown.set(i);
            }
            if (step.conflicts()) {
                conflicting.set(i);
            }
        }
        conflicting.or(shown);
        return conflicting.cardinality() <= READABLE ? conflicting : shown;
    }

    /** Whether the violation speaks of this object, or of another field of the same object. */
    private static boolean isNamed(String object, String message) {
        if (object.isEmpty()) {
            return false;
        }
        int end = 0;
        while (end < object.length() && ".+[".indexOf(object.charAt(end)) < 0) {
            end++;
        }
        String whole = object.substring(0, end);
        int at = message.indexOf(whole);
        return !whole.isEmpty() && at >= 0 && !isWordPart(message, at - 1) && !isWordPart(message, at + whole.length());
    }

    private static boolean isWordPart(String text, int at) {
        return at >= 0 && at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_');
    }
}
