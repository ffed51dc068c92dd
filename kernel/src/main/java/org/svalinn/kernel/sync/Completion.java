package org.svalinn.kernel.sync;

import java.util.function.BooleanSupplier;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.machine.Steps;

/** {@code struct completion}. */
public final class Completion {
    private static final int FOR_ALL = Integer.MAX_VALUE;
    private static final Site WAIT = Site.named("wait_for_completion");
    private static final Site COMPLETE = Site.named("complete");
    private static final Site COMPLETE_ALL = Site.named("complete_all");
    private static final Site REINIT = Site.named("reinit_completion");

    private final Core core;
    private final long number;
    private final BooleanSupplier isDone = this::isDone;
    private int done;

    public Completion(Core core, String name) {
        this.core = core;
        number = core.slab().number(name);
    }

    /** {@code complete()}: one of those who wait, or will, goes on. */
    public void complete() {
        core.scheduler().step(Operation.SIGNAL, number, Steps.ALL, COMPLETE);
        if (done < FOR_ALL) {
            done++;
        }
    }

    /** {@code complete_all()}: whoever waits goes on, now and ever after. */
    public void completeAll() {
        core.scheduler().step(Operation.SIGNAL, number, Steps.ALL, COMPLETE_ALL);
        done = FOR_ALL;
    }

    /** {@code wait_for_completion()}. */
    public void await() {
        core.atomicity().mightSleep(WAIT);
        core.scheduler().await(Operation.WAIT, number, Steps.ALL, isDone, WAIT);
        if (done < FOR_ALL) {
            done--;
        }
    }

    /** {@code reinit_completion()}: to be waited for anew. */
    public void reinit() {
        core.scheduler().step(Operation.WRITE, number, Steps.ALL, REINIT);
        done = 0;
    }

    private boolean isDone() {
        return done > 0;
    }
}
