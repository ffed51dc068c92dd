package org.svalinn.machine.paging;

import org.svalinn.machine.memory.PhysicalMemory;
import org.svalinn.machine.memory.Use;

/** Tables in physical memory, as a walk of one stage reaches them, or the second of two. */
public final class PhysicalTables implements TableMemory {
    private final PhysicalMemory memory;
    private final Use use;

    /**
     * Tables in this memory.
     *
     * @param use who walks, of the kind {@link Use.Kind#WALK}
     */
    public PhysicalTables(PhysicalMemory memory, Use use) {
        this.memory = memory;
        this.use = use;
    }

    @Override
    public long locate(long address, boolean forUpdate) {
        return memory.contains(address) ? address : NOWHERE;
    }

    @Override
    public long readEntry(long physical) {
        return memory.read(physical, Long.BYTES, use);
    }

    @Override
    public long updateEntry(long physical, long expected, long value) {
        return memory.compareExchange(physical, Long.BYTES, expected, value, use);
    }
}
