package org.svalinn.machine.pcie;

/** The processor's #GP(0): the instruction is not carried out. */
public final class GeneralProtection extends RuntimeException {
    private static final long serialVersionUID = 1L;

    GeneralProtection(String why) {
        super("#GP(0): " + why);
    }
}
