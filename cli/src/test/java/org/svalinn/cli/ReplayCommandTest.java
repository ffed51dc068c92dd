package org.svalinn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.svalinn.explore.Narrative;
import org.svalinn.explore.Violation;

class ReplayCommandTest {
    @TempDir Path folder;

    private final FakeWorkshop workshop = new FakeWorkshop().verdict("bind", FakeWorkshop.violated());

    /** Checks, and gives the file of the schedule that was saved. */
    private String saved(String... arguments) {
        String out = new Shell(folder, workshop).type(arguments).out();
        return out.lines().filter(line -> line.contains("replay ")).findFirst().orElseThrow().replaceFirst(".* replay ", "");
    }

    private Shell replay(String... more) {
        String file = saved("check", "bind", "--patch", "/p/a.patch");
        String[] arguments = new String[more.length + 2];
        arguments[0] = "replay";
        arguments[1] = file;
        System.arraycopy(more, 0, arguments, 2, more.length);
        return new Shell(folder, workshop).type(arguments);
    }

    private static Narrative without(List<Violation> violations) {
        return new Narrative(FakeWorkshop.NARRATIVE.actors(), FakeWorkshop.NARRATIVE.steps(), violations);
    }

    @Test
    void aViolationThatShowsAgainIsStatus1() {
        Shell shell = replay();
        assertThat(shell.status()).isEqualTo(1);
        assertThat(shell.out()).contains("free thing", "toy_read drivers/toy.c:9", "The violation shows again.");
        assertThat(workshop.requests().getLast())
                .isEqualTo(new Workshop.Request("/toy", List.of(Path.of("/p/a.patch")), List.of(), "smmuv3"));
    }

    @Test
    void oneThatDoesNotIsStatus0AndSaysWhatThatIsWorth() {
        workshop.replaying(without(List.of()), "");
        Shell shell = replay();
        assertThat(shell.status()).isZero();
        assertThat(shell.out()).contains("does not show on this schedule");
    }

    @Test
    void anotherViolationIsStatus1() {
        workshop.replaying(without(List.of(new Violation("leak", "thing leaks", List.of()))), "");
        assertThat(replay().status()).isEqualTo(1);
        assertThat(replay().out()).contains("Another violation shows");
    }

    @Test
    void aDepartureIsToldAndProvesNothing() {
        workshop.replaying(without(List.of()), "at step 3 b was to read thing, but it is gone");
        Shell shell = replay();
        assertThat(shell.status()).isEqualTo(3);
        assertThat(shell.out()).contains("Departed  at step 3 b was to read thing", "nothing is proved");
    }

    @Test
    void theKernelAndItsPatchesCanBeOthersThanTheRecordedOnes() {
        replay("--kernel", "/other", "--patch", "/p/fix.patch");
        assertThat(workshop.requests().getLast())
                .isEqualTo(new Workshop.Request("/other", List.of(Path.of("/p/fix.patch")), List.of(), "smmuv3"));
        replay("--no-patches");
        assertThat(workshop.requests().getLast().patches()).isEmpty();
    }

    @Test
    void aReferenceKernelIsRecordedWithWhatItLeavesOut() {
        String file = saved("check", "bind", "--kernel", "reference:v5.17", "--without", "drain", "--iommu", "vtd");
        new Shell(folder, workshop).type("replay", file);
        assertThat(workshop.requests().getLast())
                .isEqualTo(new Workshop.Request("reference:v5.17", List.of(), List.of("drain"), "vtd"));
        new Shell(folder, workshop).type("replay", file, "--kernel", "reference:v5.18");
        assertThat(workshop.requests().getLast().without()).isEmpty();
        new Shell(folder, workshop).type("replay", file, "--without", "stop");
        assertThat(workshop.requests().getLast().without()).containsExactly("stop");
    }

    @Test
    void aScenarioFileIsKeptWholeInTheRecording() throws IOException {
        Path file = folder.resolve("mine.yaml");
        Files.writeString(file, "name: mine\nsummary: s\ndevices: [d]\nactors:\n  a: [open d]\n");
        workshop.verdict("mine", FakeWorkshop.violated());
        String recording = saved("check", file.toString());
        Files.delete(file);
        assertThat(new Shell(folder, workshop).type("replay", recording).status()).isEqualTo(1);
    }

    @Test
    void stepByStepEachStepWaitsForEnter() {
        String file = saved("check", "bind");
        Shell all = new Shell(folder, workshop, "\nq\n").type("replay", file, "--step");
        assertThat(all.status()).isEqualTo(1);
        Shell none = new Shell(folder, workshop, "").type("replay", file, "--step");
        assertThat(none.out()).as("at the end of the input it goes to the end").isEqualTo(all.out());
    }

    @Test
    void aFileThatIsNotARecordingIsOneLine() throws IOException {
        Path file = Files.writeString(folder.resolve("x.json"), "{\"format\": 1}");
        for (String name : List.of(file.toString(), folder.resolve("none.json").toString(), folder.toString())) {
            Shell shell = new Shell(folder, workshop).type("replay", name);
            assertThat(shell.status()).isEqualTo(2);
            assertThat(shell.err()).startsWith("./svalinn: ").hasLineCount(1);
        }
        String recording = Files.readString(Path.of(saved("check", "bind")));
        Files.writeString(file, recording.replace("\"scenario\": \"bind\"", "\"scenario\": \"gone\""));
        assertThat(new Shell(folder, workshop).type("replay", file.toString()).err()).contains("names the scenario 'gone'").hasLineCount(1);
    }
}
