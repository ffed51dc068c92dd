package org.svalinn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.svalinn.report.Style;

class ClaimsCommandTest {
    @TempDir Path folder;

    @Test
    void everyClaimIsAnsweredByWhatRuns() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Environment environment = new Environment(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                new ByteArrayInputStream(new byte[0]),
                new Terminal(false, false, 100, Style.PLAIN),
                "./svalinn",
                "0.1.0",
                new StateFolder(folder.resolve("state")),
                LaboratoryWorkshop::open);
        int status = Main.run(environment, "claims");
        String text = out.toString(StandardCharsets.UTF_8);
        assertThat(text).doesNotContain("not shown").endsWith("8 claims and questions: 8 answered\n");
        assertThat(status).isZero();
    }

    @Test
    void withoutTheEvidenceThereIsNoAnswer() {
        // Nothing is ever violated here, so nothing is refuted
        Shell shell = new Shell(folder, new FakeWorkshop()).type("claims", "7");
        assertThat(shell.status()).isEqualTo(3);
        assertThat(shell.out())
                .contains("No answer: the evidence is not what this answer would rest on.")
                .contains("! not shown: not held: the bond outlives the mm")
                .endsWith("1 claim or question: 0 answered, 1 not\n");
    }

    @Test
    void theSameForPrograms() {
        JsonObject json = JsonParser.parseString(new Shell(folder, new FakeWorkshop()).type("claims", "7", "--format", "json").out())
                .getAsJsonObject();
        JsonObject claim = json.getAsJsonArray("claims").get(0).getAsJsonObject();
        assertThat(claim.get("number").getAsInt()).isEqualTo(7);
        assertThat(claim.get("answered").getAsBoolean()).isFalse();
        assertThat(claim.get("answer").getAsString()).isEmpty();
        assertThat(json.get("exit").getAsInt()).isEqualTo(3);
    }

    @Test
    void aClaimThatIsNotThereIsBadUsage() {
        Shell shell = new Shell(folder, new FakeWorkshop()).type("claims", "9");
        assertThat(shell.status()).isEqualTo(2);
        assertThat(shell.err()).startsWith("./svalinn: there is no claim 9; they are numbered from 1 to 8");
    }
}
