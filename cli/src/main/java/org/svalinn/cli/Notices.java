package org.svalinn.cli;

/** Lines on standard error that several commands have. */
final class Notices {
    private Notices() {}

    /** Says which kernel was taken where the user named none. */
    static void kernelChoice(Environment environment, Workshop workshop) {
        if (!workshop.kernelChoice().isEmpty()) {
            environment.err().println("kernel: " + workshop.kernelName() + ", " + workshop.kernelChoice());
        }
    }
}
