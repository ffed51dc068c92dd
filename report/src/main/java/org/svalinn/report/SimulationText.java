package org.svalinn.report;

import java.util.ArrayList;
import java.util.List;
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
        page.blank().line(style.bold("Time since the OOM killer picked a victim that was bound, until what the reaper may take, all pages, and page tables are free"));
        page.line(times(style, results, List.of("reapable", "all pages", "page tables"), List.of(
                result -> result.kills().toPrivates(), result -> result.kills().toPages(), result -> result.kills().toTables())));
        page.blank().line(style.bold("Exit of a process that was bound: in mmput(), then to close and unbind; and until its pages are free"));
        page.line(times(style, results, List.of("mmput()", "then unbind", "pages free"),
                List.of(Result::mmput, Result::unbind, Result::exitToPages)));
        page.blank().line(style.bold("PASIDs, and what was not given back"));
        page.line(pasids(style, results));
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

    /** A table for three measures, each with median, 99th percentile and maximum. */
    private static String times(Style style, List<Result> results, List<String> headings, List<Measure> measures) {
        List<String> first = new ArrayList<>(List.of("design"));
        headings.forEach(heading -> first.addAll(List.of(heading, "99 %", "max")));
        List<List<String>> cells = new ArrayList<>();
        cells.add(first);
        for (Result result : results) {
            List<String> row = new ArrayList<>(List.of(result.parameters().variant().toString()));
            for (Measure measure : measures) {
                Distribution times = measure.of(result);
                row.addAll(times.isEmpty() ? List.of("-", "-", "-") : List.of(
                        Durations.of(times.median()), Durations.of(times.quantile(0.99)), Durations.of(times.longest())));
            }
            cells.add(row);
        }
        return Columns.of(style, cells, 1);
    }

    private static String pasids(Style style, List<Result> results) {
        List<List<String>> cells = new ArrayList<>();
        cells.add(List.of("design", "in use at most", "ENOSPC", "used again", "freed under a device", "mms left", "pages left",
                "reclaim blocked"));
        for (Result result : results) {
            Result.Pasids pasids = result.pasids();
            cells.add(List.of(
                    result.parameters().variant().toString(),
                    Numbers.of(pasids.peak()),
                    Numbers.of(pasids.refused()),
                    Numbers.of(pasids.recycled()),
                    Numbers.of(pasids.reusedTooEarly()),
                    Numbers.of(result.left().addressSpaces()),
                    Numbers.of(result.left().pages()),
                    Numbers.of(result.violations().getOrDefault("reclaim-blocked", 0L))));
        }
        return Columns.of(style, cells, 1);
    }
}
