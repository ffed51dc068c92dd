package org.svalinn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.svalinn.explore.Verdict;
import org.svalinn.report.Recording;
import org.svalinn.scenario.Catalogue;
import org.svalinn.source.tree.BadInput;

class CheckCommandTest {
    @TempDir Path folder;

    private final FakeWorkshop workshop = new FakeWorkshop();

    private Shell type(String... arguments) {
        return new Shell(folder, workshop).type(arguments);
    }

    @Test
    void eachVerdictHasItsExitStatus() {
        assertThat(type("check", "bind").status()).isZero();
        workshop.verdict("bind", FakeWorkshop.violated());
        assertThat(type("check", "bind").status()).isEqualTo(1);
        workshop.verdict("bind", new Verdict.Bounded(FakeWorkshop.COVERAGE, "10 executions"));
        assertThat(type("check", "bind").status()).isEqualTo(3);
        workshop.verdict("bind", new Verdict.Vacuous(FakeWorkshop.COVERAGE, Set.of("x")));
        assertThat(type("check", "bind").status()).isEqualTo(3);
        workshop.verdict("bind", new Verdict.Error(FakeWorkshop.COVERAGE, "no ioremap"));
        assertThat(type("check", "bind").status()).isEqualTo(3);
    }

    @Test
    void ofSeveralScenariosTheWorstDecides() {
        workshop.verdict("bind", new Verdict.Bounded(FakeWorkshop.COVERAGE, "10 executions"));
        assertThat(type("check", "two-devices", "bind").status()).isEqualTo(3);
        workshop.verdict("two-devices", FakeWorkshop.violated());
        assertThat(type("check", "two-devices", "bind", "kill-while-bound").status()).isEqualTo(1);
        assertThat(ExitStatus.worst(List.of(0, 3, 1, 2))).isEqualTo(2);
        assertThat(ExitStatus.worst(List.of())).isZero();
    }

    @Test
    void withoutANameTheWholeCatalogueIsChecked() {
        Shell shell = type("check");
        assertThat(Catalogue.names()).allSatisfy(name -> assertThat(shell.out()).contains("VERIFIED  " + name));
        assertThat(shell.out()).endsWith(Catalogue.names().size() + " scenarios: " + Catalogue.names().size() + " verified\n");
        assertThat(shell.err()).isEmpty();
        assertThat(workshop.isClosed()).isTrue();
        assertThat(type("check", "bind", "--kernel", "source").err())
                .isEqualTo("kernel: Linux 6.1.1 (/toy), the newest source package under /usr/src\n");
    }

    @Test
    void theOptionsReachTheSearch() {
        type("check", "bind", "--kernel", "/k", "--patch", "a.patch", "--patch", "b.patch", "--first", "--max-executions", "7", "--max-time", "2m");
        assertThat(workshop.requests())
                .containsExactly(new Workshop.Request("/k", List.of(Path.of("a.patch"), Path.of("b.patch")), List.of(), "smmuv3"));
        assertThat(workshop.limits())
                .containsExactly(new Workshop.Limits(Optional.of(7L), Optional.of(Duration.ofMinutes(2)), true));
    }

    @Test
    void withoutAnyKernelItIsTheReferenceAndWithAPatchTheDistributionsSource() {
        type("check", "bind");
        assertThat(workshop.requests().getLast()).isEqualTo(new Workshop.Request("reference:v5.18", List.of(), List.of(), "smmuv3"));
        assertThat(type("check", "bind", "--patch", "a.patch").err()).contains("kernel: Linux 6.1.1 (/toy), the newest");
        assertThat(workshop.requests().getLast().kernel()).isEqualTo("source");
        type("check", "bind", "--without", "drain,stop", "--without", "mmgrab", "--iommu", "vtd");
        assertThat(workshop.requests().getLast())
                .isEqualTo(new Workshop.Request("reference:v5.18", List.of(), List.of("drain", "stop", "mmgrab"), "vtd"));
    }

    @Test
    void whatOfTheCatalogueTheKernelCannotDoIsLeftOutAloud() {
        workshop.refusing("two-devices");
        Shell shell = type("check");
        assertThat(shell.err()).contains("left out: two-devices, for this kernel cannot 'fly'");
        assertThat(shell.out()).endsWith("; 1 left out\n").doesNotContain("two-devices on");
        assertThat(type("check", "two-devices").out()).as("what is named is tried").contains("two-devices on");
    }

    @Test
    void anUnknownScenarioIsRefusedWithTheNearestNames() {
        Shell shell = type("check", "exit-befor-close");
        assertThat(shell.status()).isEqualTo(2);
        assertThat(shell.out()).isEmpty();
        assertThat(shell.err()).startsWith("./svalinn: unknown scenario 'exit-befor-close'; did you mean exit-before-close, ").hasLineCount(1);
        assertThat(type("check", "oom").err()).contains("did you mean oom-while-bound");
        assertThat(workshop.requests()).as("kernels loaded in vain").isEmpty();
    }

    @Test
    void badInputIsOneLineAndNothingElse() {
        workshop.failing(new BadInput("/k is not a Linux source tree: it has no Makefile"));
        Shell shell = type("check", "bind", "--kernel", "/k");
        assertThat(shell.status()).isEqualTo(2);
        assertThat(shell.out()).isEmpty();
        assertThat(shell.err()).isEqualTo("./svalinn: /k is not a Linux source tree: it has no Makefile\n");
    }

