package org.svalinn.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.svalinn.explore.Explorer;
import org.svalinn.kernel.design.Omission;
import org.svalinn.scenario.Catalogue;
import org.svalinn.scenario.Cell;
import org.svalinn.scenario.Laboratory;
import org.svalinn.scenario.Need;
import org.svalinn.scenario.Needs;
import org.svalinn.scenario.Outcome;

/** docs/omissions.md is what the program makes: of its cells one for each omission and IOMMU is made anew here. */
class OmissionsDocumentTest {
    /** As the document says. */
    private static final long EXECUTIONS = 1_000_000;

    private static List<String> document() {
        try {
            return Files.readAllLines(Path.of("../docs/omissions.md"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> cell(Omission omission, String iommu) {
        String row = document().stream()
                .filter(line -> line.startsWith("| `" + omission.text() + "` |"))
                .findFirst()
                .orElseThrow();
        String cell = row.split(" \\| ")[2 + Laboratory.IOMMUS.indexOf(iommu)];
        return Arrays.stream(cell.replaceAll(" \\|$", "").split("; ")).toList();
    }

    static Stream<Need> needs() {
        return Needs.all().stream();
    }

    @ParameterizedTest
    @MethodSource("needs")
    void theDocumentSaysWhatNoticesEachOmission(Need need) {
        List<String> noticing = cell(need.omission(), need.iommu());
        if (!need.isNoticed()) {
            assertThat(noticing).first().isEqualTo("**nobody**");
            return;
        }
        Cell cell = need.shown().getFirst().cell();
        try (Laboratory laboratory = Laboratory.reference(cell.variant(), cell.iommu())) {
            Outcome outcome = Outcome.of(Explorer.of(laboratory.prepare(Catalogue.find(cell.scenario()).orElseThrow()))
                    .stopAtFirst(true)
                    .maxExecutions(EXECUTIONS)
                    .explore());
            assertThat(noticing).contains(OmissionTable.notice(cell.scenario(), outcome));
        }
    }

    @Test
    void theDocumentHasTheReasons() {
        assertThat(String.join("\n", document()) + "\n").endsWith(OmissionTable.reasons(Laboratory.IOMMUS));
        assertThat(document()).anyMatch(line -> line.contains("--max-executions " + EXECUTIONS + " "));
    }
}
