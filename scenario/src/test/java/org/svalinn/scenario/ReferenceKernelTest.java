package org.svalinn.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.svalinn.explore.Explorer;
import org.svalinn.explore.Verdict;
import org.svalinn.explore.Violation;
import org.svalinn.kernel.design.Design;
import org.svalinn.kernel.design.Variant;

/** What every design of the reference kernel shows in every scenario, as reference-verdicts.txt has it. */
class ReferenceKernelTest {
    private static final String TABLE = "reference-verdicts.txt";
    private static final String VERIFIED = "ok";
    private static final String REASON = "because ";

    /** One cell of the table. */
    record Expected(String scenario, String iommu, Design design, String verdict) {
        @Override
        public String toString() {
            return scenario + " on " + design.name() + ", " + iommu;
        }
    }

    private static List<String> lines() {
        try (InputStream in = ReferenceKernelTest.class.getResourceAsStream(TABLE)) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<Expected> table() {
        List<String> rows = lines().stream().filter(line -> !line.startsWith(REASON)).toList();
        List<Design> designs = Arrays.stream(rows.getFirst().split("\\s+"))
                .skip(2)
                .map(name -> Design.find(name).orElseThrow())
                .toList();
        List<Expected> cells = new ArrayList<>();
        for (String row : rows.subList(1, rows.size())) {
            String[] words = row.split("\\s+");
            assertThat(words).as(row).hasSize(designs.size() + 2);
            for (int i = 0; i < designs.size(); i++) {
                cells.add(new Expected(words[0], words[1], designs.get(i), words[i + 2]));
            }
        }
        return cells;
    }

    static Stream<Expected> searches() {
        return table().stream();
    }

    @ParameterizedTest
    @MethodSource("searches")
    void theVerdictIsAsExpected(Expected expected) {
        try (Laboratory laboratory = Laboratory.reference(Variant.of(expected.design()), expected.iommu())) {
            Experiment experiment = laboratory.prepare(Catalogue.find(expected.scenario()).orElseThrow());
            Verdict verdict = Explorer.of(experiment).stopAtFirst(true).explore();
            if (expected.verdict().equals(VERIFIED)) {
                assertThat(verdict).isInstanceOf(Verdict.Verified.class);
            } else {
                assertThat(verdict).isInstanceOf(Verdict.Violated.class);
                assertThat(((Verdict.Violated) verdict).counterexamples())
                        .extracting(Verdict.Counterexample::violation)
                        .extracting(Violation::check)
                        .contains(expected.verdict());
            }
        }
    }

    @Test
    void theTableHasEveryScenarioOnBothIommusInEveryDesign() {
        assertThat(table())
                .extracting(cell -> cell.scenario() + " " + cell.iommu())
                .containsAll(Catalogue.names().stream()
                        .flatMap(name -> Laboratory.IOMMUS.stream().map(iommu -> name + " " + iommu))
                        .toList());
        assertThat(table()).extracting(Expected::design).containsAll(Design.ALL);
    }

    @Test
    void whatIsNotVerifiedHasAReason() {
        List<String> reasons = lines().stream().filter(line -> line.startsWith(REASON)).toList();
        assertThat(table()).filteredOn(cell -> !cell.verdict().equals(VERIFIED)).allSatisfy(cell -> {
            String key = cell.design().name() + " " + cell.verdict();
            assertThat(reasons).as(cell + ": " + cell.verdict()).anyMatch(reason -> reason.startsWith(REASON + key + ":"));
        });
    }
}
