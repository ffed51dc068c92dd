package org.svalinn.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Measured operations of the machine as a table. */
public final class MachineBenchTable {
    private static final List<String> HEADINGS = List.of("operation", "on", "ns/op", "error", "bar", "of the bar");

    /**
     * One operation, measured.
     *
     * @param operation in words
     * @param on the IOMMU or page-table format; empty where there is only one
     * @param nanos of one operation
     * @param error of that, in nanoseconds either way
     * @param barLow the best case of what it is compared with, in nanoseconds; 0 where there is nothing to compare with
     * @param barHigh the worst case of that; the same where the bar is a limit
     */
    public record Row(String operation, String on, double nanos, double error, double barLow, double barHigh) {
        public boolean hasBar() {
            return barLow > 0;
        }

        /** The time as a part of the bar's best case: less than 1 is better. */
        public double ratio() {
            return nanos / barLow;
        }
    }

    private MachineBenchTable() {}

    /** @param how how it was measured, in words */
    public static String of(Style style, String how, List<Row> rows) {
        List<List<String>> cells = new ArrayList<>();
        cells.add(HEADINGS);
        for (Row row : rows) {
            cells.add(List.of(
                    row.operation(), row.on(), nanos(row.nanos()), "± " + nanos(row.error()), bar(row),
                    row.hasBar() ? decimal(row.ratio(), 2) : ""));
        }
        StringBuilder text = new StringBuilder(how).append("\n\n").append(Columns.of(style, cells, 2));
        return text.append("""

                bar         what the same takes in a model in C at -O2, from its best case to its worst; "<" is a limit
                of the bar  the time in parts of the bar's best case: less than 1.00 is ahead of it
                """).toString();
    }

    private static String bar(Row row) {
        if (!row.hasBar()) {
            return "";
        }
        return row.barLow() == row.barHigh()
                ? "< " + nanos(row.barHigh())
                : decimal(row.barLow(), 0) + "-" + decimal(row.barHigh(), 0);
    }

    private static String nanos(double nanos) {
        return decimal(nanos, nanos < 1000 ? 1 : 0);
    }

    private static String decimal(double number, int digits) {
        return String.format(Locale.ROOT, "%,." + digits + "f", number);
    }
}
