package org.svalinn.source.floor;

import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.source.runtime.Cpu;

/** The table in memory that an IOMMU looks a PASID of one device up in. */
sealed interface PasidTable {
    /** Whether a valid entry bears this PASID; each look into memory is a step. */
    boolean bears(long pasid, World world, Site site, Cpu cpu);

    /** What an entry is called. */
    String entryName();

    private static long read(long address, World world, Site site, Cpu cpu) {
        world.touch(Operation.READ, address, Long.BYTES, site, cpu);
        return world.memory().load(address, Long.BYTES);
    }

    /**
     * A linear table of context descriptors (Arm IHI 0070, 5.4).
     *
     * @param descriptors the first of them
     */
    record Linear(long descriptors) implements PasidTable {
        private static final int DESCRIPTOR_BYTES = 64;
        private static final long VALID = 1L << 31;

        @Override
        public boolean bears(long pasid, World world, Site site, Cpu cpu) {
            return (read(descriptors + pasid * DESCRIPTOR_BYTES, world, site, cpu) & VALID) != 0;
        }

        @Override
        public String entryName() {
            return "context descriptor";
        }
    }

    /**
     * A PASID directory, whose entries lead to PASID tables of 64 entries (VT-d specification, 9.5 and 9.6).
     *
     * @param directory its first entry
     */
    record Directory(long directory) implements PasidTable {
        private static final long PRESENT = 1;
        private static final long TABLE = ~0xfffL;
        private static final int ENTRY_BYTES = 64;
        private static final int INDEX_BITS = 6;

        @Override
        public boolean bears(long pasid, World world, Site site, Cpu cpu) {
            long entry = read(directory + (pasid >>> INDEX_BITS) * Long.BYTES, world, site, cpu);
            if ((entry & PRESENT) == 0) {
                return false;
            }
            long table = KernelMemory.virtual(entry & TABLE);
            long index = pasid & (1 << INDEX_BITS) - 1;
            return (read(table + index * ENTRY_BYTES, world, site, cpu) & PRESENT) != 0;
        }

        @Override
        public String entryName() {
            return "PASID-table entry";
        }
    }
}
