package org.svalinn.kernel.mm;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.svalinn.kernel.fs.File;

/**
 * A range of addresses and what is there: {@code struct vm_area_struct}.
 *
 * @param start the first address, of a page
 * @param end the first address behind it
 * @param flags what may be done
 * @param file the file of a device whose registers are there, and which the area holds; null for memory of the process
 */
public record Vma(long start, long end, Set<Flag> flags, @Nullable File file) {
    /** {@code vm_flags}. */
    public enum Flag {
        /** {@code VM_WRITE}. */
        WRITE,
        /** {@code VM_SHARED}: a child of fork has the same pages, and writes to them are seen by both. */
        SHARED,
        /** {@code VM_DONTCOPY}: a child of fork does not have it, as with a device's queues. */
        DONT_COPY
    }

    public long bytes() {
        return end - start;
    }

    public boolean has(Flag flag) {
        return flags.contains(flag);
    }

    /** Whether the OOM reaper may take its pages: those of nobody else and of no file. */
    boolean isReapable() {
        return file == null && !has(Flag.SHARED);
    }

    Vma at(long newStart, long newEnd) {
        return new Vma(newStart, newEnd, flags, file);
    }

    Vma with(Set<Flag> newFlags) {
        return new Vma(start, end, newFlags, file);
    }
}
