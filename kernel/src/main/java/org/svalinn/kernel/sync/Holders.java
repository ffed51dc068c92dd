package org.svalinn.kernel.sync;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Site;
import org.svalinn.explore.Violation;

/** Who holds what, since which call: kept while a run is told, and empty otherwise. */
public final class Holders {
    /** What is held. */
    public enum Kind {
        MM_USERS("mm_users"),
        MM_COUNT("mm_count"),
        PASID("PASID"),
        NOTIFIER_USERS("notifier users");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }

    /**
     * One reference.
     *
     * @param of whose: the mm or the notifier, in words
     * @param value what the count was with this reference, or the PASID itself
     * @param taken who took it
     * @param givenBack who gave it back; null while it is held
     */
    public record Reference(Kind kind, String of, long value, Violation.End taken, Violation.@Nullable End givenBack) {}

    private final Scheduler scheduler;
    private final List<Reference> references = new ArrayList<>();

    Holders(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /** A reference has been taken. */
    public void taken(Kind kind, Object of, long value, Site site) {
        if (scheduler.isNarrating()) {
            references.add(new Reference(kind, of.toString(), value, scheduler.end("taken by", site), null));
        }
    }

    /**
     * A reference has been given back: paired with the latest that was taken from the same class, else by the same
     * actor, else the latest.
     */
    public void givenBack(Kind kind, Object of, Site site) {
        if (!scheduler.isNarrating()) {
            return;
        }
        String whose = of.toString();
        Violation.End end = scheduler.end("given back by", site);
        int best = -1;
        int bestRank = -1;
        for (int i = 0; i < references.size(); i++) {
            Reference reference = references.get(i);
            if (reference.givenBack() == null && reference.kind() == kind && reference.of().equals(whose)) {
                int rank = caller(reference.taken()).equals(caller(end)) ? 2
                        : reference.taken().actor().equals(end.actor()) ? 1 : 0;
                if (rank >= bestRank) {
                    best = i;
                    bestRank = rank;
                }
            }
        }
        if (best >= 0) {
            Reference reference = references.get(best);
            references.set(best, new Reference(kind, reference.of(), reference.value(), reference.taken(), end));
        }
    }

    /**
     * The file of the call that wanted the reference. The path begins with what the kernel calls it, and goes on with
     * the method that counts; a constructor wants what it counts itself.
     */
    private static String caller(Violation.End end) {
        List<Site> path = end.path();
        boolean isConstructor = path.size() > 1 && path.get(1).function().startsWith(CallPath.CONSTRUCTOR);
        int caller = isConstructor ? 1 : 2;
        return path.size() > caller ? path.get(caller).file() : "";
    }

    /** All references that were taken, in order. */
    public List<Reference> references() {
        return List.copyOf(references);
    }
}
