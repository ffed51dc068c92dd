package org.svalinn.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.svalinn.explore.Site;

/** A call path, innermost first, and which of its frames a reader looks for. */
record CallPath(List<Site> sites) {
    private static final String HARNESS = "svalinn/";

    CallPath {
        sites = List.copyOf(sites);
    }

    /**
     * The frame to name: the first that is neither in a header, where {@code mmdrop()} and the like live, nor of
     * Svalinn's own harness. Where all are, it is the outermost of a header, which the harness called.
     */
    Optional<Site> telling() {
        return sites.stream()
                .filter(site -> !isHeader(site) && !isHarness(site))
                .findFirst()
                .or(() -> sites.stream().filter(site -> !isHarness(site)).reduce((inner, outer) -> outer))
                .or(() -> sites.stream().findFirst());
    }

    static boolean isHeader(Site site) {
        return site.file().endsWith(".h");
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
