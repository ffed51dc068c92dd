package org.svalinn.bench;

import org.svalinn.machine.memory.Owner;
import org.svalinn.machine.memory.PageState;
import org.svalinn.machine.memory.Ram;
import org.svalinn.machine.memory.Use;

/**
 * Page tables of four levels of 512 entries, which x86-64 and AArch64 with 4 KiB pages have in common; only the bits of the
 * entries differ. A table of its own at each level for each address space, so that a walk shares none with another.
 *
 * @param table bits of an entry that refers to a table
 * @param page bits of an entry that maps a page
 */
record FourLevels(long table, long page) {
    /** Present, writable, user, accessed, and dirty for a page: Intel SDM volume 3, 5.5.4. */
    static final FourLevels X86_64 = new FourLevels(0x27, 0x67);

    /**
     * Table; page with AF, inner shareable, nG, unprivileged read and write: Arm DDI 0487, D8.3. PXN and UXN are clear.
     */
    static final FourLevels AARCH64 = new FourLevels(0x3, 0xf43);

    private static final Use SOFTWARE = Use.of(Use.Kind.SOFTWARE, "software writes a page-table entry");
    private static final int LEVELS = 4;

    /** Tables that map one new page; gives the address of the first table. */
    long map(Ram ram, Owner owner, long address) {
        long first = ram.allocate(PageState.PAGE_TABLE, owner);
        long at = first;
        for (int level = LEVELS; level > 1; level--) {
            long next = ram.allocate(PageState.PAGE_TABLE, owner);
            ram.write(entry(at, level, address), 8, next | table, SOFTWARE);
            at = next;
        }
        ram.write(entry(at, 1, address), 8, ram.allocate(PageState.USER, owner) | page, SOFTWARE);
        return first;
    }

    private static long entry(long table, int level, long address) {
        return table + (address >>> 3 + 9 * level & 0x1ff) * 8;
    }
}
