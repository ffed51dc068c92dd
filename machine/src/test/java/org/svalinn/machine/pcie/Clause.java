package org.svalinn.machine.pcie;

import java.util.function.Consumer;
import org.junit.jupiter.params.provider.Arguments;

/** A row of a table of the specification's clauses. */
final class Clause {
    private Clause() {}

    /**
     * A row.
     *
     * @param clause of the PCI Express Base Specification 6.0, unless it says otherwise
     * @param bus the function that the row is about
     * @param test does what {@code when} says, and checks what {@code then} says
     */
    static Arguments row(String clause, String given, String when, String then, Bus bus, Consumer<Bus> test) {
        return Arguments.of(clause, given, when, then, bus, test);
    }
}
