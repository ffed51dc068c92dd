package org.svalinn.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Explorer;
import org.svalinn.explore.Narrative;
import org.svalinn.explore.Violation;
import org.svalinn.report.Recording;
import org.svalinn.report.ReplayText;
import org.svalinn.report.Subject;
import org.svalinn.scenario.Catalogue;
import org.svalinn.scenario.KernelName;
import org.svalinn.scenario.Scenario;
import org.svalinn.scenario.ScenarioReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "replay",
        header = "Run one recorded schedule again, step by step.",
        description = {
            "",
            "Follows the schedule in FILE, as 'check' saved it, on the kernel and with the patches that it names, and prints "
                    + "each step. Where the source has changed so that the schedule cannot be followed, it says where it departs.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ${ROOT-COMMAND-NAME} replay ~/.local/state/svalinn/bind-leak-1a2b3c4d.json",
            "  ${ROOT-COMMAND-NAME} replay bind-leak-1a2b3c4d.json --step",
            "  ${ROOT-COMMAND-NAME} replay bind-leak-1a2b3c4d.json --kernel ~/linux --patch fix.patch",
            "",
            "Exit status: 1 the violation shows again, 0 it does not, 2 bad usage or input,",
            "3 the schedule could not be followed to its end, or error."
        })
final class ReplayCommand implements Callable<Integer> {
    private final Environment environment;

    @Parameters(paramLabel = "FILE", description = "A schedule that 'check' saved.")
    private Path file = Path.of("");

    @Option(names = "--step", description = "Wait for Enter before each step; q and Enter goes to the end.")
    private boolean step;

    @Option(names = "--kernel", paramLabel = "KERNEL", completionCandidates = KernelOptions.Kernels.class,
            description = "Another kernel than the recorded one: as 'check' takes it. A reference kernel is then whole.")
    private @Nullable String kernel;

    @Option(names = "--without", paramLabel = "STEP", split = ",", completionCandidates = KernelOptions.Omissions.class,
            description = "What a reference kernel leaves out, instead of what is recorded.")
    private @Nullable List<String> without;

    @Option(names = "--patch", paramLabel = "FILE", description = "Other patches than the recorded ones. Can be given again.")
    private @Nullable List<Path> patches;

    @Option(names = "--no-patches", description = "Leave the recorded patches off.")
    private boolean noPatches;

    ReplayCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        Recording recording = Recording.read(file.toString(), read());
        Scenario scenario = recording.scenarioText()
                .map(text -> ScenarioReader.read(file + ", its scenario", text))
                .or(() -> Catalogue.find(recording.scenario()))
                .orElseThrow(() -> new BadUsage(file + " names the scenario '" + recording.scenario() + "', which this Svalinn has not"));
        List<Path> chosenPatches = chosenPatches(recording);
        Workshop.Request request = new Workshop.Request(
                kernel == null ? recording.kernelPath() : kernel, chosenPatches, chosenOmissions(recording), recording.iommu());
        Progress progress = new Progress(environment);
        progress.tellWhenInterrupted();
        try (Workshop workshop = environment.workshops().open(request, progress)) {
            progress.stage("replaying " + scenario.name(), 0, 0);
            Explorer.Replay replay = workshop.prepare(scenario).replay(recording.schedule());
            progress.done();
            Subject subject = new Subject(
                    scenario.name(), workshop.kernelName(), chosenPatches.stream().map(Path::toString).toList(), recording.iommu());
            return tell(recording.violation(), replay, subject);
        } finally {
            progress.done();
        }
    }

    private List<Path> chosenPatches(Recording recording) {
        if (patches != null) {
            return patches;
        }
        boolean isOther = kernel != null && KernelName.isReference(kernel);
        return noPatches || isOther ? List.of() : recording.patches().stream().map(Path::of).toList();
    }

    private List<String> chosenOmissions(Recording recording) {
        return without != null ? without : kernel != null ? List.of() : recording.without();
    }

    private String read() {
        try {
            return Files.readString(file);
        } catch (MalformedInputException e) {
            throw new BadUsage(file + " is not a text in UTF-8");
        } catch (IOException e) {
            throw new BadUsage("cannot read the schedule " + StateFolder.reason(e));
        }
    }

    private int tell(Violation recorded, Explorer.Replay replay, Subject subject) {
        Terminal terminal = environment.terminal();
        ReplayText text = new ReplayText(terminal.style(), terminal.columns());
        environment.out().print(text.heading(subject, recorded));
        steps(replay.narrative(), text);
        List<Violation> violations = replay.narrative().violations();
        environment.out().print(text.ending(violations, replay.departure()));
        boolean again = violations.stream().anyMatch(violation -> violation.identity().equals(recorded.identity()));
        environment.out().println("\n" + result(again, !violations.isEmpty(), replay.departure()));
        return again ? ExitStatus.VIOLATED : !replay.departure().isEmpty() ? ExitStatus.UNPROVED
                : violations.isEmpty() ? ExitStatus.VERIFIED : ExitStatus.VIOLATED;
    }

    private static String result(boolean again, boolean another, String departure) {
        if (again) {
            return "The violation shows again.";
        }
        String shown = another ? "Another violation shows than the recorded one" : "The violation does not show";
        return departure.isEmpty()
                ? shown + (another ? "." : " on this schedule; 'check' tells of all the others.")
                : shown + ", but the schedule could not be followed to its end: nothing is proved; 'check' explores"
                        + " every interleaving.";
    }

    private void steps(Narrative narrative, ReplayText text) {
        BufferedReader answers = new BufferedReader(new InputStreamReader(environment.in(), StandardCharsets.UTF_8));
        boolean waiting = step;
        String actor = "";
        for (Narrative.Step one : narrative.steps()) {
            environment.out().print(text.step(one, !one.actor().equals(actor)));
            actor = one.actor();
            if (waiting) {
                environment.out().flush();
                waiting = goesOn(answers);
            }
        }
    }

    /** Waits for a line; whether to wait for another. */
    private static boolean goesOn(BufferedReader answers) {
        try {
            String line = answers.readLine();
            return line != null && !line.strip().equals("q");
        } catch (IOException e) {
            return false;
        }
    }
}
