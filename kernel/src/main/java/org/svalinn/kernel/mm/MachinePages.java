package org.svalinn.kernel.mm;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.kernel.sync.Core;
import org.svalinn.kernel.sync.SpinLock;
import org.svalinn.machine.Steps;
import org.svalinn.machine.iommu.Access;
import org.svalinn.machine.memory.Owner;
import org.svalinn.machine.memory.PageState;
import org.svalinn.machine.memory.Ram;
import org.svalinn.machine.memory.Use;
import org.svalinn.machine.paging.Entries;
import org.svalinn.machine.paging.PageTables;
import org.svalinn.machine.paging.TablePages;

/**
 * Pages of the machine's memory, and page tables in the format that its processors and its IOMMU walk:
 * {@code mm/memory.c}.
 *
 * <p>Those who hold {@code mmap_lock} for reading only, page faults and the OOM reaper, take the page-table lock
 * around entries; the reaper lets go of it before it flushes, as {@code unmap_page_range()} does, and copy-on-write
 * flushes under it, as {@code wp_page_copy()} does.
 */
public final class MachinePages implements UserPages {
    private static final Site FREE_TABLE = Site.named("free_pgtables");
    private static final Site FREE_PAGE = Site.named("free_pages_and_swap_cache");
    private static final Site MAP_COUNT = Site.named("page_count");
    private static final Use COPY = Use.of(Use.Kind.SOFTWARE, "copy_user_highpage");
    private static final Use LOAD = Use.of(Use.Kind.SOFTWARE, "the process loads");
    private static final Use STORE = Use.of(Use.Kind.SOFTWARE, "the process stores");
    private static final int READ = Access.READ;
    private static final int READ_WRITE = Access.READ | Access.WRITE;
    private static final Runnable NO_FLUSH = () -> {};

    /** {@code struct page} of a page of a process. */
    private static final class Page {
        final long physical;

        /** By which steps know how many map it; 0 while only one address space ever has. */
        long number;

        int mappers = 1;

        /** Whether they see each other's writes: then it is not copied. */
        boolean isShared;

        Page(long physical) {
            this.physical = physical;
        }
    }

    private final Core core;
    private final Ram ram;
    private final Owner owner;
    private final long attributes;
    private final SpinLock lock;
    private final TreeMap<Long, Page> pages = new TreeMap<>();
    private final PageTables tables;
    private int tableCount;

    /** {@code MMF_UNSTABLE}: under the lock. */
    private boolean isUnstable;

    /** Of the change under way, which is made with {@code mmap_lock} held for writing, or under the lock. */
    private Runnable flush = NO_FLUSH;

    /**
     * An empty address space.
     *
     * @param name whose
     * @param entries the architecture's format
     * @param attributes more bits of each page's entry
     */
    public MachinePages(Core core, Ram ram, String name, Entries entries, long attributes) {
        this.core = core;
        this.ram = ram;
        this.attributes = attributes;
        owner = new Owner(name);
        lock = new SpinLock(core, "page_table_lock");
        TablePages memory = TablePages.of(ram, owner, FREE_TABLE);
        TablePages counted = new TablePages() {
            @Override
            public long allocate(int bytes) {
                tableCount++;
                return memory.allocate(bytes);
            }

            @Override
            public void free(long table, int bytes) {
                tableCount--;
                memory.free(table, bytes);
            }
        };
        tables = new PageTables(entries, ram, counted, (address, bytes, linked) -> flush.run()).largest(1);
    }

    @Override
    public Owner owner() {
        return owner;
    }

    @Override
    public long root() {
        return tables.root();
    }

    @Override
    public boolean isPresent(long address) {
        return pages.containsKey(address & -Ram.PAGE_SIZE);
    }

    @Override
    public boolean fault(long address, boolean writable, Runnable flush) {
        lock.lock();
        boolean there = faultLocked(address & -Ram.PAGE_SIZE, writable, flush);
        lock.unlock();
        return there;
    }

    private boolean faultLocked(long address, boolean writable, Runnable onCopy) {
        Page page = pages.get(address);
        if (page == null) {
            if (isUnstable) {
                return false;
            }
            page = new Page(ram.allocate(PageState.USER, owner));
            tables.map(address, page.physical, Ram.PAGE_SIZE, writable ? READ_WRITE : READ, attributes);
            pages.put(address, page);
            return true;
        }
        if (!writable || isWritable(address)) {
            return true;
        }
        if (mappers(page) == 1 || page.isShared) {
            // Nobody remembers a permission that there was not
            flush = NO_FLUSH;
            tables.protect(address, Ram.PAGE_SIZE, READ_WRITE);
            return true;
        }
        Page copy = copy(page);
        tables.clear(address, Ram.PAGE_SIZE);
        onCopy.run();
        tables.map(address, copy.physical, Ram.PAGE_SIZE, READ_WRITE, attributes);
        pages.put(address, copy);
        drop(page);
        return true;
    }

