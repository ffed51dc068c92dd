package org.svalinn.kernel.simulate;

import java.util.random.RandomGenerator;

/**
 * How long something takes, in nanoseconds: anything from {@code min} to {@code max}, where each order of magnitude is as
 * likely as another (log-uniform), as suits what is known only by its extremes.
 */
public record Latency(long min, long max) {
    public Latency {
        if (min < 1 || max < min) {
            throw new IllegalArgumentException("a latency from " + min + " to " + max + " ns");
        }
    }

    /** One that never varies. */
    public static Latency of(long nanoseconds) {
        return new Latency(nanoseconds, nanoseconds);
    }

    /** One of them. The same for the same generator on every computer. */
    long draw(RandomGenerator random) {
        if (min == max) {
            return min;
        }
        double factor = StrictMath.exp(random.nextDouble() * StrictMath.log((double) max / min));
        return Math.min(max, Math.round(min * factor));
    }
}
