package org.svalinn.source.floor;

import org.svalinn.explore.Violation;

/** Something went wrong before anything was concurrent: the kernel could not be started, or the setup not be made. */
public final class SetupFailure extends RuntimeException {
    public SetupFailure(String message) {
        super(message);
    }

    /** A violation where nobody is there to report it to, with both its ends. */
    static SetupFailure of(Violation violation) {
        StringBuilder message = new StringBuilder(violation.check()).append(": ").append(violation.message());
        for (Violation.End end : violation.ends()) {
            message.append("\n  ").append(end.role());
            end.path().forEach(site -> message.append(' ').append(site));
        }
        return new SetupFailure(message.toString());
    }
}
