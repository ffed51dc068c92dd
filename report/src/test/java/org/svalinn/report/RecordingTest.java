package org.svalinn.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.svalinn.explore.Violation;

class RecordingTest {
    private static final Recording RECORDING = new Recording(
            "0.1.0", "mine", Optional.of("name: mine\nsummary: \"quoted\"\n"), "Linux 6.1.1", "/k", List.of("/p/a.patch"), List.of(), "smmuv3",
            Samples.useAfterFree(), Samples.schedule());

    @Test
    void whatIsWrittenIsReadAgain() {
        assertThat(Recording.read("f.json", RECORDING.text())).isEqualTo(RECORDING);
    }

    @Test
    void aViolationKeepsTheIdentityThatItsCheckGaveIt() {
        Violation own = new Violation("leak", "it leaks", List.of(), "leak of it, wherever");
        Recording recording = new Recording("0.1.0", "bind", Optional.empty(), "Linux", "/k", List.of(), List.of(), "smmuv3", own, Samples.schedule());
        assertThat(Recording.read("f.json", recording.text()).violation().identity()).isEqualTo("leak of it, wherever");
    }

    @Test
    void aScenarioOfTheCatalogueNeedsNoText() {
        Recording plain = new Recording(
                "0.1.0", "bind", Optional.empty(), "Linux 6.1.1", "/k", List.of(), List.of(), "smmuv3", Samples.leak(), Samples.schedule());
        assertThat(plain.text()).doesNotContain("scenarioText");
        assertThat(Recording.read("f.json", plain.text())).isEqualTo(plain);
    }

    @Test
    void aReferenceKernelKeepsWhatItLeavesOut() {
        Recording reference = new Recording(
                "0.1.0", "bind", Optional.empty(), "reference:v5.18 without drain", "reference:v5.18", List.of(), List.of("drain"),
                "vtd", Samples.leak(), Samples.schedule());
        assertThat(RECORDING.text()).doesNotContain("without");
        assertThat(Recording.read("f.json", reference.text())).isEqualTo(reference);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "~~ | f.json: not a recorded schedule: the document is not an object",
        "{ | f.json: not JSON",
        "[] | f.json: not a recorded schedule: the document is not an object",
        "{} | f.json: not a recorded schedule: the document has no \"format\"",
        "{\"format\": \"x\"} | f.json: not a recorded schedule: its format is not \"svalinn-schedule\"",
        "{\"format\": \"svalinn-schedule\", \"revision\": 9} | it is of revision 9, this Svalinn reads revision 1",
        "{\"format\": \"svalinn-schedule\", \"revision\": {}} | the document.revision is not a number",
        "{\"format\": \"svalinn-schedule\", \"revision\": 1} | the document has no \"svalinn\"",
    })
    void aBrokenFileIsRefusedInOneLine(String text, String message) {
        assertThatThrownBy(() -> Recording.read("f.json", text))
                .isInstanceOf(BadRecording.class)
                .hasMessageContaining(message)
                .message().doesNotContain("\n");
    }

    @Test
    void everyPartThatIsCutOutOrReplacedIsRefused() {
        String text = RECORDING.text();
        for (String key : List.of("svalinn", "scenario", "kernel", "kernelPath", "patches", "iommu", "violation", "schedule",
                "check", "identity", "ends", "role", "path", "function", "step", "actor", "operation", "site")) {
            assertThatThrownBy(() -> Recording.read("f.json", text.replaceFirst("\"" + key + "\":", "\"gone\":")))
                    .as(key).isInstanceOf(BadRecording.class).hasMessageContaining("\"" + key + "\"");
        }
        assertThatThrownBy(() -> Recording.read("f.json", text.replaceFirst("\"START\"", "\"JUMP\"")))
                .hasMessageContaining("there is no operation \"JUMP\"");
        for (int length = 0; length < text.length() - 2; length += 97) {
            String cut = text.substring(0, length);
            assertThatThrownBy(() -> Recording.read("f.json", cut)).as("cut at %d", length).isInstanceOf(BadRecording.class);
        }
    }
}
