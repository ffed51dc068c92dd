package org.svalinn.report;

import java.util.List;
import java.util.Locale;
import org.svalinn.kernel.simulate.Distribution;
import org.svalinn.kernel.simulate.Result;

/**
 * Simulations as a picture: which part of the OOM killer's victims is rid of its memory, how long after the kill. Three
 * charts with a common axis of time, in powers of ten, and a line for each design. A standalone SVG, to be read in light and in
 * dark; the same for the same results.
 */
public final class SimulationPlot {
    private static final int WIDTH = 860;
    private static final int LEFT = 62;
    private static final int RIGHT = 20;
    private static final int TOP = 106;
    private static final int HEIGHT = 150;
    private static final int GAP = 52;
    private static final int LEGEND_COLUMN = 185;
    private static final int LEGEND_COLUMNS = 4;
    private static final long SHORTEST = 1_000;

    /** Okabe and Ito's colours, which people with any colour vision can tell apart, and dashes for who sees none. */
    private static final String[] COLOURS = {"#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9"};

    private static final String[] DASHES = {"", "9 4", "2 4", "9 4 2 4", "", "6 3"};

    private final List<Result> results;
    private final int first;
    private final int last;
    private final StringBuilder svg = new StringBuilder();

    private interface Measure {
        Distribution of(Result result);
    }

    private SimulationPlot(List<Result> results) {
        this.results = results;
        long shortest = Long.MAX_VALUE;
        long longest = SHORTEST * 10;
        for (Result result : results) {
            Result.Kills kills = result.kills();
            for (Distribution times : List.of(kills.toPrivates(), kills.toPages(), kills.toTables())) {
                if (times.count() > 0) {
                    shortest = Math.min(shortest, times.buckets().getFirst().most());
                    longest = Math.max(longest, times.max());
                }
            }
        }
        first = (int) Math.floor(StrictMath.log10(Math.max(1, Math.min(shortest, longest / 10))));
        last = Math.max(first + 1, (int) Math.ceil(StrictMath.log10(longest)));
    }

    /** The picture, as the text of an SVG file. */
    public static String of(List<Result> results) {
        return new SimulationPlot(results).draw();
    }

    private String draw() {
        int legendRows = (results.size() + LEGEND_COLUMNS - 1) / LEGEND_COLUMNS;
        int top = TOP + (legendRows - 1) * 20;
        int height = top + 3 * HEIGHT + 2 * GAP + 44;
        line("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\" "
                + "aria-labelledby=\"title\" font-family=\"system-ui, sans-serif\" font-size=\"13\">", WIDTH, height, WIDTH, height);
        line("<title id=\"title\">How long after the OOM kill a victim's memory is free, by design</title>");
        line("<style>");
        line(".paper { fill: #ffffff } text { fill: #222222 } .faint { fill: #666666 } .grid { stroke: #dddddd } "
                + ".frame { stroke: #888888; fill: none }");
        line("@media (prefers-color-scheme: dark) { .paper { fill: #16181c } text { fill: #e8e8e8 } .faint { fill: #a0a0a0 } "
                + ".grid { stroke: #33363c } .frame { stroke: #888888 } }");
        line("polyline { fill: none; stroke-width: 2.5 }");
        line("</style>");
        line("<rect class=\"paper\" width=\"%d\" height=\"%d\"/>", WIDTH, height);
        text(LEFT, 26, "start", "", "font-size=\"17\" font-weight=\"600\"", "How long after the OOM kill a victim's memory is free");
        text(LEFT, 46, "start", "faint", "", "share of the victims, over virtual time since the kill; device stop "
                + Durations.of(results.getFirst().parameters().hardware().stop().min()) + " to "
                + Durations.of(results.getFirst().parameters().hardware().stop().max()));
        legend();
        chart(top, "what the OOM reaper may take", result -> result.kills().toPrivates());
        chart(top + HEIGHT + GAP, "all pages", result -> result.kills().toPages());
        chart(top + 2 * (HEIGHT + GAP), "page tables", result -> result.kills().toTables());
        text(WIDTH - RIGHT, height - 8, "end", "faint", "", "time since the kill");
        line("</svg>");
        return svg.toString();
    }

