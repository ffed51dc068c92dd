package org.svalinn.machine.paging;

/**
 * How a walker reaches its tables. For one stage that is physical memory; for the first of two, each table's address is
 * itself translated by the second.
 */
public interface TableMemory {
    /** What {@link #locate} gives when there is no such memory, or a second stage refuses. */
    long NOWHERE = -1;

    /** The physical address of an entry at this address of the table's own address space, or {@link #NOWHERE}. */
    long locate(long address, boolean forUpdate);

    /** Reads an entry of 8 bytes at a physical address that {@link #locate} gave: one step. */
    long readEntry(long physical);

    /** Atomically replaces an entry; gives what was found. */
    long updateEntry(long physical, long expected, long value);
}
