package org.svalinn.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Measured times as a table. */
public final class BenchTable {
    private static final List<String> HEADINGS =
            List.of("scenario", "verdict", "load", "set-up", "launch to verdict", "executions", "per second", "steps");

    /**
     * One scenario, measured.
     *
     * @param scenario its name
     * @param verdict the word for its verdict
     * @param loadMillis to read, parse and translate the kernel; the same for all scenarios of one launch
     * @param setupMillis to start the kernel and to make the setup
     * @param verdictMillis from the launch of the process to the verdict, as if only this scenario had been asked for
     * @param executions runs made
     * @param steps visible operations taken
     * @param exploreMillis the search alone
     */
    public record Row(
            String scenario,
            String verdict,
            long loadMillis,
            long setupMillis,
            long verdictMillis,
            long executions,
            long steps,
            long exploreMillis) {
        public long executionsPerSecond() {
            return executions * 1000 / Math.max(1, exploreMillis);
        }
    }

    private BenchTable() {}

    public static String of(Style style, String kernel, List<Row> rows) {
        List<List<String>> cells = new ArrayList<>();
        cells.add(HEADINGS);
        for (Row row : rows) {
            cells.add(List.of(
                    row.scenario(),
                    row.verdict().toLowerCase(Locale.ROOT),
                    Numbers.seconds(row.loadMillis()),
                    Numbers.seconds(row.setupMillis()),
                    Numbers.seconds(row.verdictMillis()),
                    Numbers.of(row.executions()),
                    Numbers.of(row.executionsPerSecond()),
                    Numbers.of(row.steps())));
        }
        return kernel + "\n\n" + Columns.of(style, cells, 2);
    }
}
