package org.svalinn.scenario;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Site;
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

    /**
     * The call that wanted it: outside of headers, where what counts is in C; in the reference kernel, whose paths begin with the
     * kernel's name for what counts, behind the method that does.
     */
    Site wantedBy() {
        List<Site> path = taken.path();
        boolean isNamed = path.size() > 2 && path.getFirst().file().isEmpty();
        return path.stream()
                .skip(isNamed ? 2 : 0)
                .filter(site -> !site.file().endsWith(".h"))
                .findFirst()
                .orElse(Site.named("?"));
    }
}
