package org.svalinn.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Verdict;
import org.svalinn.report.Finding;
import org.svalinn.report.JsonReport;
import org.svalinn.report.Recording;
import org.svalinn.report.Subject;
import org.svalinn.report.VerdictText;
import org.svalinn.scenario.KernelName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "check",
        header = "Explore every interleaving of scenarios, and say what that proves.",
        description = {
            "",
            "Runs each SCENARIO (a name, or a .yaml file; all of the catalogue by default) on a kernel, in every order "
                    + "that its actors can take, and prints a verdict. The kernel is Svalinn's reference kernel, in Java, or the "
                    + "kernel's own C, executed. A violation comes with both of its ends and with a "
                    + "schedule that shows it, which is saved so that 'replay' can run it again.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ${ROOT-COMMAND-NAME} check exit-before-close",
            "  ${ROOT-COMMAND-NAME} check drain-before-reuse --kernel reference:v5.17 --without drain",
            "  ${ROOT-COMMAND-NAME} check bind --kernel ~/linux --patch mine.patch",
            "  ${ROOT-COMMAND-NAME} check my-scenario.yaml --max-time 60s",
            "  ${ROOT-COMMAND-NAME} check --format json > verdicts.json",
            "",
            "Exit status: 0 verified, 1 violated, 2 bad usage or input, 3 bounded, vacuous or error;",
            "of several scenarios the worst, in the order 2, 1, 3, 0. 130 when interrupted."
        })
final class CheckCommand implements Callable<Integer> {
    private final Environment environment;

    @Mixin private KernelOptions kernel = new KernelOptions();

    @Mixin private FormatOption format = new FormatOption();

    @Parameters(arity = "0..*", paramLabel = "SCENARIO", description = "Scenarios; '${ROOT-COMMAND-NAME} scenarios' lists them.")
    private List<String> scenarios = new ArrayList<>();

    @Option(names = "--first", description = "Stop at the first violation instead of looking for every distinct one.")
    private boolean first;

    @Option(names = "--max-executions", paramLabel = "N",
            description = "Stop each search after N executions; the verdict is then 'bounded'. Default: 100000; on a reference "
                    + "kernel, which is faster, 500000.")
    private @Nullable Long maxExecutions;

    @Option(names = "--max-time", paramLabel = "TIME", converter = TimeSpan.class,
            description = "Stop each search after that long: 90s, 5m, 1h. Only this limit can make two searches differ.")
    private @Nullable Duration maxTime;

    @Option(names = "--all-steps", description = "Show every step of a counterexample, not only those that matter.")
    private boolean allSteps;

    @Option(names = "--save", paramLabel = "DIR",
            description = "Save the schedules of counterexamples there. Default: svalinn in the user's state folder.")
    private @Nullable Path save;

    CheckCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        if (maxExecutions != null && maxExecutions < 1) {
            throw new BadUsage("--max-executions needs a number of at least 1");
        }
        List<ChosenScenario> chosen = ChosenScenario.of(scenarios);
        Progress progress = new Progress(environment);
        progress.tellWhenInterrupted();
        List<Finding> findings = new ArrayList<>();
        int leftOut;
        try (Workshop workshop = environment.workshops().open(kernel.request(), progress)) {
            Notices.kernelChoice(environment, workshop);
            List<ChosenScenario> able = Notices.able(environment, workshop, scenarios, chosen);
            leftOut = chosen.size() - able.size();
            for (ChosenScenario scenario : able) {
                Finding finding = check(scenario, workshop, progress);
                progress.clear();
                findings.add(finding);
                print(finding, findings.size() > 1);
            }
        } finally {
            progress.done();
        }
        int status = ExitStatus.worst(findings.stream().map(finding -> ExitStatus.of(finding.verdict())).toList());
        if (format.isJson()) {
            environment.out().print(new JsonReport(environment.version()).check(findings, status));
        } else if (findings.size() > 1) {
            environment.out().println("\n" + summary(findings)
                    + (leftOut == 0 ? "" : "; " + leftOut + " left out"));
        }
        return status;
    }

    private Finding check(ChosenScenario chosen, Workshop workshop, Progress progress) {
        String name = chosen.scenario().name();
        progress.stage("setting up " + name, 0, 0);
        Workshop.Trial trial = workshop.prepare(chosen.scenario());
        Workshop.Limits limits = new Workshop.Limits(Optional.of(limit()), Optional.ofNullable(maxTime), first);
        Verdict verdict = trial.explore(limits, coverage -> progress.explored(name, coverage));
        Subject subject = new Subject(
                name, workshop.kernelName(), kernel.patches().stream().map(Path::toString).toList(), kernel.iommu());
        return new Finding(
                subject, verdict, trial.explanation(), trial.bounds(), save(verdict, chosen, subject, workshop, progress));
    }

    private long limit() {
        return maxExecutions != null ? maxExecutions
                : KernelName.isReference(kernel.request().kernel()) ? Workshop.Limits.REFERENCE_EXECUTIONS
                : Workshop.Limits.USUAL_EXECUTIONS;
    }

    private List<String> save(
            Verdict verdict, ChosenScenario chosen, Subject subject, Workshop workshop, Progress progress) {
        if (!(verdict instanceof Verdict.Violated violated)) {
            return List.of();
        }
        StateFolder folder = save == null ? environment.state() : new StateFolder(save.toAbsolutePath().normalize());
        List<String> files = new ArrayList<>();
        for (Verdict.Counterexample counterexample : violated.counterexamples()) {
            Recording recording = new Recording(
                    environment.version(),
                    subject.scenario(),
                    chosen.text(),
                    subject.kernel(),
                    workshop.kernelText(),
                    kernel.patches().stream().map(patch -> patch.toAbsolutePath().normalize().toString()).toList(),
                    kernel.without(),
                    subject.iommu(),
                    counterexample.violation(),
                    counterexample.schedule());
            try {
                files.add(folder.save(recording).toString());
            } catch (IOException e) {
                progress.warn("the schedule cannot be saved in " + folder.path() + ": " + StateFolder.reason(e));
                files.add("");
            }
        }
        return files;
    }

    private void print(Finding finding, boolean another) {
        if (format.isJson()) {
            return;
        }
        Terminal terminal = environment.terminal();
        environment.out().print((another ? "\n" : "")
                + new VerdictText(terminal.style(), terminal.columns(), allSteps, environment.command()).of(finding));
        environment.out().flush();
    }

    /** {@code 7 scenarios: 6 verified, 1 violated}. */
    private static String summary(List<Finding> findings) {
        TreeMap<Integer, Integer> counts = new TreeMap<>();
        List<String> words = List.of("VERIFIED", "VIOLATED", "BOUNDED", "VACUOUS", "ERROR");
        findings.forEach(finding -> counts.merge(words.indexOf(VerdictText.word(finding.verdict())), 1, Integer::sum));
        List<String> parts = new ArrayList<>();
        counts.forEach((word, count) -> parts.add(count + " " + words.get(word).toLowerCase(Locale.ROOT)));
        return findings.size() + " scenarios: " + String.join(", ", parts);
    }
}
