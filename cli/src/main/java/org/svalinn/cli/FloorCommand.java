package org.svalinn.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.svalinn.report.FloorText;
import org.svalinn.report.FloorUse;
import org.svalinn.report.JsonReport;
import org.svalinn.report.Subject;
import org.svalinn.scenario.KernelName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "floor",
        header = "List what ran as the kernel's own C, and what Java provided instead.",
        description = {
            "",
            "Runs each SCENARIO (all of the catalogue by default) once, and lists the functions that ran as the tree has them, "
                    + "those of the harness, and those on the floor with what each stands for; then the whole floor. "
                    + "Takes a source kernel: by default the newest linux-source-6.1* under /usr/src.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ${ROOT-COMMAND-NAME} floor bind",
            "  ${ROOT-COMMAND-NAME} floor --format json",
            "",
            "Exit status: 0, or 2 for bad usage or input, or 3 when a scenario cannot be run."
        })
final class FloorCommand implements Callable<Integer> {
    private final Environment environment;

    @Mixin private KernelOptions kernel = new KernelOptions();

    @Mixin private FormatOption format = new FormatOption();

    @Parameters(arity = "0..*", paramLabel = "SCENARIO", description = "Scenarios; '${ROOT-COMMAND-NAME} scenarios' lists them.")
    private List<String> scenarios = new ArrayList<>();

    FloorCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        if (KernelName.isReference(kernel.request(KernelName.PACKAGE).kernel())) {
            throw new BadUsage("a reference kernel has no floor: all of it is Java; --kernel source takes the distribution's C");
        }
        List<ChosenScenario> chosen = ChosenScenario.of(scenarios);
        Progress progress = new Progress(environment);
        progress.tellWhenInterrupted();
        List<Subject> subjects = new ArrayList<>();
        List<FloorUse> uses = new ArrayList<>();
        try (Workshop workshop = environment.workshops().open(kernel.request(KernelName.PACKAGE), progress)) {
            Notices.kernelChoice(environment, workshop);
            for (ChosenScenario scenario : Notices.able(environment, workshop, scenarios, chosen)) {
                progress.stage("running " + scenario.scenario().name(), 0, 0);
                Workshop.Trial trial = workshop.prepare(scenario.scenario());
                trial.pins(Optional.empty());
                uses.add(trial.floorUse());
                subjects.add(new Subject(
                        scenario.scenario().name(),
                        workshop.kernelName(),
                        kernel.patches().stream().map(Path::toString).toList(),
                        kernel.iommu()));
            }
        } finally {
            progress.done();
        }
        environment.out().print(format.isJson() ? new JsonReport(environment.version()).floor(subjects, uses) : text(subjects, uses));
        return ExitStatus.VERIFIED;
    }

    private String text(List<Subject> subjects, List<FloorUse> uses) {
        FloorText text = new FloorText(environment.terminal().style(), environment.terminal().columns());
        for (int i = 0; i < subjects.size(); i++) {
            text.scenario(subjects.get(i), uses.get(i));
        }
        return text.whole(uses.getLast()).text();
    }
}
