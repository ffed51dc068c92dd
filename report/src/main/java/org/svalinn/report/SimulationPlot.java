package org.svalinn.report;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.svalinn.kernel.simulate.Distribution;
import org.svalinn.kernel.simulate.Latency;
import org.svalinn.kernel.simulate.Result;

/**
 * Simulations as a picture of four charts: which part of processes has its pages free, what the reaper may take free, and its bond
 * gone, how long after the OOM kill or the beginning of exit, in powers of ten; and how many PASIDs are in use. Designs with the same times and
 * the same greatest number of PASIDs share a line. A standalone SVG, to be read in light and in dark; the same for the same results.
 */
public final class SimulationPlot {
    private static final int WIDTH = 980;
    private static final int LEFT = 66;
    private static final int RIGHT = 26;
    private static final int HEIGHT = 190;
    /** Of one chart. */
    private static final int BREADTH = 405;
    /** From the beginning of one chart to that of the next. */
    private static final int COLUMN = WIDTH - RIGHT - LEFT - BREADTH;

    private static final int ROW = HEIGHT + 78;
    private static final int TOP = 78;
    private static final int LETTER = 8;
    private static final long SHORTEST = 1_000;

    /** Okabe and Ito's colours, which people with any colour vision can tell apart, and dashes for who sees none. */
    private static final String[] COLOURS = {"#0072b2", "#e69f00", "#d55e00", "#009e73", "#cc79a7", "#56b4e9"};

    private static final String[] DASHES = {"", "5 7", "", "9 4", "9 4 2 4", "2 3"};

    private final List<Alike> designs;
    private final Latency stop;
    private final int first;
    private final int last;
    private final StringBuilder svg = new StringBuilder();

    private interface Measure {
        Distribution of(Result result);
    }

    /** Where a chart is. */
    private record Chart(int left, int top) {
        double x(double part) {
            return left + part * BREADTH;
        }

        double y(double part) {
            return top + HEIGHT - part * HEIGHT;
        }

        int right() {
            return left + BREADTH;
        }

        int bottom() {
            return top + HEIGHT;
        }
    }

