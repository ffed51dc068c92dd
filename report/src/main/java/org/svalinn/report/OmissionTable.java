package org.svalinn.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.svalinn.kernel.design.Design;
import org.svalinn.kernel.design.Omission;
import org.svalinn.kernel.design.Variant;
import org.svalinn.scenario.Cell;
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
    public String text(Style style) {
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
        return "What " + design.name() + " is without each of its steps\n\n" + Columns.of(style, lines, 4);
    }

    /** For a document: every scenario that notices. */
    public String markdown() {
        StringBuilder text = new StringBuilder("| without | what is left out |");
        iommus.forEach(iommu -> text.append(" noticed on ").append(iommu).append(" by |"));
        text.append("\n|---|---").append("|---".repeat(iommus.size())).append("|\n");
        for (Omission omission : Omission.values()) {
            text.append("| `").append(omission.text()).append("` | ").append(omission.meaning()).append(" |");
            for (String iommu : iommus) {
                List<String> noticing = noticing(omission, iommu);
                text.append(' ').append(noticing.isEmpty() ? "**nobody**" : String.join("; ", noticing)).append(" |");
            }
            text.append('\n');
        }
        return text.toString();
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
                noticing.add(scenario + ": " + ComparisonTable.cell(after));
            }
        }
        return noticing;
    }
}
