package org.svalinn.explore;

import java.util.List;

/**
 * Something that must never happen, and did.
 *
 * @param check the check that saw it, such as {@code use-after-free}
 * @param message one sentence
 * @param ends the parties to it, each with its call path: who freed and who used, who waits and who holds
 * @param identity equal for two occurrences of one defect, in whatever execution
 */
public record Violation(String check, String message, List<End> ends, String identity) {
    public Violation {
        ends = List.copyOf(ends);
    }

    /** A violation that is the same defect as every other of this check between the same sites. */
    public Violation(String check, String message, List<End> ends) {
        this(check, message, ends, identityOf(check, message, ends));
    }

    private static String identityOf(String check, String message, List<End> ends) {
        StringBuilder key = new StringBuilder(check);
        for (End end : ends) {
            key.append('|').append(end.role()).append('@').append(end.path().isEmpty() ? "" : end.path().getFirst());
        }
        return ends.isEmpty() ? key.append('|').append(message).toString() : key.toString();
    }

    /**
     * One party to a violation.
     *
     * @param role what it did, such as {@code freed by}
     * @param actor who did it
     * @param path where, innermost call first
     */
    public record End(String role, String actor, List<Site> path) {
        public End {
            path = List.copyOf(path);
        }
    }
}
