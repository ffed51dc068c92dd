package org.svalinn.machine.iommu;

/** Bits of what a transaction wants and what a translation grants. */
public final class Access {
    public static final int READ = 1;
    public static final int WRITE = 2;
    public static final int EXECUTE = 4;

    private Access() {}

    /** Such as {@code rw-}. */
    public static String text(int access) {
        return ((access & READ) != 0 ? "r" : "-") + ((access & WRITE) != 0 ? "w" : "-") + ((access & EXECUTE) != 0 ? "x" : "-");
    }
}
