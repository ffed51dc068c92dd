package org.svalinn.machine.paging;

import static org.svalinn.machine.paging.SecondLevelWalker.EXECUTABLE;
import static org.svalinn.machine.paging.SecondLevelWalker.OUTPUT;
import static org.svalinn.machine.paging.SecondLevelWalker.PAGE_SIZE;
import static org.svalinn.machine.paging.SecondLevelWalker.READABLE;
import static org.svalinn.machine.paging.SecondLevelWalker.WRITABLE;

import org.svalinn.machine.iommu.Access;

/**
 * Entries of VT-d's second-stage tables. Tables permit everything.
 *
 * @param format of {@link SecondLevelWalker#format}
 */
public record SecondLevelEntries(long format) implements Entries {
    @Override
    public int topLevel() {
        return SecondLevelWalker.levels(format);
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
        int bits = SecondLevelWalker.addressBits(format);
        return address >>> bits == 0 && address + bytes - 1 >>> bits == 0;
    }

    @Override
    public boolean mapsAt(int level) {
        return switch (level) {
            case 1 -> true;
            case 2 -> (format & SecondLevelWalker.PAGES_2M) != 0;
            case 3 -> (format & SecondLevelWalker.PAGES_1G) != 0 && (format & SecondLevelWalker.PAGES_2M) != 0;
            default -> false;
        };
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
        return address & OUTPUT | READABLE | WRITABLE | (hasExecute() ? EXECUTABLE : 0);
    }

    @Override
    public long page(int level, long physical, int access, long attributes) {
        return protect(physical & OUTPUT | attributes | (level > 1 ? PAGE_SIZE : 0), access);
    }

    @Override
    public long protect(long entry, int access) {
        int data = access & (Access.READ | Access.WRITE);
        boolean executes = (access & Access.EXECUTE) != 0;
        boolean reads = (access & Access.READ) != 0;
        if (data == 0 || executes && !reads || !executes && reads && !hasExecute()) {
            throw new IllegalArgumentException("second-stage entries cannot permit just " + Access.text(access));
        }
        long without = entry & ~(READABLE | WRITABLE | EXECUTABLE);
        return without | data | (executes && hasExecute() ? EXECUTABLE : 0);
    }

    @Override
    public boolean isDirty(long entry) {
        return (entry & ((format & SecondLevelWalker.SSADE) != 0 ? SecondLevelWalker.DIRTY : WRITABLE)) != 0;
    }

    @Override
    public long smaller(int level, long entry) {
        return level > 2 ? entry : entry & ~PAGE_SIZE;
    }

    private boolean hasExecute() {
        return (format & SecondLevelWalker.SLEE) != 0;
    }
}
