package org.svalinn.kernel.pasid;

import org.svalinn.kernel.sync.Core;

/**
 * PASIDs, 20 bits of them, for the whole machine ({@code drivers/iommu/ioasid.c}; an IDA since 6.4). Allocated lowest-first or
 * cyclically, within what each device can use; counted by {@link #get} and {@link #put} where the design counts them.
 */
public final class PasidAllocator {
    /** No PASID: {@code INVALID_IOASID}. */
    public static final int INVALID = -1;

    /** PASID 0 is for requests without one. */
    public static final int FIRST = 1;

    public PasidAllocator(Core core, Policy policy) {
    }

    /** Which free PASID is taken next. */
    public enum Policy { LOWEST_FIRST, CYCLIC }

    /** Asked whether a PASID may be given up, now: the machine, which looks whether anything remembers it. */
    public interface Memory {
        void mayReuse(int pasid);
    }

    /** A free PASID from {@code min} to {@code max}, with one reference; {@link #INVALID} if there is none: ENOSPC. */
    public int allocate(int min, int max) {
        throw new UnsupportedOperationException();
    }

    /** Takes a reference. */
    public void get(int pasid) {
        throw new UnsupportedOperationException();
    }

    /** Gives a reference back; whether it was the last, and the PASID is free. */
    public boolean put(int pasid) {
        throw new UnsupportedOperationException();
    }

    /** How many are in use. */
    public int inUse() {
        throw new UnsupportedOperationException();
    }
}
