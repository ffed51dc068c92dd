package org.svalinn.kernel.design;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A design, less what is left out of it: what a reference kernel is made to be.
 *
 * @param design its policies
 * @param omissions what is left out
 */
public record Variant(Design design, Set<Omission> omissions) {
    public Variant {
        omissions = omissions.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(omissions));
    }

    /** The whole of a design. */
    public static Variant of(Design design) {
        return new Variant(design, Set.of());
    }

    /** The same, and without this. */
    public Variant without(Omission omission) {
        EnumSet<Omission> more = EnumSet.of(omission);
        more.addAll(omissions);
        return new Variant(design, more);
    }

    /** Whether this step is taken. */
    public boolean does(Omission step) {
        return !omissions.contains(step);
    }

    /** Such as {@code v5.18 without drain}. */
    @Override
    public String toString() {
        return design.name() + (omissions.isEmpty()
                ? ""
                : " without " + omissions.stream().map(Omission::text).collect(Collectors.joining(", ")));
    }
}
