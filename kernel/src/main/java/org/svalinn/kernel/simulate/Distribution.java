package org.svalinn.kernel.simulate;

import java.util.List;

/**
 * How long something took, often. Times are known to a sixty-fourth of themselves.
 *
 * @param buckets those that are not empty, the shortest first
 * @param count how often it was over
 * @param never how often it was not over when the simulation ended
 * @param max the longest that was over, in nanoseconds, exactly
 */
public record Distribution(List<Bucket> buckets, long count, long never, long max) {
    public Distribution {
        buckets = List.copyOf(buckets);
    }

    /** What never ends takes that long. */
    public static final long NEVER = Long.MAX_VALUE;

    /**
     * Times that are as good as equal.
     *
     * @param most the longest that could be among them, in nanoseconds
     */
    public record Bucket(long most, long count) {}

    public boolean isEmpty() {
        return count + never == 0;
    }

    /** The time within which that part of all was over, in nanoseconds; {@link #NEVER} if so many never were. */
    public long quantile(double part) {
        long rank = Math.max(1, (long) Math.ceil(part * (count + never)));
        if (rank > count) {
            return NEVER;
        }
        long sum = 0;
        for (Bucket bucket : buckets) {
            sum += bucket.count();
            if (sum >= rank) {
                return Math.min(bucket.most(), max);
            }
        }
        return max;
    }

    public long median() {
        return quantile(0.5);
    }

    /** The longest; {@link #NEVER} if one never was over. */
    public long longest() {
        return never > 0 ? NEVER : max;
    }
}
