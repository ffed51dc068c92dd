package org.svalinn.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.svalinn.report.Holding;
import org.svalinn.report.JsonReport;
import org.svalinn.report.PinsText;
import org.svalinn.report.Subject;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "pins",
        header = "Say who holds an mm, its PASID and its notifiers, and since which call.",
        description = {
            "",
            "Runs SCENARIO once, each actor in turn, and prints for each count (mm_users, mm_count, the PASID, the users of a "
                    + "notifier) every reference that was taken: by which call path, and where it was given back, or that it is held.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ${ROOT-COMMAND-NAME} pins bind",
            "  ${ROOT-COMMAND-NAME} pins bind --until \"open accel\"",
            "  ${ROOT-COMMAND-NAME} pins exit-before-close --kernel ~/linux --format json",
            "",
            "Exit status: 0, or 2 for bad usage or input, or 3 when the scenario cannot be run."
        })
final class PinsCommand implements Callable<Integer> {
    private final Environment environment;

    @Mixin private KernelOptions kernel = new KernelOptions();

    @Mixin private FormatOption format = new FormatOption();

    @Parameters(paramLabel = "SCENARIO", description = "A scenario's name, or a .yaml file.")
    private String scenario = "";

    @Option(names = "--until", paramLabel = "ACTION",
            description = "Stop after this action, as the scenario writes it, such as \"open accel\".")
    private @Nullable String until;

    PinsCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        ChosenScenario chosen = ChosenScenario.of(scenario);
        Progress progress = new Progress(environment);
        progress.tellWhenInterrupted();
        try (Workshop workshop = environment.workshops().open(kernel.request(), progress)) {
            Notices.kernelChoice(environment, workshop);
            progress.stage("running " + chosen.scenario().name(), 0, 0);
            List<Holding> holdings = workshop.prepare(chosen.scenario()).pins(Optional.ofNullable(until));
            progress.clear();
            Subject subject = new Subject(
                    chosen.scenario().name(),
                    workshop.kernelName(),
                    kernel.patches().stream().map(Path::toString).toList(),
                    kernel.iommu());
            String stop = until == null ? "" : until;
            Terminal terminal = environment.terminal();
            environment.out().print(format.isJson()
                    ? new JsonReport(environment.version()).pins(subject, stop, holdings)
                    : new PinsText(terminal.style(), terminal.columns()).of(subject, stop, holdings));
        } finally {
            progress.done();
        }
        return ExitStatus.VERIFIED;
    }
}
