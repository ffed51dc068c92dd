package org.svalinn.kernel.mm;

import org.svalinn.machine.memory.Owner;

/**
 * The pages of one address space, and the tables that map them: {@link MachinePages real ones} in the machine's
 * memory, or only counted, in a simulation. Callers hold {@code mmap_lock} as the kernel does: for reading to
 * {@link #fault} and {@link #reap}, which keep each other out by a lock of the tables' own, and for writing to do
 * anything else. A victim that reaps itself at its exit holds nothing, as nobody can change its mappings any more.
 *
 * <p>Where there is a {@code flush}, it is called once entries have changed, if any did, and before any page or table
 * that they led to is freed: it returns when nobody remembers what they said. It does not sleep.
 */
public interface UserPages {
    /** Whose they are, for checks. */
    Owner owner();

    /** Where the tables begin: what an IOMMU is told. */
    long root();

    /** Whether there is a page at this address: no step. */
    boolean isPresent(long address);

    /**
     * {@code handle_pte_fault()}: has a page there, which can be written if {@code writable}. One of zeros where
     * there is none; one that cannot be written and is to be, is copied first if others map it too.
     *
     * @return whether there is one; not so if it would be a new one, after {@link #reap} ({@code MMF_UNSTABLE})
     */
    boolean fault(long address, boolean writable, Runnable flush);

    /** {@code unmap_region()}: clears entries, takes out tables that are empty then, flushes, frees both. */
    void unmap(long address, long bytes, Runnable flush);

    /** {@code exit_mmap()}'s part of it: everything, and all tables but the first. */
    void unmapAll(Runnable flush);

    /**
     * {@code unmap_page_range()} of the OOM reaper: clears entries, flushes, frees pages. Tables stay, and no page
     * comes back.
     *
     * @return how many pages it has freed
     */
    int reap(long address, long bytes, Runnable flush);

    /**
     * {@code change_protection()}: pages there can, or can no more, be written; ones that others map too cannot in
     * any case.
     */
    void protect(long address, long bytes, boolean writable, Runnable flush);

    /** {@code move_page_tables()}: pages are from here on found at {@code to}. */
    void move(long from, long to, long bytes, Runnable flush);

    /**
     * {@code copy_page_range()}: another address space, of the same kind, maps the same pages; neither may write to
     * them without a copy, unless they are {@code shared}.
     */
    void copyTo(UserPages child, long address, long bytes, boolean shared, Runnable flush);

    /** {@code mm_free_pgd()}, at {@code __mmdrop()}: frees the first table. */
    void freeRoot();

    /** How many pages it has: no step. */
    int pages();

    /** How many tables it has, with the first: no step. */
    int tables();
}
