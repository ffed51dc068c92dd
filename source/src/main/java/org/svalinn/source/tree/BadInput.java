package org.svalinn.source.tree;

/** The user gave something that cannot be used. The message is one line that says what, and what to do about it. */
public final class BadInput extends RuntimeException {
    private static final long serialVersionUID = 1;

    public BadInput(String message) {
        super(message);
    }

    public BadInput(String message, Throwable cause) {
        super(message, cause);
    }
}
