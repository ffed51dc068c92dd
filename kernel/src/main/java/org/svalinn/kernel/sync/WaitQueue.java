package org.svalinn.kernel.sync;

import java.util.function.BooleanSupplier;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.machine.Steps;

/** {@code wait_queue_head_t}. */
public final class WaitQueue {
    private static final Site WAIT = Site.named("wait_event");
    private static final Site WAKE = Site.named("wake_up");

    private final Core core;
    private final long number;

    public WaitQueue(Core core, String name) {
        this.core = core;
        number = core.slab().number(name);
    }

    /**
     * {@code wait_event()}: goes on when the condition holds; whoever makes it true calls {@link #wakeUp} just before
     * it changes.
     */
    public void await(BooleanSupplier condition) {
        core.atomicity().mightSleep(WAIT);
        core.scheduler().await(Operation.WAIT, number, Steps.ALL, condition, WAIT);
    }

    /** {@code wake_up_all()}: announces that the condition is about to change. */
    public void wakeUp() {
        core.scheduler().step(Operation.SIGNAL, number, Steps.ALL, WAKE);
    }
}
