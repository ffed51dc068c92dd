package org.svalinn.machine.driver;

import java.util.TreeMap;
import org.svalinn.explore.Site;
import org.svalinn.machine.Machine;
import org.svalinn.machine.iommu.Access;
import org.svalinn.machine.memory.Owner;
import org.svalinn.machine.memory.PageState;
import org.svalinn.machine.memory.Ram;
import org.svalinn.machine.memory.Use;
import org.svalinn.machine.paging.Entries;
import org.svalinn.machine.paging.PageTables;
import org.svalinn.machine.paging.TableInvalidation;
import org.svalinn.machine.paging.TablePages;

/** A process's memory: page tables, and pages of 4 KiB that they map. */
public final class AddressSpace {
    private static final Site FREE_TABLE = Site.named("the process frees a page table");
    private static final Site FREE_PAGE = Site.named("the process frees a page");
    private static final Use LOAD = Use.of(Use.Kind.SOFTWARE, "the process loads");
    private static final Use STORE = Use.of(Use.Kind.SOFTWARE, "the process stores");
    private static final int READ_WRITE = Access.READ | Access.WRITE;

    private final Ram ram;
    private final Owner owner;
    private final long attributes;
    private final PageTables tables;
    private final Mutex mutex;
    private final TreeMap<Long, Long> pages = new TreeMap<>();
    private TableInvalidation invalidation = TableInvalidation.NONE;

    /**
     * An empty address space.
     *
     * @param entries the architecture's format
     * @param attributes more bits of each page's entry
     */
    public AddressSpace(Machine machine, String name, Entries entries, long attributes) {
        ram = machine.ram();
        owner = new Owner(name);
        this.attributes = attributes;
        tables = new PageTables(
                entries,
                ram,
                TablePages.of(ram, owner, FREE_TABLE),
                (address, bytes, linked) -> invalidation.invalidate(address, bytes, linked));
        mutex = new Mutex(machine.steps(), machine.objects(), "memory map of " + name);
    }

    /** Whose its pages are, for checks. */
    public Owner owner() {
        return owner;
    }

    /** The first table's physical address. */
    public long root() {
        return tables.root();
    }

    /**
     * Who is told that entries have changed, before pages and tables are freed: set by a driver that binds it to a
     * device.
     */
    public void onChange(TableInvalidation told) {
        invalidation = told;
    }

    /** Gives it a page of zeros there that can be read and written; nothing if there is one. */
    public void map(long address) {
        long page = address & -Ram.PAGE_SIZE;
        mutex.lock();
        if (!pages.containsKey(page)) {
            long physical = ram.allocate(PageState.USER, owner);
            tables.map(page, physical, Ram.PAGE_SIZE, READ_WRITE, attributes);
            pages.put(page, physical);
        }
        mutex.unlock();
    }

    /** Takes the page away: its entry is cleared, those who may remember it are told, and then it is freed. */
    public void unmap(long address) {
        long page = address & -Ram.PAGE_SIZE;
        mutex.lock();
        Long physical = pages.remove(page);
        if (physical != null) {
            tables.unmap(page, Ram.PAGE_SIZE);
            ram.free(physical, FREE_PAGE);
        }
        mutex.unlock();
    }

    /** Loads 8 bytes, as the process does: 0 where nothing is mapped. */
    public long load(long address) {
        mutex.lock();
        Long physical = pages.get(address & -Ram.PAGE_SIZE);
        long value = physical == null ? 0 : ram.read(physical | address & Ram.PAGE_SIZE - 1, 8, LOAD);
        mutex.unlock();
        return value;
    }

    /** Stores 8 bytes, as the process does; where nothing is mapped it first gets a page. */
    public void store(long address, long value) {
        map(address);
        mutex.lock();
        Long physical = pages.get(address & -Ram.PAGE_SIZE);
        if (physical != null) {
            ram.write(physical | address & Ram.PAGE_SIZE - 1, 8, value, STORE);
        }
        mutex.unlock();
    }
}