    private SimulationPlot(List<Result> results) {
        designs = Alike.of(results, result -> List.of(
                result.kills().toPages(), result.kills().toPrivates(), result.unbind(), result.pasids().peak()));
        stop = results.getFirst().parameters().hardware().stop();
        long shortest = Long.MAX_VALUE;
        long longest = SHORTEST * 10;
        for (Result result : results) {
            for (Distribution times : List.of(result.kills().toPrivates(), result.kills().toPages(), result.unbind())) {
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
        int below = legend();
        String legend = svg.toString();
        svg.setLength(0);
        int top = below + 46;
        int height = top + 2 * ROW - 10;
        line("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\" "
                + "aria-labelledby=\"title\" font-family=\"system-ui, sans-serif\" font-size=\"13\">", WIDTH, height, WIDTH, height);
        line("<title id=\"title\">How long after an OOM kill memory is free and a bond is gone, and PASIDs in use, by design</title>");
        line("<style>");
        line(".paper { fill: #ffffff } text { fill: #222222 } .faint { fill: #666666 } .grid { stroke: #dddddd } "
                + ".frame { stroke: #888888; fill: none }");
        line("@media (prefers-color-scheme: dark) { .paper { fill: #16181c } text { fill: #e8e8e8 } .faint { fill: #a0a0a0 } "
                + ".grid { stroke: #33363c } .frame { stroke: #888888 } }");
        line("polyline { fill: none; stroke-linejoin: round }");
        line("</style>");
        line("<rect class=\"paper\" width=\"%d\" height=\"%d\"/>", WIDTH, height);
        text(LEFT, 28, "start", "", "font-size=\"17\" font-weight=\"600\"",
                "How long after an OOM kill memory is free, and how long a bond stays");
        text(LEFT, 50, "start", "faint", "",
                "virtual time; devices take " + Durations.of(stop.min()) + " to " + Durations.of(stop.max()) + " to stop");
        svg.append(legend);
        times(new Chart(LEFT, top), "Victims whose pages are all free", "since the kill", result -> result.kills().toPages());
        times(new Chart(LEFT + COLUMN, top), "Victims whose reapable pages are free", "since the kill",
                result -> result.kills().toPrivates());
        times(new Chart(LEFT, top + ROW), "Processes whose bond is gone", "since the kill, or else since exit began", Result::unbind);
        pasids(new Chart(LEFT + COLUMN, top + ROW));
        line("</svg>");
        return svg.toString();
    }

    /** Gives where it ends. */
    private int legend() {
        int x = LEFT;
        int y = TOP;
        for (int i = 0; i < designs.size(); i++) {
            String name = designs.get(i).names(" = ");
            int width = 72 + name.length() * LETTER;
            if (x > LEFT && x + width > WIDTH - RIGHT) {
                x = LEFT;
                y += 22;
            }
            line("<polyline points=\"%d,%d %d,%d\" %s/>", x, y, x + 36, y, stroke(i));
            text(x + 44, y + 4, "start", "", "", name);
            x += width;
        }
        return y;
    }

    // Times

    private void times(Chart chart, String heading, String axis, Measure measure) {
        frame(chart, heading, axis);
        for (int power = first; power <= last; power++) {
            mark(chart, (double) (power - first) / (last - first), label(power));
        }
        for (int percent = 0; percent <= 100; percent += 25) {
            level(chart, percent / 100.0, percent + " %");
        }
        for (int i = 0; i < designs.size(); i++) {
            Distribution times = measure.of(designs.get(i).result());
            if (times.count() > 0) {
                line("<polyline points=\"%s\" %s/>", curve(chart, times), stroke(i));
            }
            if (times.never() > 0) {
                double all = times.count() + times.never();
                double never = times.never() / all;
                text(chart.right() - 8, (int) Math.round(chart.y(1 - never)) + (never > 0.5 ? -8 : 17), "end", "faint",
                        "font-size=\"12\"", Math.max(1, Math.round(never * 100)) + " % never");
            }
        }
    }

    /** A curve that rises with each bucket, and goes on to the end at the height that it has reached. */
    private String curve(Chart chart, Distribution times) {
        double all = times.count() + times.never();
        StringBuilder points = new StringBuilder(point(chart.x(0), chart.y(0)));
        long sum = 0;
        for (Distribution.Bucket bucket : times.buckets()) {
            double power = StrictMath.log10(Math.max(1, Math.min(bucket.most(), times.max())));
            double x = chart.x(Math.max(0, (power - first) / (last - first)));
            points.append(sum == 0 ? point(x, chart.y(0)) : "");
            sum += bucket.count();
            points.append(point(x, chart.y(sum / all)));
        }
        return points.append(point(chart.x(1), chart.y(sum / all))).toString().strip();
    }

    private static String label(int power) {
        long time = Math.round(StrictMath.pow(10, power));
        String[] units = {"ns", "us", "ms", "s"};
        int unit = Math.min(units.length - 1, power / 3);
        return time / Math.round(StrictMath.pow(1000, unit)) + " " + units[unit];
    }

    // PASIDs

    private void pasids(Chart chart) {
        long most = Math.max(4, greatest(result -> (long) result.pasids().peak()));
        double seconds = Math.max(1, greatest(result -> result.pasids().span() * result.pasids().inUse().size()) / 1e9);
        frame(chart, "PASIDs in use", "since the beginning");
        double every = step(seconds, 5);
        for (double time = 0; time <= seconds; time += every) {
            mark(chart, time / seconds, String.format(Locale.ROOT, "%,.0f s", time));
        }
        double top = most * 1.05;
        double some = step(top, 5);
        for (double number = 0; number <= top; number += some) {
            level(chart, number / top, String.format(Locale.ROOT, "%,.0f", number));
        }
        for (int i = 0; i < designs.size(); i++) {
            Result.Pasids pasids = designs.get(i).result().pasids();
            StringBuilder points = new StringBuilder(point(chart.x(0), chart.y(0)));
            for (int span = 0; span < pasids.inUse().size(); span++) {
                double time = (span + 0.5) * pasids.span() / 1e9;
                points.append(point(chart.x(time / seconds), chart.y(pasids.inUse().get(span) / top)));
            }
            line("<polyline points=\"%s\" %s/>", points.toString().strip(), stroke(i));
        }
    }

    private long greatest(Function<Result, Long> number) {
        return designs.stream().mapToLong(each -> number.apply(each.result())).max().orElse(0);
    }

    /** 1, 2 or 5 times a power of ten, such that at most so many of it are in a range. */
    private static double step(double range, int times) {
        double power = StrictMath.pow(10, Math.floor(StrictMath.log10(range / times)));
        for (int factor : new int[] {1, 2, 5}) {
            if (factor * power >= 1 && range / (factor * power) <= times) {
                return factor * power;
            }
        }
        return Math.max(1, 10 * power);
    }

    // What charts are made of

    private void frame(Chart chart, String heading, String axis) {
        text(chart.left(), chart.top() - 10, "start", "", "font-weight=\"600\"", heading);
        text(chart.right(), chart.bottom() + 36, "end", "faint", "", axis);
        line("<rect class=\"frame\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>", chart.left(), chart.top(), BREADTH, HEIGHT);
    }

    /** A value on the axis of time. */
    private void mark(Chart chart, double part, String label) {
        int x = (int) Math.round(chart.x(part));
        line("<line class=\"grid\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>", x, chart.top(), x, chart.bottom());
        text(x, chart.bottom() + 18, "middle", "faint", "", label);
    }

    private void level(Chart chart, double part, String label) {
        int y = (int) Math.round(chart.y(part));
        line("<line class=\"grid\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>", chart.left(), y, chart.right(), y);
        text(chart.left() - 8, y + 4, "end", "faint", "", label);
    }

    private static String point(double x, double y) {
        return String.format(Locale.ROOT, "%.1f,%.1f ", x, y);
    }

    /** The first is broad, so that it can be seen below the others where they run alike. */
    private static String stroke(int index) {
        String dash = DASHES[index % DASHES.length];
        return "stroke=\"" + COLOURS[index % COLOURS.length] + "\" stroke-width=\"" + (index == 0 ? "4.5" : "2.2") + "\""
                + (dash.isEmpty() ? "" : " stroke-dasharray=\"" + dash + "\"");
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
