package org.svalinn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.svalinn.explore.Verdict;
import org.svalinn.kernel.design.Design;
import org.svalinn.kernel.design.Omission;

class CompareCommandTest {
    @TempDir Path folder;

    private final FakeWorkshop workshop = new FakeWorkshop();

    private Shell type(String... arguments) {
        return new Shell(folder, workshop).type(arguments);
    }

    private Path kept() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("state"))) {
            return files.filter(file -> file.toString().endsWith(".jsonl")).findFirst().orElseThrow();
        }
    }

    @Test
    void eachDesignIsAColumnAndEachScenarioARow() {
        workshop.verdict("two-devices", FakeWorkshop.violated());
        Shell shell = type("compare", "bind", "two-devices");
        assertThat(shell.status()).isZero();
        assertThat(shell.out().lines().skip(2).findFirst().orElseThrow().split(" {2,}"))
                .containsExactly(Stream.concat(Stream.of("scenario"), Design.ALL.stream().map(Design::name)).toArray(String[]::new));
        assertThat(shell.out()).containsPattern("bind +ok +ok").containsPattern("two-devices +use-after-free \\(0\\)")
                .containsPattern("verified +1 of 2");
    }

    @Test
    void whatIsKnownIsNotRunAgainUnlessAsked() {
        type("compare", "bind", "--design", "v5.18,v5.17");
        assertThat(workshop.requests()).hasSize(2);
        Shell again = type("compare", "bind", "--design", "v5.18,v6.12");
        assertThat(workshop.requests()).hasSize(3);
        assertThat(again.err()).isEqualTo("1 of 2 known from before; --fresh runs them again\n");
        type("compare", "bind", "--design", "v5.18", "--fresh");
        assertThat(workshop.requests()).hasSize(4);
    }

    @Test
    void ofAnotherLimitNothingIsKnown() {
        type("compare", "bind", "--design", "v5.18");
        type("compare", "bind", "--design", "v5.18", "--max-executions", "7");
        assertThat(workshop.requests()).hasSize(2);
    }

    @Test
    void aFileThatWasCutOffIsReadAsFarAsItIsWhole() throws IOException {
        type("compare", "bind", "--design", "v5.18");
        Files.writeString(kept(), "{\"design\":\"v5.17\",\"with", StandardOpenOption.APPEND);
        assertThat(type("compare", "bind", "--design", "v5.18").err()).startsWith("1 of 1 known from before");
        Files.write(kept(), new byte[] {(byte) 0xff, (byte) 0xfe, '\n'});
        assertThat(type("compare", "bind", "--design", "v5.18").err()).contains("is not ours: nothing of it is used");
    }

    @Test
    void aSearchThatWasCutOffIsNoComparison() {
        workshop.verdict("bind", new Verdict.Bounded(FakeWorkshop.COVERAGE, "10 executions"));
        Shell shell = type("compare", "bind", "--design", "v5.18");
        assertThat(shell.status()).isEqualTo(3);
        assertThat(shell.out()).contains("bounded: nothing was seen, but a limit cut the search");
    }

    @Test
    void anOmissionIsNoticedByWhatTheWholeDesignDoesNotShow() {
        workshop.verdict("bind", FakeWorkshop.violated());
        Shell shell = type("compare", "bind", "--omissions", "--iommu", "all");
        assertThat(workshop.requests()).hasSize(2 * (1 + Omission.values().length));
        assertThat(workshop.limits()).allMatch(Workshop.Limits::first);
        assertThat(shell.out()).contains("What v5.18 is without each of its steps").doesNotContain("1 of 1");
    }

    @Test
    void theTableIsAlsoMarkdownAndJson() {
        workshop.verdict("bind", FakeWorkshop.violated());
        assertThat(type("compare", "bind", "--design", "v5.18", "--format", "markdown").out())
                .contains("| scenario | v5.18 |\n|---|---|\n| bind | use-after-free (0) |");
        JsonObject json = JsonParser.parseString(type("compare", "bind", "--design", "v5.18", "--format", "json").out()).getAsJsonObject();
        JsonObject result = json.getAsJsonArray("results").get(0).getAsJsonObject();
        assertThat(result.get("verdict").getAsString()).isEqualTo("violated");
        assertThat(result.getAsJsonArray("violations").get(0).getAsJsonObject().get("check").getAsString()).isEqualTo("use-after-free");
    }

    @Test
    void badUsageIsOneLine() {
        assertThat(List.of(
                        type("compare", "--design", "v9").err(),
                        type("compare", "--iommu", "amd").err(),
                        type("compare", "--omissions", "--design", "v5.17,v5.18").err(),
                        type("compare", "--max-executions", "0").err()))
                .allSatisfy(err -> assertThat(err.lines()).hasSize(1));
        assertThat(type("compare", "--design", "v9").status()).isEqualTo(2);
    }

    @Test
    void aStateFolderThatCannotBeWrittenCostsNothingButAWarning() throws IOException {
        Files.writeString(folder.resolve("state"), "in the way");
        Shell shell = type("compare", "bind", "--design", "v5.18");
        assertThat(shell.status()).isZero();
        assertThat(shell.err()).contains("warning: ").contains("begins anew");
    }
}
