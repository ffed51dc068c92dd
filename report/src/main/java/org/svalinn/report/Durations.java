package org.svalinn.report;

import java.util.Locale;
import org.svalinn.kernel.simulate.Distribution;

/** Virtual time as people read it: three figures and a unit. */
final class Durations {
    private static final String[] UNITS = {"ns", "us", "ms", "s"};

    private Durations() {}

    static String of(long nanoseconds) {
        if (nanoseconds == Distribution.NEVER) {
            return "never";
        }
        double value = nanoseconds;
        int unit = 0;
        while (value >= 999.5 && unit < UNITS.length - 1) {
            value /= 1000;
            unit++;
        }
        int digits = unit == 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
        return String.format(Locale.ROOT, "%,." + digits + "f %s", value, UNITS[unit]);
    }
}
