package org.svalinn.bench;

/**
 * What an operation is compared with, in nanoseconds: an IOMMU model in C at -O2, from its best case to its worst, measured
 * earlier on such a machine as this was written on; or a limit that was set.
 *
 * @param low the best case, which is what counts; 0 where there is no other to compare with
 * @param high the worst case; the same as {@code low} for a limit
 */
public record Bar(double low, double high) {
    /** Nothing to compare with. */
    public static final Bar NONE = new Bar(0, 0);

    static Bar limit(double nanos) {
        return new Bar(nanos, nanos);
    }

    public boolean exists() {
        return low > 0;
    }
}
