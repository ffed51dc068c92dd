package org.svalinn.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.svalinn.kernel.simulate.Distribution;
import org.svalinn.kernel.simulate.Latency;
import org.svalinn.kernel.simulate.Parameters;
import org.svalinn.kernel.simulate.Result;

/** Simulations of several designs side by side, for people. */
public final class SimulationText {
    private SimulationText() {}

    /**
     * Tables, and then the answer.
     *
     * @param results of the same load on the same hardware; at least one
     * @param width columns of the screen
     */
    public static String of(Style style, int width, List<Result> results) {
        Parameters parameters = results.getFirst().parameters();
        Page page = new Page(style, width);
        page.paragraph("", 0, load(parameters));
        page.blank().line(style.bold("After the OOM kill of a bound process, until free: all its pages; those that the reaper may take"));
        page.line(times(style, results, List.of("all pages", "reapable"),
                List.of(result -> result.kills().toPages(), result -> result.kills().toPrivates())));
        page.blank().line(style.bold("At the exit of a bound process, killed or not: time in mmput(); time until its bond is gone"));
        page.line(times(style, results, List.of("mmput()", "bond gone"), List.of(Result::mmput, Result::unbind)));
        page.blank().line(style.bold("PASIDs, and what was never given back"));
        page.line(counts(style, results));
        List<String> answer = SimulationAnswer.of(results);
        if (!answer.isEmpty()) {
            page.blank().line(style.bold("Claim 2: would a tear-down in release() block mmput() for too long, or release pages too late?"));
            answer.forEach(sentence -> page.paragraph("", 2, sentence));
        }
        return page.toString();
    }

    private static String load(Parameters parameters) {
        Parameters.Load load = parameters.load();
        Parameters.Hardware hardware = parameters.hardware();
        return Numbers.of(load.processes()) + " processes, about " + Numbers.of(load.atOnce()) + " at once, with "
                + Numbers.of(load.pages()) + " pages each, " + load.sharedPercent() + " % of them shared; "
                + Numbers.of(load.oomKills()) + " are killed for want of memory"
                + (load.reaper() ? "" : ", without a reaper") + ". "
                + Numbers.of(hardware.devices(), "device that takes ", "devices that take ") + range(hardware.stop())
                + " to stop; a page request takes " + range(hardware.pageRequest()) + ", an invalidation "
                + range(hardware.invalidation()) + ". Seed " + parameters.seed() + ".";
    }

    private static String range(Latency latency) {
        return latency.min() == latency.max()
                ? Durations.of(latency.min())
                : Durations.of(latency.min()) + " to " + Durations.of(latency.max());
    }

    private interface Measure {
        Distribution of(Result result);
    }

    /** A table of measures, each with median, 99th percentile and maximum. */
    private static String times(Style style, List<Result> results, List<String> headings, List<Measure> measures) {
        List<String> first = new ArrayList<>(List.of("design"));
        headings.forEach(heading -> first.addAll(List.of(heading, "99 %", "max")));
        return table(style, results, first, result -> {
            List<String> row = new ArrayList<>();
            for (Measure measure : measures) {
                Distribution times = measure.of(result);
                row.addAll(times.isEmpty() ? List.of("-", "-", "-") : List.of(
                        Durations.of(times.median()), Durations.of(times.quantile(0.99)), Durations.of(times.longest())));
            }
            return row;
        });
    }

    private record Count(String heading, Function<Result, Long> of) {}

    private static final List<Count> COUNTS = List.of(
            new Count("in use at most", result -> (long) result.pasids().peak()),
            new Count("used again", result -> result.pasids().recycled()),
            new Count("ENOSPC", result -> result.pasids().refused()),
            new Count("freed under device", result -> result.pasids().reusedTooEarly()),
            new Count("mms left", result -> (long) result.left().addressSpaces()),
            new Count("pages left", result -> result.left().pages()));

    /** What is zero for all is left out. */
    private static String counts(Style style, List<Result> results) {
        List<Count> some = COUNTS.stream().filter(count -> results.stream().anyMatch(result -> count.of.apply(result) != 0)).toList();
        List<String> first = new ArrayList<>(List.of("design"));
        some.forEach(count -> first.add(count.heading));
        return table(style, results, first, result -> some.stream().map(count -> Numbers.of(count.of.apply(result))).toList());
    }

    /** A row for each design, or for several of which it is the same. */
    private static String table(Style style, List<Result> results, List<String> first, Function<Result, Object> row) {
        List<List<String>> cells = new ArrayList<>();
        cells.add(first);
        for (Alike designs : Alike.of(results, row)) {
            List<String> line = new ArrayList<>(List.of(designs.names(", ")));
            for (Object cell : (List<?>) row.apply(designs.result())) {
                line.add(cell.toString());
            }
            cells.add(line);
        }
        return Columns.of(style, cells, 1);
    }
}
