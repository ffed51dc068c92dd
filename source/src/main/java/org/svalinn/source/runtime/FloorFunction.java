package org.svalinn.source.runtime;

import org.svalinn.explore.Site;

/** A function of the kernel that Java provides. */
@FunctionalInterface
public interface FloorFunction {
    /**
     * @param cpu who calls
     * @param args the arguments, each converted to its parameter's type (signed types sign-extended, unsigned ones
     *     zero-extended), then those beyond the prototype; a struct by value is its bytes when it has at most 8, else
     *     its address, and so is a {@code va_list}: its first word points to the arguments left, 8 bytes each
     * @param site where it is called
     * @return the result, converted as the C prototype says; a struct of at most 8 bytes is returned as its bytes
     */
    long call(Cpu cpu, long[] args, Site site);
}
