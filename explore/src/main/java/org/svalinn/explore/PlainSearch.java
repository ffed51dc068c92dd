package org.svalinn.explore;

import java.util.Arrays;

/** Every interleaving, depth first: hopeless for anything but tiny programs, and so simple that the others are held to it. */
final class PlainSearch implements Search {
    private final Trace trace;
    /** The actors that have had their turn at each step. */
    private int[] done = new int[64];

    PlainSearch(Trace trace) {
        this.trace = trace;
    }

    @Override
    public int pick(int step, int enabled, int running) {
        if (trace.isDecided(step)) {
            return trace.actor[step];
        }
        if (step >= done.length) {
            done = Arrays.copyOf(done, Math.max(step + 1, done.length * 2));
        }
        done[step] = 0;
        return Scheduler.keepRunning(enabled, running);
    }

    @Override
    public int alternative(int step, int alternatives) {
        return trace.isDecided(step) ? trace.alternative[step] : 0;
    }

    @Override
    public boolean advance() {
        for (int step = trace.length - 1; step >= 0; step--) {
            int actor = trace.actor[step];
            if (trace.hasMoreAlternatives(step)) {
                trace.resumeAt(step, actor, trace.alternative[step] + 1);
                return true;
            }
            done[step] |= 1 << actor;
            int left = trace.enabled[step] & ~done[step];
            if (left != 0) {
                trace.resumeAt(step, Integer.numberOfTrailingZeros(left), 0);
                return true;
            }
        }
        return false;
    }
}
