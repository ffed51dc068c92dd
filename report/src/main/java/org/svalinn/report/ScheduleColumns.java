package org.svalinn.report;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.svalinn.explore.Narrative;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Verdict;

/**
 * A schedule as columns, one actor each, time running down.
 *
 * <p>Where the screen is wide enough the columns stand side by side. Where it is not, they overlap: each still begins at
 * its own place, but its text may run on over the columns to its right, which is no loss, since only one actor steps at
 * a time.
 */
final class ScheduleColumns {
    private static final int NUMBER = 5;
    private static final int NARROWEST_CELL = 36;
    private static final int MARK = 2;

    /** Operations on a whole object, which their note names, while what they touch first is its first field. */
    private static final Set<Operation> WHOLE = EnumSet.of(Operation.ALLOCATE, Operation.FREE);

    private final Page page;
    private final boolean everyStep;

    ScheduleColumns(Page page, boolean everyStep) {
        this.page = page;
        this.everyStep = everyStep;
    }

    void print(Verdict.Counterexample counterexample) {
        Narrative narrative = counterexample.narrative();
        List<Narrative.Step> steps = narrative.steps();
        BitSet shown = new BitSet();
        if (everyStep) {
            shown.set(0, steps.size());
        } else {
            shown = Highlights.of(narrative, counterexample.violation());
        }
        Lanes lanes = new Lanes(narrative, page.width(), everyStep);
        for (int i = 0; i < steps.size(); i++) {
            if (lanes.of(steps.get(i).actor()) < 0) {
                shown.clear(i);
            }
        }
        int rows = shown.cardinality();
        page.line("  " + page.style().bold("How it comes about") + ": " + Numbers.of(steps.size(), "step", "steps")
                + (rows < steps.size() ? ", of which " + Numbers.of(rows) + " are shown" : "") + "; time runs down.");
        page.blank();
        header(lanes);
        int hidden = 0;
        String lastPlace = "";
        for (int i = 0; i < steps.size(); i++) {
            Narrative.Step step = steps.get(i);
            int lane = lanes.of(step.actor());
            if (!shown.get(i)) {
                hidden += lane < 0 ? 0 : 1;
                continue;
            }
            boolean sameTurn = i > 0 && steps.get(i - 1).actor().equals(step.actor());
            if (!sameTurn && i > 0) {
                page.line(lanes.bars(page.style()));
            }
            if (hidden > 0) {
                page.line(lanes.dimText(lane, "... " + Numbers.of(hidden, "step", "steps") + " of its own", page.style()));
                hidden = 0;
                lastPlace = "";
            }
            String place = place(step);
            step(step, lanes, lane, sameTurn && place.equals(lastPlace) ? "" : place);
            lastPlace = place;
        }
        page.line(lanes.bars(page.style()));
        String found = counterexample.violation().check() + ": " + counterexample.violation().message();
        page.paragraph("", NUMBER + MARK, "=> " + found, page.style()::bad);
    }

    private void header(Lanes lanes) {
        List<List<String>> names = new ArrayList<>();
        for (int lane = 0; lane < lanes.size(); lane++) {
            names.add(Page.wrap(lanes.name(lane), Math.max(4, lanes.spacing() - 1)));
        }
        int lines = names.stream().mapToInt(List::size).max().orElse(0);
        for (int line = 0; line < lines; line++) {
            StringBuilder text = new StringBuilder(line == 0 ? " step" : "");
            for (int lane = 0; lane < lanes.size(); lane++) {
                List<String> name = names.get(lane);
                if (line < name.size()) {
                    text.append(" ".repeat(Math.max(0, lanes.start(lane) - text.length()))).append(name.get(line));
                }
            }
            page.line(page.style().bold(text.toString()));
        }
    }

