package org.svalinn.machine;

import org.svalinn.explore.Violation;

/** A violation on a machine that no scheduler runs, see {@link Steps#DIRECT}. */
public final class MachineViolation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Violation violation;

    MachineViolation(Violation violation) {
        super(violation.check() + ": " + violation.message());
        this.violation = violation;
    }

    public Violation violation() {
        return violation;
    }
}
