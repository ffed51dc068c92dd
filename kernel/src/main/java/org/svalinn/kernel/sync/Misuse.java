package org.svalinn.kernel.sync;

import java.util.List;
import org.svalinn.explore.Site;
import org.svalinn.explore.Violation;

/** Reports what lockdep and its like report: that something to synchronise with is used as it must not be. */
final class Misuse {
    private Misuse() {}

    /** A misuse after which the actor can go on. */
    static void report(Core core, String check, String message, Site site) {
        core.scheduler().report(violation(core, check, message, site));
    }

    /** One after which it cannot: throw the result. */
    static RuntimeException halt(Core core, String check, String message, Site site) {
        return core.scheduler().halt(violation(core, check, message, site));
    }

    private static Violation violation(Core core, String check, String message, Site site) {
        return new Violation(
                check, message, List.of(core.scheduler().end("by", site)), check + "|" + message + "|" + site);
    }
}
