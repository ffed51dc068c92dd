package org.svalinn.source.preprocess;

/** A directive or a macro's use that C does not allow; whoever knows the place turns it into a message. */
final class MacroProblem extends RuntimeException {
    private static final long serialVersionUID = 1;

    MacroProblem(String message) {
        super(message);
    }
}
