package org.svalinn.cli;

/** A scenario cannot be run on this kernel: something is not modelled, or the setup failed. */
final class CannotRun extends RuntimeException {
    private static final long serialVersionUID = 1;

    CannotRun(RuntimeException reason) {
        super(String.valueOf(reason.getMessage()), reason);
    }
}
