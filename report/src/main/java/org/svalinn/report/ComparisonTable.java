package org.svalinn.report;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.svalinn.kernel.design.Design;
import org.svalinn.kernel.design.PasidLifetime;
import org.svalinn.kernel.design.Variant;
import org.svalinn.scenario.Cell;
import org.svalinn.scenario.Outcome;

/** Designs side by side: what each scenario shows of each, and what that says of the design. */
public final class ComparisonTable {
    /** The check that sees that an OOM victim's memory waits for a device. */
    private static final String RECLAIM = "reclaim-blocked";

    private static final String LEAK = "leak";

    private final List<Variant> variants;
    private final List<String> iommus;
    private final List<String> scenarios;
    private final Map<Cell, Outcome> outcomes;

    /**
     * @param variants the columns
     * @param scenarios the rows
     * @param outcomes what came of each
     */
    public ComparisonTable(
            List<Variant> variants, List<String> iommus, List<String> scenarios, Map<Cell, Outcome> outcomes) {
        this.variants = List.copyOf(variants);
        this.iommus = List.copyOf(iommus);
        this.scenarios = List.copyOf(scenarios);
        this.outcomes = Map.copyOf(outcomes);
    }

    /** For a screen. */
    public String text(Style style, int width) {
        StringBuilder text = new StringBuilder();
        for (String iommu : iommus) {
            text.append(text.isEmpty() ? "" : "\n").append("IOMMU ").append(iommu).append("\n\n");
            text.append(Columns.of(style, cells(iommu), 1 + variants.size(), width));
        }
        Page page = new Page(style, width).blank();
        legend().forEach(line -> page.paragraph("", 0, line));
        return text.append(page).toString();
    }

    /** For a document. */
    public String markdown() {
        StringBuilder text = new StringBuilder();
        for (String iommu : iommus) {
            text.append(text.isEmpty() ? "" : "\n").append("**IOMMU ").append(iommu).append("**\n\n");
            List<List<String>> lines = cells(iommu);
            line(text, lines.getFirst());
            text.append("|---".repeat(lines.getFirst().size())).append("|\n");
            lines.stream().skip(1).forEach(cells -> line(text, cells));
        }
        return text.append('\n').append(String.join("\n", legend())).append('\n').toString();
    }

    private static void line(StringBuilder text, List<String> cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    private List<List<String>> cells(String iommu) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(line("scenario", Variant::toString));
        for (String scenario : scenarios) {
            lines.add(line(scenario, variant -> cell(outcome(variant, iommu, scenario))));
        }
        lines.add(line("verified", variant -> verified(variant, iommu) + " of " + scenarios.size()));
        lines.add(line("the PASID is free", variant -> freed(variant.design())));
        lines.add(line("reclaim waits for a device", variant -> where(variant, iommu, RECLAIM)));
        lines.add(line("leaks until the machine is off", variant -> where(variant, iommu, LEAK)));
        return lines;
    }

    private List<String> line(String first, Function<Variant, String> cell) {
        List<String> cells = new ArrayList<>(List.of(first));
        variants.forEach(variant -> cells.add(cell.apply(variant)));
        return cells;
    }

    private Outcome outcome(Variant variant, String iommu, String scenario) {
        Outcome outcome = outcomes.get(new Cell(variant, iommu, scenario));
        if (outcome == null) {
            throw new IllegalArgumentException("no outcome of " + new Cell(variant, iommu, scenario));
        }
        return outcome;
    }

    /** Such as {@code ok}, or {@code use-after-free (1)}: the check, and the fewest preemptions with which it fires. */
    static String cell(Outcome outcome) {
        if (outcome.verdict() != Outcome.Kind.VIOLATED) {
            return outcome.verdict() == Outcome.Kind.VERIFIED
                    ? "ok"
                    : outcome.verdict().name().toLowerCase(Locale.ROOT);
        }
        Set<String> checks = new LinkedHashSet<>();
        outcome.seen().forEach(seen -> checks.add(seen.check()));
        List<String> parts = new ArrayList<>();
        for (String check : checks) {
            int fewest = outcome.seen().stream()
                    .filter(seen -> seen.check().equals(check))
                    .mapToInt(Outcome.Seen::preemptions)
                    .min()
                    .orElse(0);
            parts.add(check + " (" + fewest + ")");
        }
        return String.join(", ", parts);
    }

    private long verified(Variant variant, String iommu) {
        return scenarios.stream()
                .filter(scenario -> outcome(variant, iommu, scenario).verdict() == Outcome.Kind.VERIFIED)
                .count();
    }

    private String where(Variant variant, String iommu, String check) {
        List<String> where = scenarios.stream()
                .filter(scenario -> outcome(variant, iommu, scenario).saw(check))
                .toList();
        return where.isEmpty() ? "no" : "yes: " + where.size() + (where.size() == 1 ? " scenario" : " scenarios");
    }

    private static String freed(Design design) {
        return switch (design.pasid()) {
            case PasidLifetime.LAST_UNBIND -> "at the last unbind";
            case PasidLifetime.MMPUT -> "in __mmput()";
            case PasidLifetime.MMDROP -> "in __mmdrop()";
        };
    }

    private List<String> legend() {
        List<String> lines = new ArrayList<>();
        lines.add("ok: every interleaving was explored, none violates; a check's name: it fires, in brackets with how few"
                + " preemptions.");
        if (came(Outcome.Kind.BOUNDED)) {
            lines.add("bounded: nothing was seen, but a limit cut the search, which proves nothing of the rest;"
                    + " --max-executions raises it.");
        }
        if (came(Outcome.Kind.VACUOUS)) {
            lines.add("vacuous: no execution reached what the scenario is about.");
        }
        if (came(Outcome.Kind.ERROR)) {
            lines.add("error: the search could not be made; 'check' says why.");
        }
        return lines;
    }

    private boolean came(Outcome.Kind kind) {
        return outcomes.values().stream().anyMatch(outcome -> outcome.verdict() == kind);
    }
}