    private void step(Narrative.Step step, Lanes lanes, int lane, String place) {
        Style style = page.style();
        String number = Page.padLeft(Integer.toString(step.number()), NUMBER);
        String mark = "*";
        for (String line : Page.wrap(what(step) + (step.preempts() ? " (takes the turn)" : ""), lanes.cell(lane))) {
            page.line(lanes.text(number, lane, mark, line, style));
            number = " ".repeat(NUMBER);
            mark = "|";
        }
        if (!place.isEmpty()) {
            for (String line : Page.wrap(place, lanes.cell(lane) - 2)) {
                page.line(lanes.dimText(lane, "  " + line, style));
            }
        }
    }

    /** What a step does, in words: {@code update mm_struct of parent.mm_count: 2 -> 1}. */
    static String what(Narrative.Step step) {
        String operation = step.operation().name().toLowerCase(Locale.ROOT);
        if (WHOLE.contains(step.operation()) && !step.note().isEmpty()) {
            return operation + " " + step.note();
        }
        String object = step.object().isEmpty() ? "" : " " + step.object();
        String note = step.note().isEmpty() ? "" : ": " + Page.unbroken(step.note());
        return operation + object + note;
    }

    /** Where a step is: the telling frame of its path. Folders are left out: whole paths are with the violation's ends. */
    static String place(Narrative.Step step) {
        if (step.operation() == Operation.START) {
            return "";
        }
        return new CallPath(step.path())
                .telling()
                .map(site -> site.function() + (site.file().isEmpty() ? "" : " " + CallPath.shortly(site)))
                .filter(place -> !place.equalsIgnoreCase(step.operation().name()))
                .orElse("");
    }

    /** Where each actor that steps has its column. */
    private static final class Lanes {
        private final List<String> names;
        private final int width;
        private final int spacing;

        /** @param idleToo whether an actor that only starts, as idle daemons do, has one too */
        Lanes(Narrative narrative, int width, boolean idleToo) {
            this.width = width;
            List<String> active = narrative.steps().stream()
                    .filter(step -> idleToo || step.operation() != Operation.START)
                    .map(Narrative.Step::actor)
                    .distinct()
                    .toList();
            names = narrative.actors().stream().filter(active::contains).toList();
            int room = width - NUMBER - MARK;
            int count = Math.max(1, names.size());
            spacing = room / count >= NARROWEST_CELL + MARK || count == 1
                    ? room / count
                    : Math.max(4, (room - NARROWEST_CELL - MARK) / (count - 1));
        }

        int size() {
            return names.size();
        }

        String name(int lane) {
            return names.get(lane);
        }

        int of(String actor) {
            return names.indexOf(actor);
        }

        int spacing() {
            return spacing;
        }

        int start(int lane) {
            return NUMBER + MARK + lane * spacing;
        }

        /** How wide the text of a lane may be. */
        int cell(int lane) {
            int room = width - start(lane) - MARK;
            return Math.max(10, Math.min(room, Math.max(NARROWEST_CELL, spacing - 2 * MARK)));
        }

        /** A line on which nothing happens. */
        String bars(Style style) {
            return line("", -1, "|", 0, "", style);
        }

        String text(String number, int lane, String mark, String text, Style style) {
            return line(number, lane, mark, text.length(), text, style);
        }

        String dimText(int lane, String text, Style style) {
            return line("", lane, "|", text.length(), style.dim(text), style);
        }

        /** One line: the number, a bar for each lane, and the text in its lane, over the bars to its right. */
        private String line(String number, int own, String mark, int length, String text, Style style) {
            StringBuilder line = new StringBuilder(style.dim(number));
            int written = number.length();
            for (int lane = 0; lane < names.size(); lane++) {
                int gap = start(lane) - written;
                if (gap < 0) {
                    continue;
                }
                line.append(" ".repeat(gap)).append(lane == own ? style.bold(mark) : style.dim("|"));
                written = start(lane) + 1;
                if (lane == own) {
                    line.append(' ').append(text);
                    written += 1 + length;
                }
            }
            return line.toString();
        }
    }
}
