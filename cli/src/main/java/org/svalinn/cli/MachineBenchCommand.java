package org.svalinn.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.svalinn.bench.MachineBench;
import org.svalinn.bench.Measured;
import org.svalinn.bench.Measurement;
import org.svalinn.report.JsonReport;
import org.svalinn.report.MachineBenchTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "machine",
        header = "Measure the operations of IOMMUs and memory.",
        description = {
            "",
            "Measures each OPERATION (all by default, which takes a minute and a half) with JMH, in a Java of its own and without an "
                    + "explorer: how long it takes when nobody else takes steps. Leave the computer alone meanwhile.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ${ROOT-COMMAND-NAME} bench machine",
            "  ${ROOT-COMMAND-NAME} bench machine hit walk --effort thorough",
            "  ${ROOT-COMMAND-NAME} bench machine --effort quick --format json",
        })
final class MachineBenchCommand implements Callable<Integer> {
    private final Environment environment;

    @Mixin private FormatOption format = new FormatOption();

    @Option(names = "--effort", paramLabel = "quick|normal|thorough", defaultValue = "normal",
            description = "How much time each operation is given: a second, three, or half a minute. Default: ${DEFAULT-VALUE}.")
    private String effort = "normal";

    @Parameters(arity = "0..*", paramLabel = "OPERATION", completionCandidates = Operations.class,
            description = "Any of: ${COMPLETION-CANDIDATES}.")
    private List<String> operations = new ArrayList<>();

    /** The names of what can be measured. */
    static final class Operations implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(Measured.values()).map(MachineBenchCommand::nameOf).iterator();
        }
    }

    MachineBenchCommand(Environment environment) {
        this.environment = environment;
    }

    private static String nameOf(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public Integer call() {
        Set<Measured> chosen = new LinkedHashSet<>();
        for (String name : operations) {
            chosen.add(valueOf(name, "operation", Measured.values()));
        }
        if (chosen.isEmpty()) {
            chosen.addAll(List.of(Measured.values()));
        }
        MachineBench.Effort howMuch = valueOf(effort, "effort", MachineBench.Effort.values());
        Progress progress = new Progress(environment);
        progress.tellWhenInterrupted();
        List<MachineBenchTable.Row> rows = new ArrayList<>();
        try {
            for (Measurement each : new MachineBench(howMuch)
                    .run(chosen, (what, done, total) -> progress.stage("measuring " + what, done, total))) {
                Measured measured = each.measured();
                rows.add(new MachineBenchTable.Row(
                        measured.text(), each.on(), each.nanos(), each.error(), measured.bar().low(), measured.bar().high()));
            }
        } finally {
            progress.done();
        }
        String how = "Without an explorer; each in %s; error: 99.9 %% confidence".formatted(howMuch.text());
        environment.out().print(format.isJson()
                ? new JsonReport(environment.version()).machineBench(how, rows)
                : MachineBenchTable.of(environment.terminal().style(), how, rows));
        return ExitStatus.VERIFIED;
    }

    private static <E extends Enum<E>> E valueOf(String name, String kind, E[] values) {
        for (E value : values) {
            if (nameOf(value).equals(name)) {
                return value;
            }
        }
        throw new BadUsage("unknown " + kind + " '" + name + "'; there are "
                + String.join(", ", Arrays.stream(values).map(MachineBenchCommand::nameOf).toList()));
    }
}
