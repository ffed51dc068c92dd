package org.svalinn.kernel.sva;

import java.util.HashSet;
import java.util.Set;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.kernel.mm.UserPages;
import org.svalinn.kernel.sync.Core;
import org.svalinn.machine.Steps;
import org.svalinn.machine.memory.Owner;

/** Pages that are nothing but addresses, of which a {@link FakeIommu}'s devices see whether they are there. */
final class CountedPages implements UserPages {
    private static final Site FREE = Site.named("frees pages");
    private static final Site DMA = Site.named("DMA");

    private final Core core;
    private final Owner owner;
    private final long number;
    private final Set<Long> pages = new HashSet<>();
    private boolean isGone;

    CountedPages(Core core, String owner) {
        this.core = core;
        this.owner = new Owner(owner);
        number = core.slab().number("pages of " + owner);
    }

    /** A device reaches into them: whether they are the process's still. */
    boolean reach() {
        core.scheduler().step(Operation.READ, number, Steps.ALL, DMA);
        return !isGone;
    }

    @Override
    public Owner owner() {
        return owner;
    }

    @Override
    public long root() {
        return 0;
    }

    @Override
    public boolean isPresent(long address) {
        return pages.contains(address);
    }

    @Override
    public boolean fault(long address, boolean writable, Runnable flush) {
        pages.add(address);
        return true;
    }

    @Override
    public void unmap(long address, long bytes, Runnable flush) {
        pages.removeIf(page -> page >= address && page < address + bytes);
        flush.run();
    }

    @Override
    public void unmapAll(Runnable flush) {
        pages.clear();
        flush.run();
        core.scheduler().step(Operation.WRITE, number, Steps.ALL, FREE);
        isGone = true;
    }

    @Override
    public int reap(long address, long bytes, Runnable flush) {
        int before = pages.size();
        unmap(address, bytes, flush);
        return before - pages.size();
    }

    @Override
    public void protect(long address, long bytes, boolean writable, Runnable flush) {
        flush.run();
    }

    @Override
    public void move(long from, long to, long bytes, Runnable flush) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void copyTo(UserPages child, long address, long bytes, boolean shared, Runnable flush) {}

    @Override
    public void freeRoot() {}

    @Override
    public int pages() {
        return pages.size();
    }

    @Override
    public int tables() {
        return 1;
    }
}
