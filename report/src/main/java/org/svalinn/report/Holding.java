package org.svalinn.report;

import java.util.Optional;
import org.svalinn.explore.Violation;

/**
 * One reference that somebody took, and what became of it.
 *
 * @param count the kind of count, such as {@code mm_count}
 * @param of whose count, such as {@code mm of parent}
 * @param value the value of the count with this reference, or the PASID itself
 * @param taken who took it
 * @param givenBack who gave it back, or empty while it is held
 */
public record Holding(String count, String of, long value, Violation.End taken, Optional<Violation.End> givenBack) {
    public boolean isHeld() {
        return givenBack.isEmpty();
    }
}
