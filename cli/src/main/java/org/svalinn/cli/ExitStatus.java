package org.svalinn.cli;

import java.util.Collection;
import java.util.List;
import org.svalinn.explore.Verdict;

/** What the process says by its exit status. */
final class ExitStatus {
    static final int VERIFIED = 0;
    static final int VIOLATED = 1;
    static final int BAD_INPUT = 2;
    static final int UNPROVED = 3;
    static final int INTERRUPTED = 130;

    /** From the worst: a violation is certain, whatever else could not be proved. */
    private static final List<Integer> WORST_FIRST = List.of(BAD_INPUT, VIOLATED, UNPROVED);

    private ExitStatus() {}

    static int of(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Verified _ -> VERIFIED;
            case Verdict.Violated _ -> VIOLATED;
            case Verdict.Bounded _, Verdict.Vacuous _, Verdict.Error _ -> UNPROVED;
        };
    }

    /** The status of several verdicts together: bad input before violated before unproved before verified. */
    static int worst(Collection<Integer> statuses) {
        return WORST_FIRST.stream().filter(statuses::contains).findFirst().orElse(VERIFIED);
    }
}
