package org.svalinn.report;

import java.util.Locale;
import org.svalinn.kernel.simulate.Result;

/** What a simulation says of one design, in a line. */
public final class CostText {
    private CostText() {}

    /** How long a victim's pages stay, and how long an exit waits. */
    public static String of(Result result) {
        return ("%s: a victim's last page is free after %s (median; 99 %%: %s);"
                + " an exit is in mmput() for %s (median)").formatted(
                result.parameters().variant(),
                Durations.of(result.kills().toPages().median()),
                Durations.of(result.kills().toPages().quantile(0.99)),
                Durations.of(result.mmput().median()));
    }

    /** What was simulated, as far as it is the same for all designs. */
    public static String load(Result result) {
        var load = result.parameters().load();
        return String.format(
                Locale.ROOT,
                "%,d processes, %,d of them killed for want of memory, devices that take %s to %s to stop",
                load.processes(),
                load.oomKills(),
                Durations.of(result.parameters().hardware().stop().min()),
                Durations.of(result.parameters().hardware().stop().max()));
    }
}
