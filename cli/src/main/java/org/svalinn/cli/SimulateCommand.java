package org.svalinn.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.svalinn.kernel.design.Design;
import org.svalinn.kernel.simulate.Latency;
import org.svalinn.kernel.simulate.Parameters;
import org.svalinn.kernel.simulate.Result;
import org.svalinn.kernel.simulate.Simulation;
import org.svalinn.report.JsonReport;
import org.svalinn.report.SimulationAnswer;
import org.svalinn.report.SimulationPlot;
import org.svalinn.report.SimulationText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "simulate",
        header = "What each design costs, for thousands of processes in virtual time.",
        description = {
            "",
            "Runs the reference kernel in virtual time instead of under a search: processes bind devices, work, and exit or are "
                    + "picked by the OOM killer. Prints how long a victim's memory takes to be free, how long exit and unbind "
                    + "take, and what becomes of PASIDs, for each design; and what that says to claim 2 of the thread. The same "
                    + "seed gives the same figures, on every computer.",
            "",
            "A time is drawn from its range with each order of magnitude as likely as another.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ${ROOT-COMMAND-NAME} simulate",
            "  ${ROOT-COMMAND-NAME} simulate --design v5.18 --design release-teardown --stop 10ms --plot figure.svg",
            "  ${ROOT-COMMAND-NAME} simulate --design v5.18 --processes 1000000 --exhaust",
        })
final class SimulateCommand implements Callable<Integer> {
    /** In which progress is told: so many that it is told as a percentage. */
    private static final int PARTS = 10_000;

    private final Environment environment;

    @Mixin private FormatOption format = new FormatOption();

    @Option(names = "--design", paramLabel = "NAME", completionCandidates = Designs.class,
            description = "A design, as often as you like: ${COMPLETION-CANDIDATES}. Default: all.")
    private List<String> names = new ArrayList<>();

    @Option(names = "--processes", paramLabel = "N", defaultValue = "10000",
            description = "How many processes there are in all. Default: ${DEFAULT-VALUE}.")
    private int processes;

    @Option(names = "--oom-kills", paramLabel = "N",
            description = "How many of them the OOM killer picks. Default: a tenth.")
    private @Nullable Integer oomKills;

    @Option(names = "--seed", paramLabel = "S", defaultValue = "1", description = "Of all that is drawn. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--stop", paramLabel = "TIME..TIME", converter = LatencyRange.class, defaultValue = "1ms..1s",
            description = "How long a device takes to stop. Default: ${DEFAULT-VALUE}.")
    private Latency stop = Parameters.USUAL.hardware().stop();

    @Option(names = "--page-request", paramLabel = "TIME..TIME", converter = LatencyRange.class, defaultValue = "20us..200us",
            description = "How long a page request and its response are under way. Default: ${DEFAULT-VALUE}.")
    private Latency pageRequest = Parameters.USUAL.hardware().pageRequest();

    @Option(names = "--invalidation", paramLabel = "TIME..TIME", converter = LatencyRange.class, defaultValue = "1us..10us",
            description = "How long the IOMMU takes for one invalidation. Default: ${DEFAULT-VALUE}.")
    private Latency invalidation = Parameters.USUAL.hardware().invalidation();

    @Option(names = "--no-reaper", description = "Without the OOM reaper: a victim's memory goes only as it exits.")
    private boolean noReaper;

    @Option(names = "--exhaust", description = "Then have processes bind until none of the million PASIDs is left, and use all again.")
    private boolean exhaust;

    @Option(names = "--plot", paramLabel = "FILE.svg", description = "Draw these times, and the PASIDs in use, into this file.")
    private @Nullable Path plot;

    /** The names of designs. */
    static final class Designs implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Design.ALL.stream().map(Design::name).iterator();
        }
    }

    SimulateCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        List<Parameters> all = designs().stream().map(parameters()::with).toList();
        checkPlot();
        Progress progress = new Progress(environment);
        progress.tellWhenInterrupted();
        List<Result> results = new ArrayList<>();
        long begin = System.nanoTime();
        try {
            for (Parameters each : all) {
                String what = "simulating " + each.variant();
                results.add(Simulation.run(each, done -> progress.stage(what, (long) (done * PARTS), PARTS)));
            }
        } finally {
            progress.done();
        }
        tellSpeed(results, System.nanoTime() - begin);
        environment.out().print(format.isJson()
                ? new JsonReport(environment.version()).simulations(results, SimulationAnswer.of(results))
                : SimulationText.of(environment.terminal().style(), environment.terminal().columns(), results));
        draw(results);
        return ExitStatus.VERIFIED;
    }

    private Set<Design> designs() {
        Set<Design> designs = new LinkedHashSet<>();
        for (String name : names.isEmpty() ? List.of("all") : names) {
            if (name.equals("all")) {
                designs.addAll(Design.ALL);
            } else {
                designs.add(Design.find(name).orElseThrow(() -> new BadUsage("unknown design '" + name + "'; there are "
                        + String.join(", ", Design.ALL.stream().map(Design::name).toList()) + ", and all")));
            }
        }
        return designs;
    }

    private Parameters parameters() {
        if (processes < 1) {
            throw new BadUsage("--processes needs a number of at least 1");
        }
        int killed = oomKills == null ? processes / 10 : oomKills;
        if (killed < 0 || killed > processes) {
            throw new BadUsage("--oom-kills needs a number from 0 to that of processes, " + processes);
        }
        Parameters usual = Parameters.USUAL.withSeed(seed);
        return usual.with(usual.load().withProcesses(processes, killed).withReaper(!noReaper).withExhaustion(exhaust))
                .with(usual.hardware().withLatencies(stop, pageRequest, invalidation));
    }

    /** A file that cannot be written is found out before a simulation of minutes, not after. */
    private void checkPlot() {
        if (plot == null) {
            return;
        }
        Path file = plot.toAbsolutePath();
        Path folder = file.getParent();
        if (Files.isDirectory(file) || folder == null || !Files.isDirectory(folder)
                || !Files.isWritable(Files.exists(file) ? file : folder)) {
            throw new BadUsage("the plot cannot be written to " + plot);
        }
    }

    private void draw(List<Result> results) {
        if (plot != null) {
            try {
                Files.writeString(plot, SimulationPlot.of(results));
            } catch (IOException e) {
                throw new BadUsage("the plot cannot be written to " + plot + ": " + StateFolder.reason(e));
            }
        }
    }

    /** On standard error, for it is the only figure that is not a function of the command. */
    private void tellSpeed(List<Result> results, long nanos) {
        long events = results.stream().mapToLong(Result::events).sum();
        environment.err().println(String.format(Locale.ROOT, "%,d events (turns of actors, and timers) in %.1f s: %,d a second",
                events, nanos / 1e9, Math.round(events / (nanos / 1e9))));
    }
}