    private void legend() {
        for (int i = 0; i < results.size(); i++) {
            int x = LEFT + i % LEGEND_COLUMNS * LEGEND_COLUMN;
            int y = 66 + i / LEGEND_COLUMNS * 20;
            line("<polyline points=\"%d,%d %d,%d\" %s/>", x, y, x + 34, y, stroke(i));
            text(x + 42, y + 4, "start", "", "", results.get(i).parameters().variant().toString());
        }
    }

    private void chart(int top, String heading, Measure measure) {
        text(LEFT, top - 8, "start", "", "font-weight=\"600\"", heading);
        for (int power = first; power <= last; power++) {
            int x = (int) Math.round(x(power));
            line("<line class=\"grid\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>", x, top, x, top + HEIGHT);
            text(x, top + HEIGHT + 17, "middle", "faint", "", label(power));
        }
        for (int percent = 0; percent <= 100; percent += 25) {
            int y = (int) Math.round(y(top, percent / 100.0));
            line("<line class=\"grid\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>", LEFT, y, WIDTH - RIGHT, y);
            text(LEFT - 8, y + 4, "end", "faint", "", percent + " %");
        }
        line("<rect class=\"frame\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>", LEFT, top, WIDTH - LEFT - RIGHT, HEIGHT);
        for (int i = 0; i < results.size(); i++) {
            Distribution times = measure.of(results.get(i));
            if (times.count() > 0) {
                line("<polyline points=\"%s\" %s/>", points(top, times), stroke(i));
            }
        }
    }

    /** A curve that rises with each bucket, and goes on to the end at the height that it has reached. */
    private String points(int top, Distribution times) {
        double all = times.count() + times.never();
        StringBuilder points = new StringBuilder(point(LEFT, y(top, 0)));
        long sum = 0;
        for (Distribution.Bucket bucket : times.buckets()) {
            sum += bucket.count();
            double power = StrictMath.log10(Math.max(1, Math.min(bucket.most(), times.max())));
            points.append(sum == bucket.count() ? point(x(power), y(top, 0)) : "").append(point(x(power), y(top, sum / all)));
        }
        return points.append(point(WIDTH - RIGHT, y(top, sum / all))).toString().strip();
    }

    private static String point(double x, double y) {
        return String.format(Locale.ROOT, "%.1f,%.1f ", x, y);
    }

    private static String stroke(int index) {
        String dash = DASHES[index % DASHES.length];
        return "stroke=\"" + COLOURS[index % COLOURS.length] + "\"" + (dash.isEmpty() ? "" : " stroke-dasharray=\"" + dash + "\"");
    }

    private double x(double power) {
        return LEFT + (power - first) / (last - first) * (WIDTH - LEFT - RIGHT);
    }

    private static double y(int top, double share) {
        return top + HEIGHT - share * HEIGHT;
    }

    private static String label(int power) {
        long time = Math.round(StrictMath.pow(10, power));
        String[] units = {"ns", "us", "ms", "s"};
        int unit = Math.min(units.length - 1, power / 3);
        return time / Math.round(StrictMath.pow(1000, unit)) + " " + units[unit];
    }

    private void text(int x, int y, String anchor, String style, String more, String words) {
        line("<text x=\"%d\" y=\"%d\" text-anchor=\"%s\"%s%s>%s</text>", x, y, anchor,
                style.isEmpty() ? "" : " class=\"" + style + "\"", more.isEmpty() ? "" : " " + more, escape(words));
    }

    private static String escape(String words) {
        return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private void line(String format, Object... arguments) {
        svg.append(arguments.length == 0 ? format : String.format(Locale.ROOT, format, arguments)).append('\n');
    }
}
