package org.svalinn.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.svalinn.kernel.design.Design;
import org.svalinn.kernel.design.Omission;
import org.svalinn.kernel.design.Variant;
import org.svalinn.scenario.Cell;
import org.svalinn.scenario.Need;
import org.svalinn.scenario.Needs;
import org.svalinn.scenario.Outcome;

/** What comes of it when one step of a design is left out: which scenario notices, by which check, on which IOMMU. */
public final class OmissionTable {
    private final Design design;
    private final List<String> iommus;
    private final List<String> scenarios;
    private final Map<Cell, Outcome> outcomes;

    /** @param outcomes of the whole design, and of it without each omission, for each IOMMU and scenario */
    public OmissionTable(Design design, List<String> iommus, List<String> scenarios, Map<Cell, Outcome> outcomes) {
        this.design = design;
        this.iommus = List.copyOf(iommus);
        this.scenarios = List.copyOf(scenarios);
        this.outcomes = Map.copyOf(outcomes);
    }

    /** For a screen. */
    public String text(Style style, int width) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(List.of("without", "IOMMU", "noticed by", "first of them"));
        for (Omission omission : Omission.values()) {
            for (String iommu : iommus) {
                List<String> noticing = noticing(omission, iommu);
                lines.add(List.of(
                        omission.text(),
                        iommu,
                        noticing.isEmpty() ? "nobody" : noticing.size() + " of " + scenarios.size(),
                        noticing.isEmpty() ? "" : noticing.getFirst()));
            }
        }
        return "What " + design.name() + " is without each of its steps\n\n" + Columns.of(style, lines, 4, width);
    }

    /**
     * For a document: every scenario that notices, and why.
     *
     * @param how the command that makes it
     */
    public String markdown(String how) {
        StringBuilder text = new StringBuilder("# What ").append(design.name()).append(" is without each of its steps\n\n")
                .append("Made by `").append(how).append("`; do not edit.\n\n")
                .append("A scenario notices an omission if it shows a violation that the whole design does not show: the")
                .append(" check, and in brackets how few preemptions\nthe simplest schedule has that was found. Each")
                .append(" search stops at its first violation. `./svalinn check SCENARIO --without STEP --iommu MODEL`\n")
                .append("tells each.\n\n")
                .append("| without | what is left out |");
        iommus.forEach(iommu -> text.append(" noticed on ").append(iommu).append(" by |"));
        text.append("\n|---|---").append("|---".repeat(iommus.size())).append("|\n");
        for (Omission omission : Omission.values()) {
            text.append("| `").append(omission.text()).append("` | ").append(omission.meaning()).append(" |");
            for (String iommu : iommus) {
                List<String> noticing = noticing(omission, iommu);
                text.append(' ')
                        .append(noticing.isEmpty() ? nobody(omission, iommu) : String.join("; ", noticing))
                        .append(" |");
            }
            text.append('\n');
        }
        if (design.equals(Needs.DESIGN)) {
            text.append('\n').append(reasons(iommus));
        }
        return text.toString();
    }

    private String nobody(Omission omission, String iommu) {
        Variant less = Variant.of(design).without(omission);
        long verified = scenarios.stream()
                .map(scenario -> outcomes.get(new Cell(less, iommu, scenario)))
                .filter(outcome -> outcome != null && outcome.verdict() == Outcome.Kind.VERIFIED)
                .count();
        return "**nobody**; %d of %d scenarios verified in full".formatted(verified, scenarios.size());
    }

    /** Why each omission is noticed, or is not, on each IOMMU: {@link Needs}, for a document. */
    public static String reasons(List<String> iommus) {
        StringBuilder text = new StringBuilder("## Why\n\n");
        String last = "";
        for (Need need : Needs.all()) {
            if (!iommus.contains(need.iommu())) {
                continue;
            }
            String reason = reason(need);
            if (reason.equals(last)) {
                continue;
            }
            last = reason;
            List<String> same = Needs.all().stream()
                    .filter(other -> other.omission() == need.omission() && reason(other).equals(reason))
                    .map(Need::iommu)
                    .filter(iommus::contains)
                    .toList();
            text.append("- `").append(need.omission().text()).append("` on ").append(String.join(" and ", same))
                    .append(reason);
        }
        return text.toString();
    }

    private static String reason(Need need) {
        if (need.isNoticed()) {
            return ": " + need.because() + " (" + shown(need.shown().getFirst()) + ").\n";
        }
        StringBuilder text = new StringBuilder(" is not missed: ").append(need.because()).append(".\n");
        for (Need.Shown shown : need.shown()) {
            text.append("  - In ").append(shown.cell().variant()).append(" it is: ").append(shown.because())
                    .append(" (").append(shown(shown)).append(").\n");
        }
        return text.toString();
    }

    private static String shown(Need.Shown shown) {
        return "`" + shown.cell().scenario() + "`: " + shown.check();
    }

    /** The omissions that no scenario notices on an IOMMU. */
    public List<Omission> unnoticed(String iommu) {
        return List.of(Omission.values()).stream()
                .filter(omission -> noticing(omission, iommu).isEmpty())
                .toList();
    }

    /** A scenario notices if it shows a violation that the whole design does not. */
    private List<String> noticing(Omission omission, String iommu) {
        Variant whole = Variant.of(design);
        Variant less = whole.without(omission);
        List<String> noticing = new ArrayList<>();
        for (String scenario : scenarios) {
            Outcome before = outcomes.get(new Cell(whole, iommu, scenario));
            Outcome after = outcomes.get(new Cell(less, iommu, scenario));
            if (before != null && after != null && after.seen().stream().anyMatch(seen -> !before.saw(seen.check()))) {
                noticing.add(notice(scenario, after));
            }
        }
        return noticing;
    }

    /** How a cell of the document says that a scenario notices. */
    static String notice(String scenario, Outcome outcome) {
        return scenario + ": " + ComparisonTable.cell(outcome);
    }
}
