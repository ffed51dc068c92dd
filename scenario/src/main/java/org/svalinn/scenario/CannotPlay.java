package org.svalinn.scenario;

/** A kernel cannot do what is in a scenario; the message says what. */
public final class CannotPlay extends RuntimeException {
    private static final long serialVersionUID = 1;

    CannotPlay(String message) {
        super(message);
    }
}
