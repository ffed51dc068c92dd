package org.svalinn.cli;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.svalinn.explore.Coverage;
import org.svalinn.explore.Verdict;
import org.svalinn.report.BenchTable;
import org.svalinn.report.JsonReport;
import org.svalinn.report.VerdictText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "bench",
        header = "Measure how long verdicts take here.",
        description = {
            "",
            "Checks each SCENARIO (all of the catalogue by default) and prints the time to load the kernel, to set up, from "
                    + "launch to verdict, and executions per second. A search ends after 100,000 executions. 'Launch' is the start "
                    + "of this process: the time to verdict of "
                    + "a scenario that is not the first leaves out those before it, but profits from what they warmed up.",
            "",
            "'bench machine' measures the operations of IOMMUs and memory instead, without a kernel.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {"  ${ROOT-COMMAND-NAME} bench", "  ${ROOT-COMMAND-NAME} bench bind --format json", "  ${ROOT-COMMAND-NAME} bench machine"})
final class BenchCommand implements Callable<Integer> {
    private final Environment environment;

    @Mixin private KernelOptions kernel = new KernelOptions();

    @Mixin private FormatOption format = new FormatOption();

    @Parameters(arity = "0..*", paramLabel = "SCENARIO", description = "Scenarios; '${ROOT-COMMAND-NAME} scenarios' lists them.")
    private List<String> scenarios = new ArrayList<>();

    BenchCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        long beforeMain = System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime();
        List<ChosenScenario> chosen = ChosenScenario.of(scenarios);
        Progress progress = new Progress(environment);
        progress.tellWhenInterrupted();
        List<BenchTable.Row> rows = new ArrayList<>();
        String kernelName;
        long begin = System.nanoTime();
        try (Workshop workshop = environment.workshops().open(kernel.request(), progress)) {
            kernelName = workshop.kernelName();
            long load = millisSince(begin);
            for (ChosenScenario scenario : Notices.able(environment, workshop, scenarios, chosen)) {
                rows.add(measure(scenario, workshop, progress, beforeMain, load));
            }
        } finally {
            progress.done();
        }
        environment.out().print(format.isJson()
                ? new JsonReport(environment.version()).bench(kernelName, rows)
                : BenchTable.of(environment.terminal().style(), kernelName, rows));
        return ExitStatus.VERIFIED;
    }

    private static BenchTable.Row measure(
            ChosenScenario scenario, Workshop workshop, Progress progress, long beforeMain, long load) {
        String name = scenario.scenario().name();
        long begin = System.nanoTime();
        Workshop.Trial trial = workshop.prepare(scenario.scenario());
        long setup = millisSince(begin);
        Verdict verdict = trial.explore(Workshop.Limits.USUAL, coverage -> progress.explored(name, coverage));
        long total = millisSince(begin);
        Coverage coverage = verdict.coverage();
        return new BenchTable.Row(name, VerdictText.word(verdict), load, setup, beforeMain + load + total,
                coverage.executions(), coverage.steps(), total - setup);
    }

    private static long millisSince(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
    }
}
