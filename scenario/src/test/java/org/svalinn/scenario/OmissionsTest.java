package org.svalinn.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.svalinn.explore.Explorer;
import org.svalinn.explore.Verdict;
import org.svalinn.kernel.design.Omission;
import org.svalinn.kernel.design.Variant;

/** Every step that v5.18 takes matters: without it some scenario fails, or omissions.yaml says why none does. */
class OmissionsTest {
    /** More than any of these searches needs until it finds what it is for. */
    private static final long EXECUTIONS = 12_000;

    static Stream<Need.Shown> shown() {
        return Needs.all().stream().flatMap(need -> need.shown().stream());
    }

    @ParameterizedTest
    @MethodSource("shown")
    void theStepIsMissed(Need.Shown shown) {
        // What fires first is, with the stop left out too, not what the other omission adds
        boolean first = shown.cell().variant().omissions().size() == 1;

        assertThat(search(shown.cell(), first).saw(shown.check())).as(shown.toString()).isTrue();
    }

    /** What does not fail without one step, where it does with something else left out, or in another design. */
    static Stream<Cell> notMissed() {
        return Needs.all().stream().filter(need -> !need.isNoticed()).flatMap(need -> need.shown().stream()
                .map(Need.Shown::cell)
                .filter(cell -> !cell.scenario().equals("dma-while-closing"))
                .map(cell -> new Cell(
                        Variant.of(Needs.DESIGN).without(need.omission()), need.iommu(), cell.scenario())));
    }

    @ParameterizedTest
    @MethodSource("notMissed")
    void theStepAloneIsNotMissed(Cell cell) {
        assertThat(search(cell, true).verdict()).as(cell.toString()).isEqualTo(Outcome.Kind.VERIFIED);
    }

    @Test
    void everyOmissionIsAccountedForOnEveryIommu() {
        List<String> expected = Arrays.stream(Omission.values())
                .flatMap(omission -> Laboratory.IOMMUS.stream().map(iommu -> omission + " on " + iommu))
                .toList();

        assertThat(Needs.all())
                .extracting(need -> need.omission() + " on " + need.iommu())
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    private static Outcome search(Cell cell, boolean first) {
        try (Laboratory laboratory = Laboratory.reference(cell.variant(), cell.iommu())) {
            Experiment experiment = laboratory.prepare(Catalogue.find(cell.scenario()).orElseThrow());
            Verdict verdict = Explorer.of(experiment).stopAtFirst(first).maxExecutions(EXECUTIONS).explore();
            return Outcome.of(verdict);
        }
    }
}
