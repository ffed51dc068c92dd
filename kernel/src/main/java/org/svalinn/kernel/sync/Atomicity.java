package org.svalinn.kernel.sync;

import java.util.List;
import org.svalinn.explore.Site;
import org.svalinn.explore.Violation;

/** Whether an actor may sleep: not so with a spin lock held, in an RCU read-side section, or in an interrupt. */
public final class Atomicity {
    private final Scheduler scheduler;
    private final int[] depth = new int[64];
    private final String[] why = new String[64];

    Atomicity(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /** From here on the actor must not sleep, because of this. */
    public void enter(String reason) {
        int actor = scheduler.current() + 1 & 63;
        if (depth[actor]++ == 0) {
            why[actor] = reason;
        }
    }

    public void leave() {
        depth[scheduler.current() + 1 & 63]--;
    }

    public boolean isAtomic() {
        return depth[scheduler.current() + 1 & 63] > 0;
    }

    /** {@code might_sleep()}: a violation where the actor must not. */
    public void mightSleep(Site site) {
        if (isAtomic()) {
            scheduler.report(new Violation(
                    "sleeping-in-atomic",
                    "sleeps " + why[scheduler.current() + 1 & 63],
                    List.of(scheduler.end("slept by", site))));
        }
    }
}
