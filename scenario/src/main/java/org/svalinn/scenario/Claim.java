package org.svalinn.scenario;

import java.util.List;
import java.util.Optional;
import org.svalinn.kernel.design.Variant;

/**
 * A claim or question of the thread, and what would answer it.
 *
 * @param number as in the thread
 * @param words the claim, in our words
 * @param answer in one word or few: what is said when all of the evidence is as expected
 * @param because why, when it is
 * @param evidence trials, each with what is expected of it
 */
public record Claim(int number, String words, String answer, String because, List<Evidence> evidence) {
    public Claim {
        evidence = List.copyOf(evidence);
    }

    /** Something to run, and what must come of it for the answer to stand. */
    public sealed interface Evidence {
        /** What it shows, if it comes out as expected. */
        String shows();
    }

    /**
     * A search.
     *
     * @param variant of the reference kernel
     * @param iommu which
     * @param scenario of the catalogue
     * @param check the check that must fire; empty where every interleaving must be good
     */
    public record Search(Variant variant, String iommu, String scenario, Optional<String> check, String shows)
            implements Evidence {
        /** Whether this outcome is as expected. */
        public boolean isBorneOutBy(Outcome outcome) {
            return check.map(outcome::saw).orElse(outcome.verdict() == Outcome.Kind.VERIFIED);
        }
    }

    /**
     * Who holds a count at some moment.
     *
     * @param until the action after which to look
     * @param count such as {@code mm_count}
     * @param held how many references must be held by others than tasks and VMAs
     */
    public record Holds(
            Variant variant, String iommu, String scenario, String until, String count, int held, String shows)
            implements Evidence {}

    /** The simulation of these designs: how long the pages of a process that is killed stay. */
    public record Cost(List<Variant> variants, String shows) implements Evidence {
        public Cost {
            variants = List.copyOf(variants);
        }
    }
}
