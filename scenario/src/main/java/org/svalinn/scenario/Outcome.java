package org.svalinn.scenario;

import java.util.List;
import org.svalinn.explore.Coverage;
import org.svalinn.explore.Narrative;
import org.svalinn.explore.Verdict;

/**
 * What is kept of a verdict to compare it with others: the same for the same kernel and scenario, whenever and wherever
 * it was searched.
 *
 * @param verdict what was proved
 * @param seen one for each distinct violation, in the order in which the search came upon them
 * @param why for a verdict that proves nothing, why; else empty
 * @param executions runs made
 * @param classes runs that went to their end
 * @param longest steps in the longest run
 */
public record Outcome(Kind verdict, List<Seen> seen, String why, long executions, long classes, int longest) {
    /** The kinds of verdict. */
    public enum Kind { VERIFIED, BOUNDED, VIOLATED, VACUOUS, ERROR }

    /**
     * A violation.
     *
     * @param check which check saw it
     * @param message what it saw
     * @param preemptions how many actors lost the turn while they could have gone on, in the simplest schedule found
     * @param steps how long that schedule is
     */
    public record Seen(String check, String message, int preemptions, int steps) {}

    public Outcome {
        seen = List.copyOf(seen);
    }

    /** What is kept of this verdict. */
    public static Outcome of(Verdict verdict) {
        Coverage coverage = verdict.coverage();
        return switch (verdict) {
            case Verdict.Verified _ -> of(Kind.VERIFIED, List.of(), "", coverage);
            case Verdict.Bounded bounded -> of(Kind.BOUNDED, List.of(), bounded.limit(), coverage);
            case Verdict.Vacuous vacuous ->
                of(Kind.VACUOUS, List.of(), String.join(", ", vacuous.missed().stream().sorted().toList()), coverage);
            case Verdict.Error error -> of(Kind.ERROR, List.of(), error.message(), coverage);
            case Verdict.Violated violated ->
                of(Kind.VIOLATED, violated.counterexamples().stream().map(Outcome::seen).toList(), "", coverage);
        };
    }

    private static Outcome of(Kind kind, List<Seen> seen, String why, Coverage coverage) {
        return new Outcome(kind, seen, why, coverage.executions(), coverage.classes(), coverage.longest());
    }

    private static Seen seen(Verdict.Counterexample counterexample) {
        Narrative narrative = counterexample.narrative();
        int preemptions = (int) narrative.steps().stream().filter(Narrative.Step::preempts).count();
        return new Seen(
                counterexample.violation().check(),
                counterexample.violation().message(),
                preemptions,
                narrative.steps().size());
    }

    /** Whether this check fired. */
    public boolean saw(String check) {
        return seen.stream().anyMatch(violation -> violation.check().equals(check));
    }
}
