package org.svalinn.source.floor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.explore.Violation;
import org.svalinn.machine.memory.Owner;
import org.svalinn.machine.memory.PageState;
import org.svalinn.source.runtime.Cpu;
import org.svalinn.source.runtime.Memory;
import org.svalinn.source.type.RecordType;

/**
 * The allocator of kernel objects and of pages: stands for mm/slub.c and mm/page_alloc.c.
 *
 * <p>Each actor allocates upwards in an arena of its own and freed memory is never handed out again in one execution.
 * So an object's address depends on its actor's own history alone, two allocations never conflict, and a pointer to a
 * freed object can never reach a new one by accident: what KASAN's quarantine makes likely is certain here.
 */
public final class Heap {
    /** What {@link Pages} allocates in, in bytes. */
    static final int PAGE_SIZE = 4096;

    private static final int LARGEST_ORDER = 8;
    private static final int REDZONE = 16;

    private final World world;
    private final List<Arena> arenas = new ArrayList<>();
    private final List<Allocation> freedOfSnapshot = new ArrayList<>();
    private final Map<Long, Cache> caches = new HashMap<>();

    /** The objects that one actor allocated, by rising address. */
    private static final class Arena {
        final long base;
        final long end;
        final List<Allocation> objects = new ArrayList<>();
        long next;
        int snapshotObjects;
        long snapshotNext;
        int bootObjects;

        Arena(long base, long size) {
            this.base = base;
            this.end = base + size;
            this.next = base;
        }
    }

    /** A slab cache. */
    record Cache(String name, int size, long constructor) {}

    /** One object. */
    public static final class Allocation {
        private final long address;
        private final int size;
        private final @Nullable RecordType type;
        private final String kind;
        private final PageState state;
        private final Violation.End allocated;
        private Violation.@Nullable End freed;
        private @Nullable Owner owner;

        Allocation(
                long address, int size, @Nullable RecordType type, String kind, PageState state, Violation.End allocated) {
            this.address = address;
            this.size = size;
            this.type = type;
            this.kind = kind;
            this.state = state;
            this.allocated = allocated;
        }

        public long address() {
            return address;
        }

        public int size() {
            return size;
        }

        /** What it is, such as {@code arm_smmu_bond}. */
        public String kind() {
            return kind;
        }

        /** What hardware may do with it: a slab object is {@link PageState#KERNEL}, whatever is freed is {@link PageState#FREE}. */
        public PageState state() {
            return freed != null ? PageState.FREE : state;
        }

        /** The address space whose page, page table or mm_struct it is or was; null for what belongs to none. */
        public @Nullable Owner owner() {
            return owner;
        }

        public String name() {
            return owner == null ? kind : kind + " of " + owner;
        }

        public boolean isFreed() {
            return freed != null;
        }

        /** Who freed it; only for what {@link #isFreed}. */
        public Violation.End freed() {
            if (freed == null) {
                throw new IllegalStateException(name() + " is not freed");
            }
            return freed;
        }

        public Violation.End allocated() {
            return allocated;
        }
    }

    Heap(World world) {
        this.world = world;
    }

    private Arena arena(int index) {
        Memory memory = world.memory();
        while (arenas.size() <= index) {
            arenas.add(new Arena(memory.heap(arenas.size()), memory.heapSize()));
        }
        return arenas.get(index);
    }

    /** A new object of zeros, with a redzone behind it. */
    Allocation allocate(long size, @Nullable String cacheName, Site site, Cpu cpu) {
        Arena arena = arena(cpu.index());
        long address = arena.next;
        long padded = Math.addExact(size, 7) & -8;
        if (size < 0 || address + padded + REDZONE > arena.end) {
            throw cpu.unmodelled("the simulated memory of this actor is full: an allocation of " + size + " bytes", site);
        }
        arena.next = address + padded + REDZONE;
        Memory memory = world.memory();
        memory.fill(address, 0, padded);
        memory.markLive(address, size);
        memory.markRedzone(address + padded, REDZONE);
        RecordType type = cacheName == null ? typeWanted(site, cpu) : null;
        String kind = cacheName != null ? cacheName : type != null ? type.tag() : size + " bytes";
        var object = new Allocation(
                address, (int) size, type != null ? type : layoutOf(cacheName), kind, PageState.KERNEL, world.end("allocated by", site, cpu));
        arena.objects.add(object);
        if (object.type != null) {
            long notifier = FieldPath.find(object.type, "mmu_notifier");
            if (notifier >= 0) {
                world.ledger().watchNotifier(address + notifier);
            }
        }
        return object;
    }

