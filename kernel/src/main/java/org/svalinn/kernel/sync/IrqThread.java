package org.svalinn.kernel.sync;

import java.util.function.BooleanSupplier;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.machine.Steps;

/**
 * The thread of an interrupt ({@code request_threaded_irq()} with {@code IRQF_ONESHOT}): interrupts that come while it
 * has not begun are one.
 */
public final class IrqThread {
    private static final Site RAISE = Site.named("irq_wake_thread");
    private static final Site IDLE = Site.named("irq_wait_for_interrupt");

    private final Core core;
    private final long number;
    private final Runnable handler;
    private final BooleanSupplier isRaised = this::isRaised;
    private boolean raised;

    /** The thread of an interrupt of that name. */
    public IrqThread(Core core, String name, Runnable handler) {
        this.core = core;
        this.handler = handler;
        number = core.slab().number(name);
    }

    /** The interrupt comes. Outside of any actor it is handled at once. */
    public void raise() {
        if (!core.scheduler().isScheduled()) {
            handler.run();
            return;
        }
        core.scheduler().step(Operation.SIGNAL, number, Steps.ALL, RAISE);
        raised = true;
    }

    /** Its life: spawn it as a daemon. */
    public void serve() {
        while (true) {
            core.scheduler().await(Operation.WAIT, number, Steps.ALL, isRaised, IDLE);
            raised = false;
            handler.run();
            core.taskWork().leave();
        }
    }

    private boolean isRaised() {
        return raised;
    }
}