    /** A page with the same in it: one step for all of what is read. */
    private Page copy(Page page) {
        Page copy = new Page(ram.allocate(PageState.USER, owner));
        Ram.stepOnPage(core.scheduler(), Operation.READ, page.physical, COPY.site());
        for (int offset = 0; offset < Ram.PAGE_SIZE; offset += Long.BYTES) {
            long value = ram.peek(page.physical + offset, Long.BYTES);
            if (value != 0) {
                ram.write(copy.physical + offset, Long.BYTES, value, COPY);
            }
        }
        return copy;
    }

    @Override
    public void unmap(long address, long bytes, Runnable flush) {
        List<Page> gone = take(address, bytes);
        this.flush = flush;
        tables.unmap(address, bytes);
        gone.forEach(this::drop);
    }

    @Override
    public void unmapAll(Runnable flush) {
        this.flush = flush;
        tables.unmapAll();
        pages.values().forEach(this::drop);
        pages.clear();
    }

    @Override
    public int reap(long address, long bytes, Runnable flush) {
        lock.lock();
        isUnstable = true;
        List<Page> gone = take(address, bytes);
        boolean changed = tables.clear(address, bytes);
        lock.unlock();
        if (changed) {
            flush.run();
        }
        gone.forEach(this::drop);
        return gone.size();
    }

    @Override
    public void protect(long address, long bytes, boolean writable, Runnable flush) {
        this.flush = flush;
        if (!writable) {
            tables.protect(address, bytes, READ);
            return;
        }
        pages.subMap(address, address + bytes).forEach((at, page) -> {
            if (mappers(page) == 1 || page.isShared) {
                tables.protect(at, Ram.PAGE_SIZE, READ_WRITE);
            }
        });
    }

    @Override
    public void move(long from, long to, long bytes, Runnable flush) {
        List<Long> places = List.copyOf(pages.subMap(from, from + bytes).keySet());
        List<Boolean> writable = places.stream().map(this::isWritable).toList();
        List<Page> moved = take(from, bytes);
        this.flush = flush;
        tables.unmap(from, bytes);
        for (int i = 0; i < moved.size(); i++) {
            long at = places.get(i) - from + to;
            Page page = moved.get(i);
            tables.map(at, page.physical, Ram.PAGE_SIZE, writable.get(i) ? READ_WRITE : READ, attributes);
            pages.put(at, page);
        }
    }

    @Override
    public void copyTo(UserPages child, long address, long bytes, boolean shared, Runnable flush) {
        MachinePages other = (MachinePages) child;
        pages.subMap(address, address + bytes).forEach((at, page) -> {
            if (page.number == 0) {
                page.number = core.slab().number("page");
            }
            mappers(page);
            page.mappers++;
            page.isShared |= shared;
            ram.share(page.physical, other.owner);
            other.tables.map(at, page.physical, Ram.PAGE_SIZE, shared ? READ_WRITE : READ, attributes);
            other.pages.put(at, page);
        });
        if (!shared) {
            this.flush = flush;
            tables.protect(address, bytes, READ);
        }
    }

    @Override
    public void freeRoot() {
        tables.free();
    }

    @Override
    public int pages() {
        return pages.size();
    }

    @Override
    public int tables() {
        return tableCount;
    }

    /** Loads 8 bytes, as the process does: 0 where nothing is mapped. */
    public long load(long address) {
        lock.lock();
        Page page = pages.get(address & -Ram.PAGE_SIZE);
        long value = page == null ? 0 : ram.read(page.physical | address & Ram.PAGE_SIZE - 1, Long.BYTES, LOAD);
        lock.unlock();
        return value;
    }

    /** Takes the pages of a range off the list. */
    private List<Page> take(long address, long bytes) {
        var range = pages.subMap(address, address + bytes);
        List<Page> taken = new ArrayList<>(range.values());
        range.clear();
        return taken;
    }

    /** How many map a page: a step, where others ever did. */
    private int mappers(Page page) {
        if (page.number != 0) {
            core.scheduler().step(Operation.UPDATE, page.number, Steps.ALL, MAP_COUNT);
        }
        return page.mappers;
    }

    /** {@code put_page()}: the last one frees it. */
    private void drop(Page page) {
        if (mappers(page) > 1) {
            ram.unshare(page.physical, owner);
        }
        mappers(page);
        if (--page.mappers == 0) {
            ram.free(page.physical, FREE_PAGE);
        }
    }

    private boolean isWritable(long address) {
        long entry = tables.leaf(address);
        return tables.entries().protect(entry, READ_WRITE) == entry;
    }
}
