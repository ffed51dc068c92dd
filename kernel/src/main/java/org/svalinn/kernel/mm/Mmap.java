package org.svalinn.kernel.mm;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.svalinn.kernel.fs.File;

/**
 * What is mapped where in one address space: its VMAs, and the system calls that change them, under {@code mmap_lock}
 * ({@code mm/mmap.c}, {@code mm/mremap.c}, {@code mm/mprotect.c}). Whoever calls one of them holds {@code mm_users}.
 */
public final class Mmap {
    /** {@code EINVAL}, {@code EFAULT} and {@code ENOMEM}: what was asked for is not so, or in use. */
    private static final int EINVAL = -22;
    private static final int EFAULT = -14;
    private static final int ENOMEM = -12;
    private static final long PAGE = 4096;

    /** {@code TASK_SIZE}, of four levels of x86-64, and within what Arm has. */
    private static final long TASK_SIZE = 1L << 47;

    private final Mm mm;
    private final TreeMap<Long, Vma> areas = new TreeMap<>();

    Mmap(Mm mm) {
        this.mm = mm;
    }

    // System calls

    /**
     * {@code mmap(MAP_FIXED_NOREPLACE | MAP_ANONYMOUS)}: memory of the process, which gets its pages when it is
     * touched.
     */
    public int anonymous(long address, long bytes, Vma.Flag... flags) {
        return add(address, bytes, flags, null);
    }

    /**
     * {@code mmap()} of a device's file: its registers or queues. The area holds the file, and the driver is asked.
     *
     * @return 0, or a negative error number
     */
    public int file(File file, long address, long bytes, Vma.Flag... flags) {
        return add(address, bytes, flags, file);
    }

    private int add(long address, long bytes, Vma.Flag[] flags, @Nullable File file) {
        if ((address | bytes) % PAGE != 0 || bytes <= 0) {
            return EINVAL;
        }
        Set<Vma.Flag> set = EnumSet.noneOf(Vma.Flag.class);
        set.addAll(List.of(flags));
        mm.lock().downWrite();
        int error = isFree(address, bytes) ? 0 : ENOMEM;
        if (error == 0 && file != null) {
            file.get();
            error = file.operations().mmap(file);
            if (error < 0) {
                file.put();
            }
        }
        if (error >= 0) {
            areas.put(address, new Vma(address, address + bytes, set, file));
        }
        mm.lock().upWrite();
        return Math.min(error, 0);
    }

    /** {@code munmap()}: pages go, and then the areas, with what they hold of files. */
    public int unmap(long address, long bytes) {
        if ((address | bytes) % PAGE != 0 || bytes <= 0) {
            return EINVAL;
        }
        long end = address + bytes;
        mm.lock().downWrite();
        List<Vma> gone = detach(address, end);
        if (!gone.isEmpty()) {
            Flush flush = new Flush(address, end);
            mm.pages().unmap(address, bytes, flush);
            flush.atLeastOnce();
            gone.forEach(Mmap::remove);
        }
        mm.lock().upWrite();
        return 0;
    }

    /** {@code mprotect()}: whether pages there can be written. */
    public int protect(long address, long bytes, boolean writable) {
        if ((address | bytes) % PAGE != 0 || bytes <= 0) {
            return EINVAL;
        }
        long end = address + bytes;
        mm.lock().downWrite();
        List<Vma> changed = detach(address, end);
        for (Vma area : changed) {
            Set<Vma.Flag> flags = EnumSet.noneOf(Vma.Flag.class);
            flags.addAll(area.flags());
            if (writable) {
                flags.add(Vma.Flag.WRITE);
            } else {
                flags.remove(Vma.Flag.WRITE);
            }
            areas.put(area.start(), area.with(flags));
        }
        if (!changed.isEmpty()) {
            mm.pages().protect(address, bytes, writable, flush(address, end));
        }
        mm.lock().upWrite();
        return changed.isEmpty() ? ENOMEM : 0;
    }

    /**
     * {@code mremap(MREMAP_MAYMOVE | MREMAP_FIXED)} of a whole range to where nothing is: pages keep what is in them.
     */
    public int move(long from, long to, long bytes) {
        if ((from | to | bytes) % PAGE != 0 || bytes <= 0) {
            return EINVAL;
        }
        mm.lock().downWrite();
        int error = EFAULT;
        if (isFree(to, bytes)) {
            List<Vma> moved = detach(from, from + bytes);
            for (Vma area : moved) {
                long start = area.start() - from + to;
                areas.put(start, area.at(start, start + area.bytes()));
                error = 0;
            }
            if (error == 0) {
                mm.pages().move(from, to, bytes, flush(from, from + bytes));
            }
        }
        mm.lock().upWrite();
        return error;
    }

