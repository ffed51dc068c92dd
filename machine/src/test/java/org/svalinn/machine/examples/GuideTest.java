package org.svalinn.machine.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What {@code docs/machine.md} and the package page quote is what is compiled and tested here. */
class GuideTest {
    private static final Path TESTS = Path.of("src/test/java/org/svalinn/machine");
    private static final List<String> QUOTED = List.of(
            "MachineTest.java",
            "examples/Example01RightTearDownTest.java",
            "examples/Example02FreeBeforeInvalidationTest.java");

    private static String tests() throws IOException {
        StringBuilder all = new StringBuilder();
        for (String file : QUOTED) {
            all.append(Files.readString(TESTS.resolve(file)));
        }
        return all.toString();
    }

    @Test
    void theGuideQuotesTests() throws IOException {
        Matcher block = Pattern.compile("```(?:java)?\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("../docs/machine.md")));
        List<String> blocks = new ArrayList<>();
        while (block.find()) {
            blocks.add(block.group(1));
        }

        assertThat(blocks).hasSize(5);
        String tests = tests();
        assertThat(blocks).allSatisfy(quoted -> assertThat(tests).contains(quoted));
    }

    @Test
    void thePackagePageQuotesTests() throws IOException {
        String page = Files.readString(Path.of("src/main/java/org/svalinn/machine/package-info.java"));
        String snippet = page.substring(page.indexOf("{@snippet :") + 11, page.indexOf(" * }\n"));
        List<String> lines = snippet.lines()
                .map(line -> line.replaceFirst("^ \\*", "").strip())
                .filter(line -> !line.isEmpty())
                .toList();

        assertThat(lines).hasSize(9);
        String tests = tests();
        assertThat(lines).allSatisfy(line -> assertThat(tests).contains(line));
    }
}
