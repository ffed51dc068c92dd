package org.svalinn.machine.pcie;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.svalinn.machine.iommu.InvalidationRequest;

/**
 * A function's address translation cache. What is in it stays, right or wrong, until an Invalidate Request is
 * processed.
 *
 * <p>It is set associative: the set is the low six bits of the PASID, which are also the part of the ATC that a step
 * on it touches, so that replacement never reaches over to what another step may look at. Within a set the oldest
 * entry is replaced first. An entry is three longs: PASID, access and size; page; physical page. A Global Mapping
 * (10.2.3.8) is kept for the PASID that asked for it alone, as a function may.
 */
final class Atc {
    private static final int SETS = 64;
    private static final int WORDS = 3;
    private static final long VALID = 1L << 63;

    private final int ways;
    private final long[] @Nullable [] sets = new long[SETS] @Nullable [];
    /** Which way of a set is replaced next. */
    private final int[] next = new int[SETS];

    // What the last find found
    private long physical;
    private int pageShift;

    Atc(int ways) {
        this.ways = ways;
    }

    private static long tag(int pasid, int access, int shift, boolean privileged) {
        return VALID | (privileged ? 1L << 48 : 0) | (long) shift << 40 | (long) access << 32 | pasid & 0xffffffffL;
    }

    private static int shift(long tag) {
        return (int) (tag >>> 40) & 0xff;
    }

    /**
     * Looks for a translation that grants all of the wanted accesses; {@link #physical} and {@link #pageShift} have
     * it then.
     */
    boolean find(int pasid, long address, int wanted, boolean privileged) {
        long[] set = sets[pasid & SETS - 1];
        if (set == null) {
            return false;
        }
        long mine = tag(pasid, 0, 0, privileged);
        long identity = VALID | 1L << 48 | 0xffffffffL;
        for (int i = 0; i < set.length; i += WORDS) {
            long tag = set[i];
            int shift = shift(tag);
            boolean grants = (tag & identity) == mine && (tag >>> 32 & wanted) == wanted;
            if (grants && address >>> shift == set[i + 1] >>> shift) {
                pageShift = shift;
                physical = set[i + 2] | address & (1L << pageShift) - 1;
                return true;
            }
        }
        return false;
    }

    long physical() {
        return physical;
    }

    int pageShift() {
        return pageShift;
    }

    /** Takes in a Translation Completion. It replaces what there is for the same page, else the oldest entry. */
    void fill(int pasid, long address, long physicalAddress, int shift, int access, boolean privileged) {
        int number = pasid & SETS - 1;
        long[] set = sets[number];
        if (set == null) {
            set = new long[WORDS];
            sets[number] = set;
        }
        long page = address >>> shift << shift;
        int at = place(number, set, pasid, page, privileged);
        set = sets[number];
        if (set != null) {
            set[at] = tag(pasid, access, shift, privileged);
            set[at + 1] = page;
            set[at + 2] = physicalAddress >>> shift << shift;
        }
    }

    private int place(int number, long[] set, int pasid, long page, boolean privileged) {
        int free = -1;
        for (int i = set.length - WORDS; i >= 0; i -= WORDS) {
            if (set[i] == 0) {
                free = i;
            } else if ((int) set[i] == pasid && set[i + 1] == page && (set[i] >>> 48 & 1) == (privileged ? 1 : 0)) {
                return i;
            }
        }
        if (free >= 0) {
            return free;
        }
        if (set.length < ways * WORDS) {
            sets[number] = Arrays.copyOf(set, Math.min(set.length * 2, ways * WORDS));
            return set.length;
        }
        int way = next[number];
        next[number] = (way + 1) % ways;
        return way * WORDS;
    }

    /**
     * Drops what an Invalidate Request covers.
     *
     * @param everyPasid whether for every PASID; never what was asked for without one
     * @return how many entries it was
     */
    int invalidate(InvalidationRequest request, boolean everyPasid) {
        if (!everyPasid) {
            long[] set = sets[request.pasid() & SETS - 1];
            return set == null ? 0 : invalidate(set, request, false);
        }
        int dropped = 0;
        for (long[] set : sets) {
            if (set != null) {
                dropped += invalidate(set, request, true);
            }
        }
        return dropped;
    }

    private static int invalidate(long[] set, InvalidationRequest request, boolean everyPasid) {
        int dropped = 0;
        for (int i = 0; i < set.length; i += WORDS) {
            int pasid = (int) set[i];
            boolean mine = everyPasid ? pasid >= 0 : pasid == request.pasid();
            if (set[i] != 0 && mine && request.covers(set[i + 1], shift(set[i]))) {
                set[i] = 0;
                dropped++;
            }
        }
        return dropped;
    }

    /** Drops everything: an implicit invalidation (10.3.7). */
    void clear() {
        Arrays.fill(sets, null);
        Arrays.fill(next, 0);
    }

    /** How many translations of this PASID it holds. */
    int count(int pasid) {
        long[] set = sets[pasid & SETS - 1];
        int count = 0;
        for (int i = 0; set != null && i < set.length; i += WORDS) {
            if (set[i] != 0 && (int) set[i] == pasid) {
                count++;
            }
        }
        return count;
    }

    /** A copy that shares nothing. */
    Atc copy() {
        Atc copy = new Atc(ways);
        copy.set(this);
        return copy;
    }

    /** Becomes what another is, sharing nothing. */
    void set(Atc other) {
        for (int i = 0; i < SETS; i++) {
            long[] set = other.sets[i];
            sets[i] = set == null ? null : set.clone();
            next[i] = other.next[i];
        }
    }
}
