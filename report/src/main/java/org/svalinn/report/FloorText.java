package org.svalinn.report;

import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** The floor as people read it: per scenario what ran as C and what in Java; then all that Java can provide. */
public final class FloorText {
    private final Page page;

    public FloorText(Style style, int width) {
        this.page = new Page(style, width);
    }

    /** One scenario. */
    public FloorText scenario(Subject subject, FloorUse use) {
        long harness = use.inC().stream().filter(function -> isHarness(function.file())).count();
        page.paragraph(page.style().bold("FLOOR") + "  ", 7, subject.inWords());
        page.blank();
        page.line(page.style().bold("Ran as the tree's own C") + ": "
                + Numbers.of(use.inC().size() - harness, "function", "functions"));
        grouped(use.inC().stream().filter(function -> !isHarness(function.file())).toList(), FloorUse.CCode::file, FloorUse.CCode::function);
        page.blank();
        page.line(page.style().bold("Ran as Svalinn's own C, the harness") + ": " + Numbers.of(harness, "function", "functions"));
        grouped(use.inC().stream().filter(function -> isHarness(function.file())).toList(), FloorUse.CCode::file, FloorUse.CCode::function);
        page.blank();
        page.line(page.style().bold("Ran on the floor, in Java") + ": " + Numbers.of(use.onFloor().size(), "function", "functions")
                + ", by what they stand for");
        grouped(use.onFloor(), FloorUse.Provided::standsFor, FloorUse.Provided::function);
        page.blank();
        return this;
    }

    /** Everything on the floor, whatever ran. */
    public FloorText whole(FloorUse use) {
        page.line(page.style().bold("The whole floor") + ": "
                + Numbers.of(use.wholeFloor().size(), "function", "functions") + " that Java provides, by what they stand for");
        grouped(use.wholeFloor(), FloorUse.Provided::standsFor, FloorUse.Provided::function);
        return this;
    }

    public String text() {
        return page.toString();
    }

    private static boolean isHarness(String file) {
        return CallPath.isHarness(new org.svalinn.explore.Site(file, 0, ""));
    }

    private <T> void grouped(List<T> functions, Function<T, String> group, Function<T, String> name) {
        SequencedMap<String, List<String>> groups = new TreeMap<>();
        functions.forEach(function -> groups.computeIfAbsent(group.apply(function), _ -> new ArrayList<>()).add(name.apply(function)));
        groups.forEach((title, names) -> {
            page.paragraph("", 2, title.isEmpty() ? "(no file)" : title);
            page.paragraph("", 6, String.join(", ", names.stream().sorted().toList()), page.style()::dim);
        });
    }
}
