package org.svalinn.kernel.mm;

import java.util.List;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.explore.Violation;
import org.svalinn.kernel.sync.Core;

/**
 * Sees that the memory of an OOM killer's victim cannot be freed before some <em>device</em> acts: somebody waits for
 * a device inside {@code mmput()}, or while he holds {@code mm_users}, and the mm is a victim, or becomes one before
 * the wait is over. The reaper does not need {@code mm_users}; what it may have freed by then is told, and what only
 * the exit can free: the page tables, what others could see, and what notifiers that sleep kept it from.
 */
public final class Reclaim {
    private static final Site BEGIN = Site.named("waits for a device");
    private static final Site END = Site.named("has waited for a device");

    private final Core core;

    Reclaim(Core core) {
        this.core = core;
    }

    /**
     * A wait for a device begins that is made inside of {@code mmput()} of this mm, or by one who holds its
     * {@code mm_users}.
     *
     * @param what for whom it waits, as in "waits for ..."
     */
    public void begin(Mm mm, String what) {
        core.scheduler().step(Operation.UPDATE, mm.number(), Mm.FLAGS, BEGIN);
        mm.use(BEGIN);
        mm.deviceWaits.count++;
        mm.deviceWaits.what = what;
        check(mm, BEGIN);
    }

    /** The wait is over. */
    public void end(Mm mm) {
        core.scheduler().step(Operation.UPDATE, mm.number(), Mm.FLAGS, END);
        mm.use(END);
        mm.deviceWaits.count--;
    }

    /** After a step on the mm's flags: reports a wait that keeps the memory of a victim. */
    void check(Mm mm, Site site) {
        Victim victim = mm.victim();
        if (victim != null && mm.deviceWaits.count > 0) {
            core.scheduler().report(new Violation(
                    "reclaim-blocked",
                    "the memory of " + mm + ", which the OOM killer has picked, waits for " + mm.deviceWaits.what
                            + "; left are " + count(mm.pages().pages(), "page") + " and "
                            + count(mm.pages().tables(), "page table") + "; the reaper has freed "
                            + count(victim.freedByReaper(), "page"),
                    List.of(core.scheduler().end("blocked by", site))));
        }
    }

    private static String count(int number, String thing) {
        return number + " " + thing + (number == 1 ? "" : "s");
    }
}