    /** Pages of zeros, aligned to their size, {@code PAGE_SIZE << order}; there is no redzone between two of them. */
    Allocation allocatePages(int order, String kind, PageState state, @Nullable Owner owner, Site site, Cpu cpu) {
        Arena arena = arena(cpu.index());
        int size = PAGE_SIZE << order;
        long address = arena.next + size - 1 & -size;
        if (order > LARGEST_ORDER || address + size > arena.end) {
            throw cpu.unmodelled("the simulated memory of this actor is full: an allocation of " + (1 << order) + " pages", site);
        }
        arena.next = address + size;
        world.memory().fill(address, 0, size);
        world.memory().markLive(address, size);
        var pages = new Allocation(address, size, null, kind, state, world.end("allocated by", site, cpu));
        pages.owner = owner;
        arena.objects.add(pages);
        return pages;
    }

    /** What the innermost caller that says so makes of the {@code void *}. */
    private @Nullable RecordType typeWanted(Site site, Cpu cpu) {
        RecordType type = world.image().objectTypeAt(site);
        for (Site call : type == null ? cpu.callPath() : List.<Site>of()) {
            type = world.image().objectTypeAt(call);
            if (type != null) {
                break;
            }
        }
        return type;
    }

    private @Nullable RecordType layoutOf(@Nullable String cacheName) {
        return cacheName != null && cacheName.equals("mm_struct") ? world.image().layout("struct mm_struct") : null;
    }

    /** Frees the object at this address; NULL is nothing. */
    void free(long address, Site site, Cpu cpu) {
        if (address == 0) {
            return;
        }
        Allocation object = find(address);
        Violation.End here = world.end("freed by", site, cpu);
        if (object == null || object.address != address) {
            world.report(new Violation(
                    "invalid-free",
                    "0x%x is freed, which is %s".formatted(address, object == null ? "no object" : "inside of " + object.name()),
                    List.of(here)));
            return;
        }
        if (world.isConcurrent()) {
            world.run().stepRange(Operation.FREE, address >>> 3, object.size + 7 >>> 3, site);
            world.note(object.name());
        }
        if (object.isFreed()) {
            world.report(new Violation(
                    "double-free", object.name() + " is freed twice", List.of(object.freed(), world.end("freed again by", site, cpu), object.allocated)));
            return;
        }
        world.ledger().freed(address, object.size, here);
        object.freed = here;
        if (isOfSnapshot(object)) {
            freedOfSnapshot.add(object);
        }
        world.memory().markFreed(address, object.size + 7 & -8);
    }

    private boolean isOfSnapshot(Allocation object) {
        for (Arena arena : arenas) {
            if (object.address >= arena.base && object.address < arena.end) {
                return object.address < arena.snapshotNext;
            }
        }
        return false;
    }

    /** The object, live or freed, whose bytes or redzone hold this address. */
    public @Nullable Allocation find(long address) {
        for (Arena arena : arenas) {
            if (address >= arena.base && address < arena.next) {
                return find(arena.objects, address);
            }
        }
        return null;
    }

    private static @Nullable Allocation find(List<Allocation> objects, long address) {
        int low = 0;
        int high = objects.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (objects.get(middle).address <= address) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        if (high < 0) {
            return null;
        }
        Allocation object = objects.get(high);
        return address < object.address + object.size + 7 + REDZONE ? object : null;
    }

    /** The field at this address, as {@code .mm_count}; empty where the type of the object is not known. */
    String fieldName(Allocation object, long address) {
        long offset = address - object.address;
        String field = object.type == null ? "" : FieldPath.at(object.type, offset);
        return !field.isEmpty() ? field : offset == 0 ? "" : "+" + offset;
    }

    /** Says whose an object is, such as the process whose mm it is. */
    void own(long address, Owner owner) {
        Allocation object = find(address);
        if (object != null) {
            object.owner = owner;
        }
    }

    // Caches

    void define(long handle, Cache cache) {
        caches.put(handle, cache);
    }

    @Nullable Cache cache(long handle) {
        return caches.get(handle);
    }

    // Executions

    /** Everything allocated from here on must be freed by the end of each execution. */
    public void endOfBoot() {
        arenas.forEach(arena -> arena.bootObjects = arena.objects.size());
    }

    void snapshot() {
        for (Arena arena : arenas) {
            arena.snapshotObjects = arena.objects.size();
            arena.snapshotNext = arena.next;
        }
        freedOfSnapshot.clear();
    }

    void restore() {
        for (Arena arena : arenas) {
            arena.objects.subList(arena.snapshotObjects, arena.objects.size()).clear();
            arena.next = arena.snapshotObjects == 0 ? arena.base : arena.snapshotNext;
        }
        freedOfSnapshot.forEach(object -> object.freed = null);
        freedOfSnapshot.clear();
    }

    /** What was allocated since the end of boot and never freed, in the order of arenas and addresses. */
    public List<Allocation> leaked() {
        List<Allocation> leaked = new ArrayList<>();
        for (Arena arena : arenas) {
            for (Allocation object : arena.objects.subList(arena.bootObjects, arena.objects.size())) {
                if (!object.isFreed()) {
                    leaked.add(object);
                }
            }
        }
        return leaked;
    }
}
