package org.svalinn.kernel.iommu.vtd;

import java.util.Arrays;
import org.svalinn.machine.memory.Owner;
import org.svalinn.machine.memory.PageState;
import org.svalinn.machine.memory.Ram;
import org.svalinn.machine.memory.Use;

/**
 * The PASID directory of a device, and the tables of 64 entries that it leads to ({@code struct pasid_table}, {@code
 * pasid.c}; VT-d 9.5, 9.6). Entries are written by whoever binds or unbinds, one at a time for each PASID.
 */
final class PasidTables {
    private static final int ENTRY_SHIFT = 6;
    private static final int PER_TABLE = 64;

    // Of an entry (9.6)
    private static final long PRESENT = 1;
    private static final long FAULT_PROCESSING_DISABLE = 1 << 1;
    /** AW = 2, PGTT = 001b. */
    private static final long FIRST_LEVEL = 2 << 2 | 1 << 6;
    /** PWSNP. */
    private static final long SNOOP = 1 << 23;
    /** NXE; FSPM = 0: four levels. */
    private static final long NO_EXECUTE = 1 << 5;

    private static final Use SETUP = Use.of(Use.Kind.SOFTWARE, "intel_pasid_setup_first_level");
    private static final Use TEAR_DOWN = Use.of(Use.Kind.SOFTWARE, "intel_pasid_tear_down_entry");
    private static final Use GET_ENTRY = Use.of(Use.Kind.SOFTWARE, "intel_pasid_get_entry");

    private static final Use REUSE = Use.of(Use.Kind.SOFTWARE, "looks whether a PASID is in a table");

    private final Ram ram;
    private final long directory;
    private long[] tables = new long[1];

    /** {@code intel_pasid_alloc_table()}: a directory with the table of the first PASIDs. */
    PasidTables(Ram ram) {
        this.ram = ram;
        directory = ram.allocate(PageState.DEVICE_TABLE, Owner.KERNEL);
        table(0);
    }

    /** Where the directory is. */
    long directory() {
        return directory;
    }

    /**
     * {@code intel_pasid_setup_first_level()}. An entry is not present before its last word, of four, has been
     * written, and nobody looks at the others until then: one step.
     */
    void setUp(int pasid, int domain, long root) {
        ram.write256(
                table(pasid / PER_TABLE) + entry(pasid),
                FIRST_LEVEL | PRESENT, domain | SNOOP, root | NO_EXECUTE, 0,
                SETUP);
    }

    /**
     * The first half of {@code intel_pasid_tear_down_entry()}: false if the entry was not present. What is left of the
     * entry is not looked at until it is set up again. FPD is set here; 6.1 sets it after the invalidations, so that
     * in between requests that abort are logged.
     */
    boolean clearPresent(int pasid, boolean ignoresFaults) {
        long entry = table(pasid / PER_TABLE) + entry(pasid);
        if ((ram.read(entry, 8, TEAR_DOWN) & PRESENT) == 0) {
            return false;
        }
        ram.write(entry, 8, ignoresFaults ? FAULT_PROCESSING_DISABLE : 0, TEAR_DOWN);
        return true;
    }

    /** Whether the entry is present. A table that was never made has none. */
    boolean isPresent(int pasid) {
        int index = pasid / PER_TABLE;
        return index < tables.length
                && tables[index] != 0
                && (ram.read(tables[index] + entry(pasid), 8, REUSE) & PRESENT) != 0;
    }

    private static long entry(int pasid) {
        return (long) (pasid % PER_TABLE) << ENTRY_SHIFT;
    }

    /** {@code intel_pasid_get_entry()}: the table, made when it is first needed, which is at bind. */
    private long table(int index) {
        if (index >= tables.length) {
            tables = Arrays.copyOf(tables, index + 1);
        }
        if (tables[index] == 0) {
            tables[index] = ram.allocate(PageState.DEVICE_TABLE, Owner.KERNEL);
            ram.write(directory + index * 8L, 8, tables[index] | PRESENT, GET_ENTRY);
        }
        return tables[index];
    }
}
