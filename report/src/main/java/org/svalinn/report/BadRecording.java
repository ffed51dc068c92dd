package org.svalinn.report;

/** A file that should hold a recorded schedule does not; the message is one line for the user. */
public final class BadRecording extends RuntimeException {
    private static final long serialVersionUID = 1;

    public BadRecording(String message) {
        super(message);
    }
}
