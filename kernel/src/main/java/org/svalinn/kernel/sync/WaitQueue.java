package org.svalinn.kernel.sync;

import java.util.function.BooleanSupplier;

/** {@code wait_queue_head_t}. */
public final class WaitQueue {
    public WaitQueue(Core core, String name) {
    }

    /** {@code wait_event()}: goes on when the condition holds; whoever makes it true calls {@link #wakeUp} just before it changes. */
    public void await(BooleanSupplier condition) {
        throw new UnsupportedOperationException();
    }

    /** {@code wake_up_all()}: announces that the condition is about to change. */
    public void wakeUp() {
        throw new UnsupportedOperationException();
    }
}
