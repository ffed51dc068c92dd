package org.svalinn.cli;

/** The user asked for something that there is not; the message is one line. */
final class BadUsage extends RuntimeException {
    private static final long serialVersionUID = 1;

    BadUsage(String message) {
        super(message);
    }
}
