package org.svalinn.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.svalinn.explore.Site;

/** A call path, innermost first, and which of its frames a reader looks for. */
record CallPath(List<Site> sites) {
    private static final String HARNESS = "svalinn/";

    /** What counts for whoever calls it: C's names outside of headers, and those of the reference kernel. */
    private static final Pattern COUNTING =
            Pattern.compile("mmget|mmget_not_zero|mmput|mmput_async|mmgrab|mmdrop|mm_pasid_set|mm_pasid_drop"
                    + "|Mm[.](get|getNotZero|put|putAsync|grab|drop|setPasid|dropPasid)");

    CallPath {
        sites = named(sites);
    }

    /** The reference kernel's paths begin with what the kernel calls the place: its file and line are the next frame's. */
    private static List<Site> named(List<Site> sites) {
        if (sites.size() < 2 || !sites.getFirst().file().isEmpty() || sites.get(1).file().isEmpty()) {
            return List.copyOf(sites);
        }
        List<Site> named = new ArrayList<>(sites.subList(1, sites.size()));
        named.set(0, new Site(named.getFirst().file(), named.getFirst().line(), sites.getFirst().function()));
        return List.copyOf(named);
    }

    /**
     * The frame to name: the first that does not just count for its caller, as {@code mmdrop()} does, in a header or not, and is
     * not of Svalinn's own harness. Where all are, it is the outermost of them, which the harness called.
     */
    Optional<Site> telling() {
        return sites.stream()
                .filter(site -> !isHeader(site) && !isHarness(site) && !isCounting(site))
                .findFirst()
                .or(() -> sites.stream().filter(site -> !isHarness(site)).reduce((inner, outer) -> outer))
                .or(() -> sites.stream().findFirst());
    }

    /** The frame to name of a party to a violation: {@link #telling}, but for a phrase that says what happens there. */
    Optional<Site> tellingCall() {
        return telling().filter(site -> !isPhrase(site))
                .or(() -> sites.stream().filter(site -> !isPhrase(site)).findFirst())
                .or(this::telling);
    }

    private static boolean isPhrase(Site site) {
        return site.function().indexOf(' ') >= 0 && !site.function().startsWith("new ");
    }

    static boolean isHeader(Site site) {
        return site.file().endsWith(".h");
    }

    private static boolean isCounting(Site site) {
        return COUNTING.matcher(site.function()).matches();
    }

    /** Whether the frame is of the C that Svalinn puts around the kernel's files. */
    static boolean isHarness(Site site) {
        return site.file().startsWith(HARNESS);
    }

    /** The file's name without its folders, and the line: for where there is little room. */
    static String shortly(Site site) {
        return site.file().substring(site.file().lastIndexOf('/') + 1) + ":" + site.line();
    }

    static String at(Site site) {
        return site.file().isEmpty() ? "" : site.file() + ":" + site.line();
    }

    /** Puts the path on the page, a line each; calls of the harness around it share one. */
    void print(Page page, int indent) {
        int widest = sites.stream().mapToInt(site -> site.function().length()).max().orElse(0);
        int column = Math.min(widest, 36) + 2;
        Site telling = telling().orElse(null);
        List<String> harness = new ArrayList<>();
        for (Site site : sites) {
            if (isHarness(site)) {
                harness.add(site.function());
                continue;
            }
            flush(harness, page, indent);
            String line = " ".repeat(indent) + Page.pad(site.function(), column) + at(site);
            page.line(site.equals(telling) ? page.style().bold(line) : isHeader(site) ? page.style().dim(line) : line);
        }
        flush(harness, page, indent);
    }

    private static void flush(List<String> harness, Page page, int indent) {
        if (!harness.isEmpty()) {
            page.paragraph("", indent, "(harness: " + String.join(", ", harness) + ")", page.style()::dim);
            harness.clear();
        }
    }
}
