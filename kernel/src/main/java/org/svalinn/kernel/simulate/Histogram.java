package org.svalinn.kernel.simulate;

import java.util.ArrayList;
import java.util.List;

/**
 * Counts times, in as little memory however many there are: for each power of two, 64 buckets of equal width, as in
 * HdrHistogram.
 */
final class Histogram {
    private static final int BITS = 6;
    private static final int BUCKETS = 1 << BITS;

    private final long[] counts = new long[(Long.SIZE - BITS) * BUCKETS];
    private long count;
    private long never;
    private long max;

    void add(long nanoseconds) {
        counts[index(nanoseconds)]++;
        count++;
        max = Math.max(max, nanoseconds);
    }

    /** So many were not over. */
    void addNever(long number) {
        never += number;
    }

    long count() {
        return count;
    }

    Distribution distribution() {
        List<Distribution.Bucket> buckets = new ArrayList<>();
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0) {
                buckets.add(new Distribution.Bucket(most(i), counts[i]));
            }
        }
        return new Distribution(buckets, count, never, max);
    }

    private static int index(long value) {
        if (value < BUCKETS) {
            return (int) Math.max(0, value);
        }
        int shift = Long.SIZE - 1 - Long.numberOfLeadingZeros(value) - BITS;
        return (shift + 1) * BUCKETS + (int) (value >>> shift) - BUCKETS;
    }

    private static long most(int index) {
        if (index < BUCKETS) {
            return index;
        }
        int shift = index / BUCKETS - 1;
        return ((long) (index % BUCKETS + BUCKETS + 1) << shift) - 1;
    }
}
