package org.svalinn.report;

import java.util.BitSet;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.svalinn.explore.Narrative;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.explore.Violation;

/**
 * Which steps of a counterexample to show. A run has hundreds; what makes it go wrong is a dozen.
 *
 * <p>Always shown: the first and the last step of each turn (they are the schedule), steps that take the turn from
 * somebody, choices, steps at the sites of the violation's ends, and whatever counts, makes or frees an object that the
 * violation speaks of. Then, each as long as the whole stays short enough to read: all other steps on those objects;
 * steps that conflict with another actor's.
 */
final class Highlights {
    /** As many as fit on two screens, at two or three lines each. */
    private static final int READABLE = 24;

    private static final Set<Operation> LIFE =
            EnumSet.of(Operation.UPDATE, Operation.ADD, Operation.COUNT, Operation.ALLOCATE, Operation.FREE);

    private final List<Narrative.Step> steps;
    private final Violation violation;
    private final Set<Site> ends;

    private Highlights(Narrative narrative, Violation violation) {
        this.steps = narrative.steps();
        this.violation = violation;
        this.ends = violation.ends().stream()
                .flatMap(end -> end.path().stream().limit(1))
                .collect(Collectors.toSet());
    }

    static BitSet of(Narrative narrative, Violation violation) {
        Highlights highlights = new Highlights(narrative, violation);
        BitSet shown = highlights.where(highlights::isKey);
        for (IntPredicate more : List.<IntPredicate>of(highlights::isNamed, i -> narrative.steps().get(i).conflicts())) {
            BitSet with = highlights.where(more);
            with.or(shown);
            if (with.cardinality() <= READABLE) {
                shown = with;
            }
        }
        return shown;
    }

    private BitSet where(IntPredicate predicate) {
        BitSet set = new BitSet(steps.size());
        IntStream.range(0, steps.size()).filter(predicate).forEach(set::set);
        return set;
    }

    private boolean isKey(int i) {
        Narrative.Step step = steps.get(i);
        return i == 0
                || i == steps.size() - 1
                || !steps.get(i - 1).actor().equals(step.actor())
                || !steps.get(i + 1).actor().equals(step.actor())
                || step.preempts()
                || step.operation() == Operation.CHOOSE
                || LIFE.contains(step.operation()) && isNamed(i)
                || !step.path().isEmpty() && ends.contains(step.path().getFirst());
    }

    private boolean isNamed(int i) {
        return isNamed(steps.get(i).object(), violation.message());
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
