package org.svalinn.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.svalinn.explore.Site;
import org.svalinn.explore.Violation;

/** Who holds what, as tables: one for each count, a line for each reference, the call path that took it below. */
public final class PinsText {
    private static final int PATH_INDENT = 6;

    private final Page page;

    public PinsText(Style style, int width) {
        this.page = new Page(style, width);
    }

    /**
     * @param until up to where the scenario ran, such as {@code close accel by child}, or empty when it ran to its end
     * @param holdings in the order in which they were taken
     */
    public String of(Subject subject, String until, List<Holding> holdings) {
        page.paragraph(page.style().bold("PINS") + "  ", 6, subject.inWords());
        page.blank();
        page.paragraph("", 0, "One run of the scenario, each actor in turn, "
                + (until.isEmpty() ? "to its end." : "up to and with \"" + until + "\"."));
        if (holdings.isEmpty()) {
            page.blank().line("No count was taken.");
        }
        tables(holdings).forEach(this::table);
        return page.toString();
    }

    private static SequencedMap<String, List<Holding>> tables(List<Holding> holdings) {
        SequencedMap<String, List<Holding>> tables = new LinkedHashMap<>();
        for (Holding holding : holdings) {
            tables.computeIfAbsent(holding.count() + " of the " + holding.of(), _ -> new ArrayList<>()).add(holding);
        }
        return tables;
    }

    private void table(String title, List<Holding> holdings) {
        page.blank();
        long held = holdings.stream().filter(Holding::isHeld).count();
        page.line(page.style().bold(title) + ": taken " + Numbers.of(holdings.size(), "time", "times") + ", "
                + (held == 0 ? "none held" : page.style().doubtful(Numbers.of(held) + " held")));
        for (Holding holding : holdings) {
            page.blank();
            String value = holding.count().equals("PASID") ? "PASID " + holding.value() : "making it " + holding.value();
            page.paragraph("", 2, "taken by " + party(holding.taken()) + ", " + value, page.style()::bold);
            new CallPath(holding.taken().path()).print(page, PATH_INDENT);
            page.paragraph("", 2, holding.givenBack().map(end -> "given back by " + party(end)).orElse("held"),
                    holding.isHeld() ? page.style()::doubtful : text -> text);
        }
    }

    private static String party(Violation.End end) {
        Site site = new CallPath(end.path()).telling().orElse(Site.named("?"));
        return end.actor() + ", in " + site.function() + (site.file().isEmpty() ? "" : " at " + CallPath.at(site));
    }
}
