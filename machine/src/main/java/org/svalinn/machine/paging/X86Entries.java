package org.svalinn.machine.paging;

import static org.svalinn.machine.paging.X86Walker.EXECUTE_DISABLE;
import static org.svalinn.machine.paging.X86Walker.OUTPUT;
import static org.svalinn.machine.paging.X86Walker.PAGE_SIZE;
import static org.svalinn.machine.paging.X86Walker.PRESENT;
import static org.svalinn.machine.paging.X86Walker.USER;
import static org.svalinn.machine.paging.X86Walker.WRITABLE;

import org.svalinn.machine.iommu.Access;

/**
 * Entries of x86-64 paging. Tables permit everything, so that the page's entry decides; {@link X86Walker#USER} is an
 * attribute.
 *
 * @param format of {@link X86Walker#format}
 */
public record X86Entries(long format) implements Entries {
    /** PAT is bit 12 of a large page's entry, and bit 7 of a 4 KiB page's. */
    private static final long LARGE_PAT = 1L << 12;

    private static final long SMALL_PAT = 1L << 7;

    @Override
    public int topLevel() {
        return X86Walker.levels(format);
    }

    @Override
    public int count(int level) {
        return 512;
    }

    @Override
    public int shift(int level) {
        return 3 + 9 * level;
    }

    @Override
    public boolean covers(long address, long bytes) {
        long last = address + bytes - 1;
        return X86Walker.isCanonical(format, address) && X86Walker.isCanonical(format, last) && (address ^ last) >= 0;
    }

    @Override
    public boolean mapsAt(int level) {
        return level <= 2 || level == 3 && (format & X86Walker.PAGES_1G) != 0;
    }

    @Override
    public int contiguous(int level) {
        return 1;
    }

    @Override
    public long contiguousBit() {
        return 0;
    }

    @Override
    public long table(long address) {
        return address & OUTPUT | PRESENT | WRITABLE | USER;
    }

    @Override
    public long page(int level, long physical, int access, long attributes) {
        return protect(physical & OUTPUT | attributes | PRESENT | (level > 1 ? PAGE_SIZE : 0), access);
    }

    @Override
    public long protect(long entry, int access) {
        boolean hasXd = (format & X86Walker.NXE) != 0;
        if ((access & Access.READ) == 0 || (access & Access.EXECUTE) == 0 && !hasXd) {
            throw new IllegalArgumentException("x86 entries cannot permit just " + Access.text(access));
        }
        long without = entry & ~(WRITABLE | EXECUTE_DISABLE);
        return without
                | ((access & Access.WRITE) != 0 ? WRITABLE : 0)
                | ((access & Access.EXECUTE) == 0 ? EXECUTE_DISABLE : 0);
    }

    @Override
    public boolean isDirty(long entry) {
        return (entry & X86Walker.DIRTY) != 0;
    }

    @Override
    public long smaller(int level, long entry) {
        if (level > 2) {
            return entry;
        }
        return entry & ~(PAGE_SIZE | LARGE_PAT) | ((entry & LARGE_PAT) != 0 ? SMALL_PAT : 0);
    }
}
