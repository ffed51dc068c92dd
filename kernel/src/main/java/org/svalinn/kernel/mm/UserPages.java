package org.svalinn.kernel.mm;

import org.svalinn.machine.memory.Owner;

/**
 * The pages of one address space, and the tables that map them: real ones in the machine's memory, or only counted, in a
 * simulation. Callers hold {@code mmap_lock} as the kernel does.
 */
public interface UserPages {
    /** Whose they are, for checks. */
    Owner owner();

    /** Where the tables begin: what an IOMMU is told. */
    long root();

    /** Whether there is a page at this address. */
    boolean isPresent(long address);

    /** Gives it a page of zeros ({@code handle_mm_fault()} on anonymous memory); nothing if there is one. */
    void fault(long address, boolean writable);

    /**
     * {@code unmap_page_range()} and {@code tlb_finish_mmu()}: clears entries, calls {@code flush} when they are cleared and
     * before anything is freed, then frees pages.
     */
    void unmap(long address, long bytes, Runnable flush);

    /** {@code free_pgtables()}: frees all tables but the first. */
    void freeTables();

    /** {@code mm_free_pgd()}, at {@code __mmdrop()}: frees the first table. */
    void freeRoot();

    /** How many pages it has: no step. */
    int pages();
}
