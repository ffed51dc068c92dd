package org.svalinn.kernel.sync;

import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.explore.Violation;

/**
 * A count of references to a kernel object: {@code refcount_t}, and {@code atomic_t} where the kernel counts with one.
 * Of a count only zero is observed, so counts that stay away from it commute, see {@link
 * org.svalinn.explore.Run#count}. Going below zero, rising from it, and saturation are violations.
 */
public final class Refcount implements LongSupplier {
    /** The most that a {@code refcount_t} counts; from there on it stays where it is, and nothing is freed. */
    private static final int MOST = Integer.MAX_VALUE;

    private final KernelObject owner;
    private final long part;
    private final Holders.@Nullable Kind kind;
    private int value;

    /**
     * A count of one.
     *
     * @param part of the owner that no other count has: steps know the count by it
     * @param kind as what {@link Holders} keeps its references; null if it does not
     */
    public Refcount(KernelObject owner, long part, Holders.@Nullable Kind kind, Site site) {
        this.owner = owner;
        this.part = part;
        this.kind = kind;
        value = 1;
        taken(site);
    }

    /** {@code refcount_inc()}: whoever calls has a reference already. */
    public void inc(Site site) {
        count(1, site);
        if (value <= 0) {
            report("rises from " + value, site);
        }
        rise(site);
        taken(site);
    }

    /** {@code refcount_inc_not_zero()}: whether there is a reference now that was not there before. */
    public boolean incNotZero(Site site) {
        count(1, site);
        if (value == 0) {
            return false;
        }
        rise(site);
        taken(site);
        return true;
    }

    /** {@code refcount_set()}: by its only owner, before or after everybody else. */
    public void set(int newValue, Site site) {
        owner.core().scheduler().step(Operation.WRITE, owner.number(), part, site);
        owner.use(site);
        value = newValue;
    }

    private void rise(Site site) {
        if (value >= MOST) {
            report("saturates", site);
            return;
        }
        value++;
    }

    /** {@code refcount_dec_and_test()}: gives a reference back, and tells whether it was the last. */
    public boolean decAndTest(Site site) {
        count(-1, site);
        if (value <= 0) {
            report("falls below zero", site);
            return false;
        }
        value--;
        if (kind != null) {
            owner.core().holders().givenBack(kind, owner, site);
        }
        return value == 0;
    }

    /** What it is, for reports and for checks under a lock: no step. */
    public int peek() {
        return value;
    }

    /** {@link #peek}, for the scheduler. */
    @Override
    public long getAsLong() {
        return value;
    }

    private void count(int delta, Site site) {
        owner.core().scheduler().count(owner.number(), part, delta, this, site);
        owner.use(site);
        if (owner.core().scheduler().isNarrating()) {
            owner.core().scheduler().note((kind == null ? "" : kind.text() + " ")
                    + value + " -> " + (value == 0 && delta > 0 ? 0 : (long) value + delta));
        }
    }

    private void taken(Site site) {
        if (kind != null) {
            owner.core().holders().taken(kind, owner, value, site);
        }
    }

    private void report(String what, Site site) {
        owner.core().scheduler().report(new Violation(
                "refcount",
                (kind == null ? "the count" : kind.text()) + " of " + owner + " " + what,
                List.of(owner.core().scheduler().end("by", site))));
    }
}
