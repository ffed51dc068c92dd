package org.svalinn.machine.memory;

import java.util.ArrayList;
import java.util.List;

/** Whose a page is: an address space, a device, the kernel. Two owners are the same only if they are one object. */
public final class Owner {
    /** Software that is nobody's in particular. */
    public static final Owner KERNEL = new Owner("the kernel");

    private final String name;

    /** Those who have something together; empty for one. */
    private final List<Owner> members;

    public Owner(String name) {
        this(name, List.of());
    }

    private Owner(String name, List<Owner> members) {
        this.name = name;
        this.members = members;
    }

    /** Two who have a page together, as after a fork. */
    public static Owner both(Owner one, Owner other) {
        List<Owner> members = new ArrayList<>(one.all());
        members.addAll(other.all());
        return new Owner("", List.copyOf(members));
    }

    /** Those who still have it when this one does not any more. */
    public Owner without(Owner one) {
        List<Owner> rest = members.stream().filter(member -> member != one).toList();
        return rest.isEmpty() ? this : rest.size() == 1 ? rest.getFirst() : new Owner("", rest);
    }

    /** Whether that is this one, or one of these. */
    public boolean includes(Owner one) {
        return this == one || members.contains(one);
    }

    private List<Owner> all() {
        return members.isEmpty() ? List.of(this) : members;
    }

    @Override
    public String toString() {
        return members.isEmpty() ? name : String.join(" and ", members.stream().map(Owner::toString).toList());
    }
}
