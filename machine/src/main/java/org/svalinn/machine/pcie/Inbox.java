package org.svalinn.machine.pcie;

import java.util.ArrayDeque;
import org.svalinn.explore.Violation;

/** Messages that have been delivered to a function and not been processed, in the order in which they came. */
final class Inbox {
    /**
     * One message.
     *
     * @param body an {@code InvalidationRequest} or a {@code PageResponse}
     * @param from who delivered it
     * @param generation how often the function had been reset then
     */
    record Message(Object body, Violation.End from, int generation) {}

    private final ArrayDeque<Message> messages = new ArrayDeque<>(2);
    private int invalidations;

    void add(Message message, boolean isInvalidation) {
        messages.add(message);
        if (isInvalidation) {
            invalidations++;
        }
    }

    Message take(boolean isInvalidation) {
        if (isInvalidation) {
            invalidations--;
        }
        return messages.remove();
    }

    Message first() {
        return messages.element();
    }

    boolean isEmpty() {
        return messages.isEmpty();
    }

    /** How many of them are Invalidate Requests. */
    int invalidations() {
        return invalidations;
    }

    Iterable<Message> messages() {
        return messages;
    }

    void set(Inbox other) {
        messages.clear();
        messages.addAll(other.messages);
        invalidations = other.invalidations;
    }
}
