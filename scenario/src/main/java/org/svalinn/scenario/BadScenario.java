package org.svalinn.scenario;

/** A scenario that cannot be used; the message is one line for the user, with file and line where there is one. */
public final class BadScenario extends RuntimeException {
    public BadScenario(String message) {
        super(message);
    }
}
