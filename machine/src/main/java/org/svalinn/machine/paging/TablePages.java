package org.svalinn.machine.paging;

import org.svalinn.explore.Site;
import org.svalinn.machine.memory.Owner;
import org.svalinn.machine.memory.PageState;
import org.svalinn.machine.memory.Ram;

/** Where the memory of tables comes from, and goes to. */
public interface TablePages {
    /** Memory of so many bytes, a power of two and at least 4096, aligned to its size, all zeros. */
    long allocate(int bytes);

    /** Gives back what {@link #allocate} gave. */
    void free(long table, int bytes);

    /**
     * Pages of a machine's own memory, as page tables of this owner.
     *
     * @param freed where software frees them, for reports
     */
    static TablePages of(Ram ram, Owner owner, Site freed) {
        return new TablePages() {
            @Override
            public long allocate(int bytes) {
                return ram.allocate(PageState.PAGE_TABLE, owner, bytes >>> Ram.PAGE_SHIFT);
            }

            @Override
            public void free(long table, int bytes) {
                for (int offset = 0; offset < bytes; offset += Ram.PAGE_SIZE) {
                    ram.free(table + offset, freed);
                }
            }
        };
    }
}
