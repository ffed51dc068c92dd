package org.svalinn.machine.memory;

/** Whose a page is: an address space, a device, the kernel. Two owners are the same only if they are one object. */
public final class Owner {
    /** Software that is nobody's in particular. */
    public static final Owner KERNEL = new Owner("the kernel");

    private final String name;

    public Owner(String name) {
        this.name = name;
    }

    @Override
    public String toString() {
        return name;
    }
}
