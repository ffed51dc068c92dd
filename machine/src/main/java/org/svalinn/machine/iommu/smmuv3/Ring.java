package org.svalinn.machine.iommu.smmuv3;

/**
 * The indexes of a circular queue in memory (3.5.1): each is an index with a wrap flag above it, so that full and empty
 * differ.
 */
final class Ring {
    private static final long ADDRESS = 0x000f_ffff_ffff_ffe0L;
    private static final int INDEX = 0xf_ffff;

    private final int entryShift;
    private final int mostLog2Size;

    private long base;
    private int log2Size;
    private int producer;
    private int consumer;

    Ring(int entryShift, int mostLog2Size) {
        this.entryShift = entryShift;
        this.mostLog2Size = mostLog2Size;
    }

    /** Takes a xxxQ_BASE register: a LOG2SIZE that is too large is the largest (6.3.26). */
    void base(long register) {
        base = register & (1L << 62 | ADDRESS | 0x1f);
        log2Size = Math.min((int) register & 0x1f, mostLog2Size);
    }

    long base() {
        return base;
    }

    int producer() {
        return producer;
    }

    int consumer() {
        return consumer;
    }

    void producer(int register) {
        producer = register & INDEX;
    }

    void consumer(int register) {
        consumer = register & INDEX;
    }

    private int mask() {
        return (2 << log2Size) - 1;
    }

    boolean isEmpty() {
        return ((producer ^ consumer) & mask()) == 0;
    }

    boolean isFull() {
        return isFull(producer);
    }

    /** Whether it would be full with the producer there. */
    boolean isFull(int at) {
        return ((at ^ consumer) & mask()) == 1 << log2Size;
    }

    boolean isEmpty(int at) {
        return ((at ^ consumer) & mask()) == 0;
    }

    /** The index after this one. */
    int next(int index) {
        return index + 1 & mask();
    }

    /** How many entries lie from one index to another. */
    int distance(int from, int to) {
        return to - from & mask();
    }

    int wrapped(int index) {
        return index & mask();
    }

    /** Where the entry with this index is: the base is taken as aligned to the queue's size (6.3.26). */
    long address(int index) {
        long size = (long) Math.max(1 << log2Size << entryShift, 32);
        return (base & ADDRESS & -size) + ((long) (index & (1 << log2Size) - 1) << entryShift);
    }

    int size() {
        return 1 << log2Size;
    }

    void copyFrom(Ring other) {
        base = other.base;
        log2Size = other.log2Size;
        producer = other.producer;
        consumer = other.consumer;
    }
}
