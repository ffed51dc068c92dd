package org.svalinn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

class SimulateCommandTest {
    @TempDir Path folder;

    private Shell type(String... arguments) {
        return new Shell(folder, new FakeWorkshop()).type(arguments);
    }

    @Test
    void helpHasExamples() {
        assertThat(type("help", "simulate").out()).contains("Usage: ./svalinn simulate", "Examples:", "release-teardown").doesNotContain("${");
        assertThat(type("help").out()).contains("\n  simulate");
    }

    @Test
    void designsAreComparedAndClaim2IsAnswered() {
        Shell shell = type("simulate", "--processes", "300");
        assertThat(shell.status()).isZero();
        assertThat(shell.out())
                .contains("v5.17, v5.18", "pin-users ", "300 processes", "Claim 2", "release-teardown: mmput() is blocked", "both are the trouble")
                .contains("pin-users: mmput() is not blocked");
        assertThat(shell.err()).contains(" a second");
        assertThat(type("simulate", "--processes", "300").out()).isEqualTo(shell.out());
    }

    @Test
    void theAnswerIsThatOfTheFigures() {
        String[] usual = {"simulate", "--processes", "300", "--design", "v5.18", "--design", "release-teardown", "--stop"};
        assertThat(typeWith(usual, "1ns").out()).contains("mmput() is not blocked", "So neither is a trouble.").doesNotContain("both are");
        assertThat(typeWith(usual, "1s").out()).contains("mmput() is blocked", "So both are the trouble");
        assertThat(typeWith(usual, "1s", "--no-reaper").out()).contains("nothing is released before the device has stopped").doesNotContain("the OOM reaper may take of a victim");
        assertThat(type("simulate", "--processes", "300", "--design", "v5.18").out()).doesNotContain("Claim 2");
    }

    private Shell typeWith(String[] some, String... more) {
        String[] all = Arrays.copyOf(some, some.length + more.length);
        System.arraycopy(more, 0, all, some.length, more.length);
        return type(all);
    }

    @Test
    void jsonHasTheFigures() {
        Shell shell = type("simulate", "--processes", "200", "--design", "all", "--format", "json");
        JsonObject json = JsonParser.parseString(shell.out()).getAsJsonObject();
        JsonArray designs = json.getAsJsonArray("designs");
        assertThat(designs).hasSize(6);
        JsonObject first = designs.get(0).getAsJsonObject();
        assertThat(first.get("design").getAsString()).isEqualTo("v5.17");
        assertThat(first.getAsJsonObject("killToPages").get("count").getAsInt()).isEqualTo(20);
        assertThat(first.getAsJsonObject("parameters").getAsJsonObject("stop").get("max").getAsLong()).isEqualTo(1_000_000_000);
        assertThat(json.getAsJsonArray("answer")).isNotEmpty();
    }

    @Test
    void thePlotIsWellFormedAndTheSameEachTime() throws Exception {
        Path file = folder.resolve("figure.svg");
        assertThat(type("simulate", "--processes", "200", "--plot", file.toString()).status()).isZero();
        String svg = Files.readString(file);
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        Document document = factory.newDocumentBuilder().parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
        assertThat(document.getDocumentElement().getTagName()).isEqualTo("svg");
        // A line in four charts and in the legend, for each design or for several that are alike
        assertThat(document.getElementsByTagName("polyline").getLength()).isGreaterThanOrEqualTo(5 * 3).isLessThanOrEqualTo(5 * 6);
        assertThat(svg).contains("prefers-color-scheme: dark", "release-teardown", " = v5.18", "PASIDs in use", "% never", "1 ms").doesNotContain("NaN");
        type("simulate", "--processes", "200", "--plot", file.toString());
        assertThat(file).hasContent(svg);
    }

    @Test
    void badInputIsOneLine() {
        refuses("unknown design 'v5'; there are v5.17, ", "--design", "v5");
        refuses("is not a range of times such as 1ms..1s", "--stop", "soon");
        refuses("'2ms..1ms' begins after its end", "--stop", "2ms..1ms");
        refuses("--processes needs a number of at least 1", "--processes", "0");
        refuses("--oom-kills needs a number from 0 to", "--oom-kills", "20000");
        refuses("the plot cannot be written to ", "--plot", folder.resolve("not there").resolve("f.svg").toString());
        refuses("the plot cannot be written to ", "--plot", folder.toString());
    }

    private void refuses(String line, String... options) {
        Shell shell = typeWith(new String[] {"simulate"}, options);
        assertThat(shell.status()).isEqualTo(2);
        assertThat(shell.err()).contains(line).hasLineCount(1);
        assertThat(shell.out()).isEmpty();
    }
}
