package org.svalinn.kernel.simulate;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How many of something were in use, over time, in as little memory however long that is: the most in each of at most
 * 256 spans, which become twice as long when they do not suffice.
 */
final class Usage {
    private static final int SPANS = 256;

    private final int[] most = new int[SPANS];
    private long span = 1_000_000;
    private int last;
    private int now;
    private int peak;

    /** From this time on so many are in use. */
    void set(long time, int number) {
        while (time / span >= SPANS) {
            for (int i = 0; i < SPANS / 2; i++) {
                most[i] = Math.max(most[2 * i], most[2 * i + 1]);
            }
            Arrays.fill(most, SPANS / 2, SPANS, 0);
            last /= 2;
            span *= 2;
        }
        int index = (int) (time / span);
        if (index > last) {
            Arrays.fill(most, last + 1, index + 1, now);
            last = index;
        }
        now = number;
        most[index] = Math.max(most[index], number);
        peak = Math.max(peak, number);
    }

    int peak() {
        return peak;
    }

    /** How long a span is, in nanoseconds. */
    long span() {
        return span;
    }

    /** The most in each span, up to the last in which something changed. */
    List<Integer> most() {
        return IntStream.rangeClosed(0, last).mapToObj(i -> most[i]).toList();
    }
}
