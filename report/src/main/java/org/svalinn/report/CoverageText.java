package org.svalinn.report;

import org.svalinn.explore.Coverage;

/** What a search covered, in a line. */
public final class CoverageText {
    private CoverageText() {}

    public static String of(Coverage coverage) {
        return "%s, %s, %s; %s, the longest run %s; %s".formatted(
                Numbers.of(coverage.executions(), "execution", "executions"),
                Numbers.of(coverage.classes(), "class of interleavings", "classes of interleavings"),
                Numbers.of(coverage.pruned()) + " pruned",
                Numbers.of(coverage.steps(), "step", "steps"),
                Numbers.of(coverage.longest()),
                Numbers.seconds(coverage.millis()));
    }

    /** The same while it goes on: {@code 1,204 executions, 1,190 classes, 502/s, 2.4 s}. */
    public static String live(Coverage coverage) {
        long rate = coverage.millis() == 0 ? 0 : coverage.executions() * 1000 / coverage.millis();
        return "%s, %s, %s/s, %s".formatted(
                Numbers.of(coverage.executions(), "execution", "executions"),
                Numbers.of(coverage.classes(), "class", "classes"),
                Numbers.of(rate),
                Numbers.seconds(coverage.millis()));
    }
}
