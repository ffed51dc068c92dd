package org.svalinn.report;

import java.util.List;
import org.svalinn.scenario.Claim;

/**
 * A claim, and what came of its evidence.
 *
 * @param claim what was claimed or asked
 * @param proofs one for each piece of evidence, in order
 */
public record Answer(Claim claim, List<Proof> proofs) {
    public Answer {
        proofs = List.copyOf(proofs);
    }

    /**
     * What came of one piece of evidence.
     *
     * @param what it is about, such as {@code drain-before-reuse on v5.18 without stop, vtd}
     * @param found what came of it, such as {@code VERIFIED, 120 classes}
     * @param shows what that shows, if it is as expected
     * @param details more lines: how a violation comes about, who holds what, numbers
     * @param command shows all of it; may be empty
     * @param asExpected whether the answer may rest on it
     */
    public record Proof(
            String what, String found, String shows, List<String> details, String command, boolean asExpected) {
        public Proof {
            details = List.copyOf(details);
        }
    }

    /** Whether all of the evidence is as expected: only then is the answer given. */
    public boolean stands() {
        return proofs.stream().allMatch(Proof::asExpected);
    }
}
