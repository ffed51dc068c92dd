package org.svalinn.scenario;

import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Violation;

/**
 * A reference that somebody took, on whichever kernel.
 *
 * @param count what was counted, such as {@code mm_count}, or {@code PASID}
 * @param of whose: the mm or the notifier, in words
 * @param value what the count was with this reference, or the PASID itself
 * @param taken who took it
 * @param givenBack who gave it back; null while it is held
 */
public record Reference(String count, String of, long value, Violation.End taken, Violation.@Nullable End givenBack) {
    public boolean isHeld() {
        return givenBack == null;
    }
}
