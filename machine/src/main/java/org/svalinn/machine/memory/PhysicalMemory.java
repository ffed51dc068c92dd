package org.svalinn.machine.memory;

/**
 * Memory as hardware reaches it, by physical address, little endian. Each call is one step, on the eight bytes around the
 * address, and is checked against what the page is: a bad one is reported and then goes on, as in hardware, with whatever
 * the bytes hold. An access is naturally aligned.
 */
public interface PhysicalMemory {
    /** Whether there is memory at this address at all. What is not memory aborts a transaction; it is no violation. */
    boolean contains(long address);

    /**
     * Reads {@code size} bytes, 1, 2, 4 or 8, as an unsigned number.
     *
     * @param use who reads, and what for
     */
    long read(long address, int size, Use use);

    /** Writes the low {@code size} bytes of a number, 1, 2, 4 or 8. */
    void write(long address, int size, long value, Use use);

    /**
     * Atomically replaces {@code expected} by {@code value}.
     *
     * @return what was found, which is {@code expected} when it was replaced
     */
    long compareExchange(long address, int size, long expected, long value, Use use);

    /** Reads 16 bytes, aligned to 16, as one atomic step: the low half into {@code into[0]}, the high half into {@code into[1]}. */
    void read128(long address, long[] into, Use use);

    /** Writes 16 bytes, aligned to 16, as one atomic step. */
    void write128(long address, long low, long high, Use use);

    /**
     * Atomically replaces 16 bytes.
     *
     * @return whether they were as expected, and so have been replaced
     */
    boolean compareExchange128(long address, long expectedLow, long expectedHigh, long low, long high, Use use);
}
