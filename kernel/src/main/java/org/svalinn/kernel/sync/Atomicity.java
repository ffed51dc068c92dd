package org.svalinn.kernel.sync;

import java.util.Arrays;
import java.util.List;
import org.svalinn.explore.Site;
import org.svalinn.explore.Violation;

/** Whether an actor may sleep: not so with a spin lock held, in an RCU read-side section, or in a callback of RCU's. */
public final class Atomicity {
    private final Scheduler scheduler;
    private int[] depth = new int[8];
    private String[] why = new String[8];
    private String[] what = new String[8];

    Atomicity(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /** From here on the actor must not sleep, because of this. */
    public void enter(String reason) {
        enter(reason, "");
    }

    /** The same, of something named: the two are put together only for a report. */
    void enter(String reason, String name) {
        int actor = scheduler.current() + 1;
        if (actor >= depth.length) {
            int size = Math.max(actor + 1, depth.length * 2);
            depth = Arrays.copyOf(depth, size);
            why = Arrays.copyOf(why, size);
            what = Arrays.copyOf(what, size);
        }
        if (depth[actor]++ == 0) {
            why[actor] = reason;
            what[actor] = name;
        }
    }

    public void leave() {
        depth[scheduler.current() + 1]--;
    }

    public boolean isAtomic() {
        int actor = scheduler.current() + 1;
        return actor < depth.length && depth[actor] > 0;
    }

    /** {@code might_sleep()}: a violation where the actor must not. */
    public void mightSleep(Site site) {
        if (isAtomic()) {
            int actor = scheduler.current() + 1;
            String message = "may sleep " + why[actor] + what[actor];
            scheduler.report(new Violation(
                    "sleeping-in-atomic",
                    message,
                    List.of(scheduler.end("may sleep", site)),
                    "sleeping-in-atomic|" + message + "|" + site));
        }
    }
}
