package org.svalinn.report;

import java.util.List;
import org.svalinn.explore.Narrative;
import org.svalinn.explore.Site;
import org.svalinn.explore.Violation;

/** A replayed run, told step by step. */
public final class ReplayText {
    private final Style style;
    private final int width;

    public ReplayText(Style style, int width) {
        this.style = style;
        this.width = width;
    }

    public String heading(Subject subject, Violation violation) {
        Page page = new Page(style, width);
        page.paragraph(style.bold("REPLAY") + "    ", 10, subject.inWords());
        page.blank();
        page.paragraph("Recorded", 10, violation.check() + ": " + violation.message());
        return page.toString();
    }

    /** One step with its call path. */
    public String step(Narrative.Step step, boolean newTurn) {
        Page page = new Page(style, width);
        if (newTurn) {
            String how = step.preempts() ? " (takes the turn from an actor that could go on)" : "";
            page.blank().line(style.bold("-- " + step.actor() + how));
        }
        page.paragraph(Page.padLeft(Integer.toString(step.number()), 5) + "  ", 7, ScheduleColumns.what(step));
        int shown = 0;
        for (Site site : step.path()) {
            if (CallPath.isHarness(site)) {
                continue;
            }
            page.line(style.dim("         " + (shown++ == 0 ? "in " : "   ") + site));
        }
        return page.toString();
    }

    /** What the run showed, whichever violations those are. */
    public String ending(List<Violation> violations, String departure) {
        Page page = new Page(style, width);
        for (Violation violation : violations) {
            page.blank();
            new ViolationText(page).print(violation, "");
        }
        if (!departure.isEmpty()) {
            page.blank();
            page.paragraph(style.doubtful("Departed") + "  ", 10, departure);
        }
        return page.toString();
    }
}
