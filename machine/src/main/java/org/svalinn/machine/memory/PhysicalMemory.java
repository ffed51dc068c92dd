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

    /** Reads 32 bytes, aligned to 32, lowest first, into four numbers: as one step where the memory can, else in two. */
    default void read256(long address, long[] into, Use use) {
        read128(address, into, use);
        long first = into[0];
        long second = into[1];
        read128(address + 16, into, use);
        into[2] = into[0];
        into[3] = into[1];
        into[0] = first;
        into[1] = second;
    }

    /** Writes 32 bytes, aligned to 32: as one step where the memory can, else in two. */
    default void write256(long address, long first, long second, long third, long fourth, Use use) {
        write128(address, first, second, use);
        write128(address + 16, third, fourth, use);
    }
}