    @Test
    void badUsageIsOneLineThatNamesTheHelp() {
        for (String[] arguments : List.of(
                new String[] {"check", "bind", "--nonsense"},
                new String[] {"check", "bind", "--max-time", "soon"},
                new String[] {"check", "bind", "--max-time", "0s"},
                new String[] {"check", "bind", "--max-executions", "many"},
                new String[] {"check", "bind", "--format", "xml"},
                new String[] {"pins"},
                new String[] {"pins", "bind", "two-devices"},
                new String[] {"chekc"})) {
            Shell shell = type(arguments);
            assertThat(shell.status()).as(String.join(" ", arguments)).isEqualTo(2);
            assertThat(shell.out()).isEmpty();
            assertThat(shell.err()).startsWith("./svalinn: ").contains("see './svalinn help").hasLineCount(1);
        }
        assertThat(type("chekc").err()).contains("unknown command 'chekc', did you mean");
        assertThat(type("check", "--max-tim", "5s").err()).contains("unknown option '--max-tim', did you mean --max-executions or --max-time;");
        assertThat(type("check", "bind", "--max-executions", "0").status()).isEqualTo(2);
        assertThat(type().status()).isEqualTo(2);
    }

    @Test
    void aScenarioFileIsReadAndABadOneRefusedWithItsLine() throws IOException {
        Path file = folder.resolve("mine.yaml");
        Files.writeString(file, "name: mine\nsummary: s\ndevices: [d]\nactors:\n  a: [open d]\n");
        assertThat(type("check", file.toString()).out()).startsWith("VERIFIED  mine on Linux 6.1.1");
        Files.writeString(file, "name: mine\nsummary: s\ndevices: [d]\nactors:\n  a: [fly d]\n");
        Shell shell = type("check", file.toString());
        assertThat(shell.status()).isEqualTo(2);
        assertThat(shell.err()).contains(file + ":5: unknown action 'fly'").hasLineCount(1);
        assertThat(type("check", folder.resolve("none.yaml").toString()).err()).contains("no such file").hasLineCount(1);
        Files.write(file, new byte[] {(byte) 0xff, 0});
        assertThat(type("check", file.toString()).err()).contains("is not a text in UTF-8").hasLineCount(1);
        assertThat(type("check", folder + "/").status()).isEqualTo(2);
    }

    @Test
    void aFailureOfOurOwnIsOneLineAndSaysWhereItsDetailsAre() throws IOException {
        workshop.failing(new IllegalStateException("the heap is not what it was"));
        Shell shell = type("check", "bind");
        assertThat(shell.status()).isEqualTo(3);
        assertThat(shell.err()).startsWith("./svalinn: Svalinn failed: the heap is not what it was; details are in ").hasLineCount(1);
        Path details = Path.of(shell.err().strip().replaceFirst(".* in ", ""));
        assertThat(Files.readString(details)).contains("IllegalStateException", "at org.svalinn.cli");
    }

    @Test
    void runningOutOfMemoryOrStackIsALineToo() {
        workshop.failing(new OutOfMemoryError());
        assertThat(type("check", "bind").err()).contains("out of memory").hasLineCount(1);
        workshop.failing(new StackOverflowError());
        Shell shell = type("check", "bind");
        assertThat(shell.status()).isEqualTo(3);
        assertThat(shell.err()).contains("Svalinn failed: StackOverflowError").hasLineCount(1);
    }

    @Test
    void theScheduleOfAViolationIsSavedAndItsReplayNamed() throws IOException {
        workshop.verdict("bind", FakeWorkshop.violated());
        Path save = folder.resolve("saved");
        String out = type("check", "bind", "--save", save.toString(), "--patch", "a.patch").out();
        Path file = only(save);
        assertThat(out).contains("./svalinn replay " + file);
        Recording recording = Recording.read("f", Files.readString(file));
        assertThat(recording.kernelPath()).isEqualTo("/toy");
        assertThat(recording.patches()).containsExactly(Path.of("a.patch").toAbsolutePath().toString());
        assertThat(recording.schedule()).isEqualTo(FakeWorkshop.SCHEDULE);
        type("check", "bind", "--save", save.toString(), "--patch", "a.patch");
        assertThat(only(save)).as("the same counterexample has the same name").isEqualTo(file);
    }

    private static Path only(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            List<Path> all = files.toList();
            assertThat(all).hasSize(1);
            return all.getFirst();
        }
    }

    @Test
    void aFolderThatCannotBeWrittenIsAWarningAndTheVerdictStands() throws IOException {
        workshop.verdict("bind", FakeWorkshop.violated());
        Path file = Files.writeString(folder.resolve("file"), "");
        Shell shell = type("check", "bind", "--save", file.resolve("below").toString());
        assertThat(shell.status()).isEqualTo(1);
        assertThat(shell.err()).contains("warning: the schedule cannot be saved in " + file);
        assertThat(shell.out()).contains("could not be saved", "use-after-free");
    }

    @Test
    void jsonIsOneObjectOnStandardOutput() {
        workshop.verdict("bind", FakeWorkshop.violated());
        Shell shell = type("check", "bind", "two-devices", "--format", "json");
        JsonObject json = JsonParser.parseString(shell.out()).getAsJsonObject();
        assertThat(json.getAsJsonArray("results")).hasSize(2);
        assertThat(json.get("exit").getAsInt()).isEqualTo(1).isEqualTo(shell.status());
        assertThat(json.getAsJsonArray("results").get(0).getAsJsonObject().get("verdict").getAsString()).isEqualTo("violated");
    }

    @Test
    void whatCannotBeServedIsAnObjectTooWhenJsonWasAskedFor() {
        for (Shell shell : List.of(type("check", "nothing", "--format", "json"), type("check", "--format=json", "--nonsense"))) {
            JsonObject json = JsonParser.parseString(shell.out()).getAsJsonObject();
            assertThat(json.get("exit").getAsInt()).isEqualTo(2);
            assertThat(shell.err()).contains(json.get("error").getAsString());
        }
    }
}
