package org.svalinn.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.svalinn.kernel.design.Design;
import org.svalinn.kernel.design.Omission;
import org.svalinn.kernel.design.Variant;
import org.svalinn.report.ComparisonTable;
import org.svalinn.report.OmissionTable;
import org.svalinn.report.OutcomeJson;
import org.svalinn.scenario.Catalogue;
import org.svalinn.scenario.Cell;
import org.svalinn.scenario.Laboratory;
import org.svalinn.scenario.Outcome;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "compare",
        header = "Compare designs: what every scenario shows of each.",
        description = {
            "",
            "Checks each SCENARIO (all of the catalogue by default) on the reference kernel in every design, and prints a table: "
                    + "verified, or which check fires and with how few preemptions; whether an OOM victim's memory waits for a "
                    + "device; what leaks. With --omissions: one design, without each of its steps in turn.",
            "",
            "What was found is kept as it is found: an interrupted comparison goes on where it was.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ${ROOT-COMMAND-NAME} compare",
            "  ${ROOT-COMMAND-NAME} compare exit-before-close exit-while-mapped --iommu all",
            "  ${ROOT-COMMAND-NAME} compare --design v5.18,pin-users --format json",
            "  ${ROOT-COMMAND-NAME} compare --omissions --iommu all --format markdown",
            "",
            "Exit status: 0 when every search was complete, 3 when one was not, 2 for bad usage."
        })
final class CompareCommand implements Callable<Integer> {
    private static final String ALL = "all";

    private final Environment environment;

    @Parameters(arity = "0..*", paramLabel = "SCENARIO", description = "Scenarios of the catalogue.")
    private List<String> scenarios = new ArrayList<>();

    @Option(names = "--design", paramLabel = "DESIGN", split = ",", completionCandidates = Designs.class,
            description = "Designs: ${COMPLETION-CANDIDATES}. Default: all; with --omissions: v5.18.")
    private List<String> designs = new ArrayList<>();

    @Option(names = "--iommu", paramLabel = "MODEL", defaultValue = "smmuv3",
            description = "smmuv3, vtd, or all. Default: ${DEFAULT-VALUE}.")
    private String iommu = "smmuv3";

    @Option(names = "--omissions", description = "What a design is without each of its steps, instead of designs.")
    private boolean omissions;

    @Option(names = "--format", paramLabel = "text|markdown|json", defaultValue = "text",
            description = "Default: ${DEFAULT-VALUE}.")
    private Form form = Form.text;

    @Option(names = "--max-executions", paramLabel = "N", defaultValue = "1000000",
            description = "Stop each search after N executions; the table then says 'bounded'. Default: ${DEFAULT-VALUE}.")
    private long maxExecutions;

    @Option(names = "--fresh", description = "Run everything again.")
    private boolean fresh;

    /** How the table is printed. */
    enum Form { text, markdown, json }

    /** The names of designs. */
    static final class Designs implements Iterable<String> {
        @Override
        public java.util.Iterator<String> iterator() {
            return Design.ALL.stream().map(Design::name).iterator();
        }
    }

    CompareCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        if (maxExecutions < 1) {
            throw new BadUsage("--max-executions needs a number of at least 1");
        }
        List<String> names = ChosenScenario.of(scenarios).stream().map(CompareCommand::ofCatalogue).toList();
        if (!iommu.equals(ALL) && !Laboratory.IOMMUS.contains(iommu)) {
            throw new BadUsage(
                    "unknown IOMMU '" + iommu + "'; known: " + String.join(", ", Laboratory.IOMMUS) + ", or " + ALL);
        }
        List<String> iommus = iommu.equals(ALL) ? Laboratory.IOMMUS : List.of(iommu);
        List<Variant> columns = omissions ? withAndWithout() : chosen().stream().map(Variant::of).toList();
        List<Cell> cells = new ArrayList<>();
        for (String model : iommus) {
            for (Variant variant : columns) {
                names.forEach(scenario -> cells.add(new Cell(variant, model, scenario)));
            }
        }
        Progress progress = new Progress(environment);
        progress.tellWhenInterrupted();
        Map<Cell, Outcome> outcomes;
        try {
            Cells runner = new Cells(
                    environment,
                    progress,
                    new Workshop.Limits(Optional.of(maxExecutions), Optional.empty(), omissions),
                    fresh);
            long known = runner.known(cells);
            if (known > 0) {
                environment.err().println(known + " of " + cells.size() + " known from before; --fresh runs them again");
            }
            outcomes = runner.outcomes(cells);
        } finally {
            progress.done();
        }
        print(columns, iommus, names, outcomes);
        boolean complete = outcomes.values().stream().map(Outcome::verdict)
                .allMatch(kind -> kind == Outcome.Kind.VERIFIED || kind == Outcome.Kind.VIOLATED);
        return complete ? ExitStatus.VERIFIED : ExitStatus.UNPROVED;
    }

    private void print(List<Variant> columns, List<String> iommus, List<String> names, Map<Cell, Outcome> outcomes) {
        environment.out().print(form == Form.json
                ? OutcomeJson.document(environment.version(), outcomes)
                : omissions
                        ? print(new OmissionTable(columns.getFirst().design(), iommus, names, outcomes))
                        : print(new ComparisonTable(columns, iommus, names, outcomes)));
    }

    private String print(OmissionTable table) {
        return form == Form.markdown ? table.markdown(how()) : table.text(environment.terminal().style(), width());
    }

    private String print(ComparisonTable table) {
        return form == Form.markdown ? table.markdown() : table.text(environment.terminal().style(), width());
    }

    /** A table in a file or a pipe stays whole. */
    private int width() {
        return environment.terminal().out() ? environment.terminal().columns() : Integer.MAX_VALUE;
    }

    /** The command that makes this table. */
    private String how() {
        return "./svalinn compare --omissions"
                + (designs.isEmpty() ? "" : " --design " + designs.getFirst())
                + " --iommu " + iommu
                + " --max-executions " + maxExecutions
                + " --format markdown"
                + (scenarios.isEmpty() ? "" : " " + String.join(" ", scenarios));
    }

    private static String ofCatalogue(ChosenScenario scenario) {
        if (scenario.text().isPresent()) {
            throw new BadUsage("compare runs scenarios of the catalogue; 'check' runs a file such as that of "
                    + scenario.scenario().name());
        }
        return scenario.scenario().name();
    }

    private List<Design> chosen() {
        return designs.isEmpty() || designs.equals(List.of(ALL))
                ? Design.ALL
                : designs.stream().map(CompareCommand::design).toList();
    }

    private static Design design(String name) {
        return Design.find(name).orElseThrow(() -> new BadUsage("unknown design '" + name + "'; known: "
                + String.join(", ", new Designs())));
    }

    /** One design as it is, and without each step. */
    private List<Variant> withAndWithout() {
        if (designs.size() > 1) {
            throw new BadUsage("--omissions is about one design");
        }
        Variant whole = Variant.of(designs.isEmpty() ? Design.V5_18 : design(designs.getFirst()));
        List<Variant> variants = new ArrayList<>(List.of(whole));
        for (Omission omission : Omission.values()) {
            variants.add(whole.without(omission));
        }
        return variants;
    }
}
