package org.svalinn.kernel.simulate;

import java.util.random.RandomGenerator;

/**
 * How long something takes, in nanoseconds: anything from {@code min} to {@code max}, where each order of magnitude is
 * as likely as another (log-uniform), as suits what is known only by its extremes.
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

    /** One of them: the same for the same generator on every computer, and one draw of it in any case. */
    long draw(RandomGenerator random) {
        double part = random.nextDouble();
        return min == max
                ? min
                : Math.min(max, Math.round(min * StrictMath.exp(part * StrictMath.log((double) max / min))));
    }
}
