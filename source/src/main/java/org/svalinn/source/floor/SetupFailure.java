package org.svalinn.source.floor;

/** Something went wrong before anything was concurrent: the kernel could not be started, or the setup not be made. */
public final class SetupFailure extends RuntimeException {
    public SetupFailure(String message) {
        super(message);
    }
}
