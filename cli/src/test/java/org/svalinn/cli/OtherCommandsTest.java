package org.svalinn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.svalinn.scenario.Catalogue;

class OtherCommandsTest {
    @TempDir Path folder;

    private Shell type(String... arguments) {
        return new Shell(folder, new FakeWorkshop()).type(arguments);
    }

    @ParameterizedTest
    @ValueSource(strings = {"check", "pins", "replay", "floor", "scenarios", "bench", "completion"})
    void everyCommandHasHelpWithExamples(String command) {
        Shell shell = type("help", command);
        assertThat(shell.status()).isZero();
        assertThat(shell.out()).contains("Usage: ./svalinn " + command, "Examples:", "  ./svalinn " + command).doesNotContain("${");
        assertThat(type(command, "--help").out()).isEqualTo(shell.out());
        assertThat(type("help").out()).contains("\n  " + command);
    }

    @Test
    void helpIsTold() {
        assertThat(type("--help").out()).contains("Examples:", "Commands:").isEqualTo(type("help").out());
        assertThat(type("--version").out()).startsWith("svalinn 0.1.0 (Java ");
        assertThat(type("help", "nonsense").status()).isEqualTo(2);
    }

    @Test
    void pinsSayWhoHoldsWhat() {
        assertThat(type("pins", "bind").out()).contains("mm_count of the mm of a", "toy_read at drivers/toy.c:9", "held");
        assertThat(JsonParser.parseString(type("pins", "bind", "--format", "json").out()).getAsJsonObject().getAsJsonArray("references")).hasSize(1);
    }

    @Test
    void theFloorIsListed() {
        assertThat(type("floor", "bind").out()).contains("drivers/toy.c\n      toy_read", "mm/slab_common.c\n      kfree", "The whole floor: 1 function");
        assertThat(JsonParser.parseString(type("floor", "--format", "json").out()).getAsJsonObject().getAsJsonArray("scenarios"))
                .hasSize(Catalogue.names().size());
    }

    @Test
    void theFloorIsOfASourceKernel() {
        Shell shell = type("floor", "bind", "--kernel", "reference:v5.18");
        assertThat(shell.status()).isEqualTo(2);
        assertThat(shell.err()).contains("a reference kernel has no floor").hasLineCount(1);
    }

    @Test
    void scenariosAreListedWithTheirSummaries() {
        List<String> lines = type("scenarios").out().lines().toList();
        assertThat(lines).hasSize(Catalogue.names().size());
        assertThat(lines.getFirst()).startsWith("bind  ").contains("One process opens one device");
    }

    @Test
    void benchIsATableAndAnObject() {
        assertThat(type("bench", "bind").out()).contains("launch to verdict", "bind      verified");
        assertThat(JsonParser.parseString(type("bench", "bind", "--format", "json").out()).getAsJsonObject().getAsJsonArray("rows")).hasSize(1);
    }

    @Test
    void theMachineIsMeasured() {
        Shell shell = type("bench", "machine", "read", "--effort", "quick");
        assertThat(shell.out()).contains("ns/op", "read of 8 bytes of memory", "of the bar").doesNotContain("WARNING", "Fork:");
        assertThat(shell.status()).isZero();
        assertThat(type("bench", "machine", "rea").err()).contains("unknown operation 'rea'; there are read, ");
        assertThat(type("bench", "machine", "--fast").err()).contains("see './svalinn bench machine --help'");
        assertThat(type("bench", "machine", "--help").out()).contains("Usage: ./svalinn bench machine", "Examples:").doesNotContain("${");
    }

    @Test
    void completionIsAScriptThatKnowsTheCommands() {
        assertThat(type("completion").out()).startsWith("#!/usr/bin/env bash").contains("check", "--max-time", "reference:v5.18-rc1", "iotlb-invalidation");
    }
}
