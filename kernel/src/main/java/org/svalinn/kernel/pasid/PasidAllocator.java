package org.svalinn.kernel.pasid;

import java.util.Arrays;
import java.util.List;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.explore.Violation;
import org.svalinn.kernel.sync.Core;

/**
 * PASIDs, 20 bits of them, for the whole machine ({@code drivers/iommu/ioasid.c}; an IDA since 6.4). Allocated
 * lowest-first or cyclically, within what each device can use; counted by {@link #get} and {@link #put} where the
 * design counts them.
 *
 * <p>It has its own lock, as the kernel's has ({@code ioasid_allocator_lock}): whether a caller holds the SVA mutex, as
 * at bind, or not, as at {@code __mmdrop()}, does not matter. Counts of two PASIDs do not conflict; an allocation
 * conflicts only with what takes or frees a PASID.
 */
public final class PasidAllocator {
    /** No PASID: {@code INVALID_IOASID}. */
    public static final int INVALID = -1;

    /** PASID 0 is for requests without one. */
    public static final int FIRST = 1;

    /** The greatest there is: PASIDs have 20 bits. */
    public static final int LAST = (1 << 20) - 1;

    private static final Site ALLOCATE = Site.named("ioasid_alloc");
    private static final Site ALLOCATED = Site.named("refcount_set");
    private static final Site GET = Site.named("ioasid_get");
    private static final Site PUT = Site.named("ioasid_put");
    private static final Site FREE = Site.named("ioasid_free");

    /** Which PASIDs are free. */
    private static final long FREE_SET = 1;
    /** The other parts are for the counts. */
    private static final int FIRST_COUNT = 1;

    private static final int COUNT_PARTS = 63;

    private final Core core;
    private final Policy policy;
    private final Memory memory;
    private final long number;
    /** A bit for each that is in use; no {@code BitSet}, whose {@code clear()} looks for the highest bit left. */
    private long[] used = new long[1];

    private int[] counts = new int[8];
    private int inUse;
    /** Below it, from {@link #FIRST}, every PASID is in use. */
    private int lowestFree = FIRST;
    /** Where a cyclic search begins. */
    private int next = FIRST;

    /** An allocator that asks nobody. */
    public PasidAllocator(Core core, Policy policy) {
        this(core, policy, pasid -> {});
    }

    /** An allocator that asks {@code memory} before a PASID becomes free. */
    public PasidAllocator(Core core, Policy policy, Memory memory) {
        this.core = core;
        this.policy = policy;
        this.memory = memory;
        number = core.slab().number("PASIDs");
    }

    /** Which free PASID is taken next. */
    public enum Policy {
        /** The lowest, so that a PASID comes back at once: {@code xa_alloc()}, {@code ida_alloc_range()}. */
        LOWEST_FIRST,
        /** The next after the last one taken, so that it comes back as late as can be: {@code idr_alloc_cyclic()}. */
        CYCLIC
    }

    /** Asked whether a PASID may be given up, now: the machine, which looks whether anything remembers it. */
    @FunctionalInterface
    public interface Memory {
        void mayReuse(int pasid);
    }

    /** A free PASID from {@code min} to {@code max}, with one reference; {@link #INVALID} if there is none: ENOSPC. */
    public int allocate(int min, int max) {
        if (min < 0 || min > max || max > LAST) {
            throw new IllegalArgumentException("PASIDs from " + min + " to " + max);
        }
        core.scheduler().step(Operation.ALLOCATE, number, FREE_SET, ALLOCATE);
        int pasid = find(min, max);
        if (pasid == INVALID) {
            note("none left from " + min + " to " + max);
            return INVALID;
        }
        if (pasid >> 6 >= used.length) {
            used = Arrays.copyOf(used, Math.max((pasid >> 6) + 1, used.length * 2));
        }
        used[pasid >> 6] |= 1L << pasid;
        inUse++;
        if (pasid == lowestFree) {
            lowestFree++;
        }
        next = pasid + 1;
        if (pasid >= counts.length) {
            counts = Arrays.copyOf(counts, Math.min(LAST + 1, Math.max(pasid + 1, counts.length * 2)));
        }
        core.scheduler().step(Operation.WRITE, number, count(pasid), ALLOCATED);
        counts[pasid] = 1;
        note("PASID " + pasid);
        return pasid;
    }

    private int find(int min, int max) {
        int begin = Math.max(min, policy == Policy.CYCLIC ? next : min);
        int found = free(begin, max);
        return found == INVALID && begin > min ? free(min, begin - 1) : found;
    }

    private int free(int min, int max) {
        int from = min >= FIRST ? Math.max(min, lowestFree) : min;
        int word = from >> 6;
        long free = -1L << from;
        while (word < used.length && (free &= ~used[word]) == 0) {
            word++;
            free = -1L;
        }
        int pasid = (word << 6) + Long.numberOfTrailingZeros(free);
        return pasid <= max ? pasid : INVALID;
    }

    /** Takes a reference: whoever calls has one already. */
    public void get(int pasid) {
        core.scheduler().step(Operation.UPDATE, number, count(pasid), GET);
        if (!isInUse(pasid)) {
            report("refcount", "a reference is taken to PASID " + pasid + ", which is free", GET);
            return;
        }
        counts[pasid]++;
    }

    /** Gives a reference back; whether it was the last, and the PASID is free. */
    public boolean put(int pasid) {
        core.scheduler().step(Operation.UPDATE, number, count(pasid), PUT);
        if (!isInUse(pasid)) {
            report("refcount", "a reference is given back to PASID " + pasid + ", which is free", PUT);
            return false;
        }
        if (--counts[pasid] > 0) {
            return false;
        }
        memory.mayReuse(pasid);
        core.scheduler().step(Operation.FREE, number, FREE_SET, FREE);
        used[pasid >> 6] &= ~(1L << pasid);
        inUse--;
        if (pasid >= FIRST && pasid < lowestFree) {
            lowestFree = pasid;
        }
        note("PASID " + pasid);
        return true;
    }

    /** How many are in use. */
    public int inUse() {
        return inUse;
    }

    private boolean isInUse(int pasid) {
        return pasid >= 0 && pasid < counts.length && counts[pasid] > 0;
    }

    private static long count(int pasid) {
        return 1L << FIRST_COUNT + Math.floorMod(pasid, COUNT_PARTS);
    }

    private void note(String text) {
        if (core.scheduler().isNarrating()) {
            core.scheduler().note(text);
        }
    }

    private void report(String check, String message, Site site) {
        core.scheduler().report(new Violation(check, message, List.of(core.scheduler().end("by", site))));
    }
}
