package org.svalinn.machine.pcie;

import org.svalinn.machine.iommu.Transaction;

/**
 * A descriptor: one piece of work for an engine. It has room for what a device of one's own needs; the factories make
 * the work that {@link Mover} does. All addresses are virtual, in the address space of the PASID.
 *
 * @param operation what to do, 8 bits: of {@link Mover}, or a device's own
 * @param pasid the PASID, or {@link Transaction#NO_PASID}
 * @param privileged whether the requests are for Privileged Mode (6.20.2.3)
 * @param address what to do it to
 * @param size how many bytes
 * @param a the first operand
 * @param b the second
 * @param c the third
 * @param d the fourth
 * @param completion where the completion record goes, 16 bytes, aligned: {@link Status#value} in the first 8, then
 *     the result, or
 *     the address that failed; 0 for none
 * @param interrupt whether to interrupt when it is done
 */
public record Work(
        int operation,
        int pasid,
        boolean privileged,
        long address,
        int size,
        long a,
        long b,
        long c,
        long d,
        long completion,
        boolean interrupt) {
    private static final int PASID_BITS = 0xfffff;
    private static final long PRIVILEGED = 1L << 31;
    static final long WITHOUT_PASID = 1L << 32;
    private static final long INTERRUPT = 1L << 33;

    /** The same operation with other operands, for a device of one's own. */
    public static Work of(int operation, int pasid, long address, int size, long a, long b) {
        return new Work(operation, pasid, false, address, size, a, b, 0, 0, 0, false);
    }

    /** Reads; the result is the first 8 bytes. */
    public static Work read(int pasid, long address, int size) {
        return of(Mover.READ, pasid, address, size, 0, 0);
    }

    /** Fills {@code size} bytes with the bytes of a pattern, the lowest first, over and over. */
    public static Work write(int pasid, long address, int size, long pattern) {
        return of(Mover.WRITE, pasid, address, size, pattern, 0);
    }

    public static Work copy(int pasid, long from, long to, int size) {
        return of(Mover.COPY, pasid, from, size, to, 0);
    }

    /** FetchAdd; the result is what was found. */
    public static Work fetchAdd(int pasid, long address, int size, long addend) {
        return of(Mover.FETCH_ADD, pasid, address, size, addend, 0);
    }

    /** Swap; the result is what was found. */
    public static Work swap(int pasid, long address, int size, long value) {
        return of(Mover.SWAP, pasid, address, size, value, 0);
    }

    /** CAS; the result is what was found. */
    public static Work compareAndSwap(int pasid, long address, int size, long expected, long value) {
        return of(Mover.COMPARE_AND_SWAP, pasid, address, size, expected, value);
    }

    /** CAS of 16 bytes; the result is 1 if it was swapped. */
    public static Work compareAndSwap128(
            int pasid, long address, long expectedLow, long expectedHigh, long low, long high) {
        return new Work(
                Mover.COMPARE_AND_SWAP, pasid, false, address, 16, expectedLow, expectedHigh, low, high, 0, false);
    }

    /** With a completion record there. */
    public Work withCompletion(long record) {
        return new Work(operation, pasid, privileged, address, size, a, b, c, d, record, interrupt);
    }

    /** With an interrupt at its end. */
    public Work withInterrupt() {
        return new Work(operation, pasid, privileged, address, size, a, b, c, d, completion, true);
    }

    /** The same with the rights of privileged mode. */
    public Work inPrivilegedMode() {
        return new Work(operation, pasid, true, address, size, a, b, c, d, completion, interrupt);
    }

    // As 64 bytes, for ENQCMD

    /**
     * The 64 bytes of it, as a portal takes them. Bits 19:0 and 31 of the first word are where ENQCMD puts PASID and
     * privilege; the rest is this device's own layout.
     */
    public long[] encode() {
        long first = (pasid >= 0 ? pasid & PASID_BITS : WITHOUT_PASID)
                | (privileged ? PRIVILEGED : 0)
                | (interrupt ? INTERRUPT : 0)
                | (long) operation << 56;
        return new long[] {first, completion, address, size, a, b, c, d};
    }

    /** The work that 64 bytes describe. */
    public static Work decode(long[] words) {
        long first = words[0];
        return new Work(
                (int) (first >>> 56),
                (first & WITHOUT_PASID) != 0 ? Transaction.NO_PASID : (int) first & PASID_BITS,
                (first & PRIVILEGED) != 0,
                words[2],
                (int) words[3],
                words[4],
                words[5],
                words[6],
                words[7],
                words[1],
                (first & INTERRUPT) != 0);
    }
}
