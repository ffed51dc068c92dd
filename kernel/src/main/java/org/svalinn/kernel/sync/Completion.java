package org.svalinn.kernel.sync;

/** {@code struct completion}. */
public final class Completion {
    public Completion(Core core, String name) {
    }

    /** {@code complete_all()}: whoever waits goes on, now and ever after. */
    public void completeAll() {
        throw new UnsupportedOperationException();
    }

    /** {@code wait_for_completion()}. */
    public void await() {
        throw new UnsupportedOperationException();
    }
}