    // With mmap_lock held

    /** {@code find_vma()}: the area in which this address is. */
    public @Nullable Vma find(long address) {
        Map.Entry<Long, Vma> entry = areas.floorEntry(address);
        return entry != null && address < entry.getValue().end() ? entry.getValue() : null;
    }

    /** All of them, by address. */
    public List<Vma> areas() {
        return List.copyOf(areas.values());
    }

    boolean fault(long address, boolean write) {
        Vma area = find(address);
        if (area == null || area.file() != null || write && !area.has(Vma.Flag.WRITE)) {
            return false;
        }
        long page = address & -PAGE;
        return mm.pages().fault(page, write, flush(page, page + PAGE));
    }

    /** {@code dup_mmap()}: the areas of a child, which nobody else knows yet, and what they hold of files. */
    void copyTo(Mm child) {
        for (Vma area : areas.values()) {
            if (area.has(Vma.Flag.DONT_COPY)) {
                continue;
            }
            child.mmap().areas.put(area.start(), area);
            File file = area.file();
            if (file != null) {
                file.get();
                continue;
            }
            boolean shared = area.has(Vma.Flag.SHARED);
            mm.pages().copyTo(
                    child.pages(), area.start(), area.bytes(), shared, flush(area.start(), area.end()));
        }
    }

    /** {@code __oom_reap_task_mm()}: frees pages of areas that are nobody else's; gives how many. */
    int reap() {
        int freed = 0;
        for (Vma area : areas.values()) {
            if (area.isReapable() && mm.notifiers().invalidateRangeStartNonblock()) {
                Flush flush = new Flush(area.start(), area.end());
                freed += mm.pages().reap(area.start(), area.bytes(), flush);
                flush.atLeastOnce();
            }
        }
        return freed;
    }

    /** {@code exit_mmap()}'s last part: all pages and tables, then {@code remove_vma()} of each. */
    void exit() {
        if (areas.isEmpty()) {
            return;
        }
        mm.pages().unmapAll(flush(0, Long.MAX_VALUE));
        areas.values().forEach(Mmap::remove);
        areas.clear();
    }

    private Runnable flush(long start, long end) {
        return new Flush(start, end);
    }

    /** Tells the notifiers that entries of a range have changed. */
    private final class Flush implements Runnable {
        private final long start;
        private final long end;
        private boolean ran;

        Flush(long start, long end) {
            this.start = start;
            this.end = end;
        }

        @Override
        public void run() {
            ran = true;
            mm.notifiers().invalidateRange(start, end);
        }

        /**
         * {@code mmu_notifier_invalidate_range_end()} of {@code unmap_vmas()} and {@code __oom_reap_task_mm()}:
         * notifiers are told also where no page was there.
         */
        void atLeastOnce() {
            if (!ran) {
                run();
            }
        }
    }

    private static void remove(Vma area) {
        File file = area.file();
        if (file != null) {
            file.put();
        }
    }

    private boolean isFree(long start, long bytes) {
        return start >= 0 && start <= TASK_SIZE - bytes && overlapping(start, start + bytes).isEmpty();
    }

    private List<Vma> overlapping(long start, long end) {
        List<Vma> found = new ArrayList<>(1);
        for (Vma area : areas.headMap(end).values()) {
            if (area.end() > start) {
                found.add(area);
            }
        }
        return found;
    }

    /** Takes a range out, splitting areas at its ends ({@code __split_vma()}, where each half holds the file). */
    private List<Vma> detach(long start, long end) {
        List<Vma> parts = new ArrayList<>(1);
        for (Vma area : overlapping(start, end)) {
            areas.remove(area.start());
            keep(area, area.start(), start);
            keep(area, end, area.end());
            parts.add(area.at(Math.max(start, area.start()), Math.min(end, area.end())));
        }
        return parts;
    }

    private void keep(Vma area, long start, long end) {
        if (start < end) {
            File file = area.file();
            if (file != null) {
                file.get();
            }
            areas.put(start, area.at(start, end));
        }
    }
}
