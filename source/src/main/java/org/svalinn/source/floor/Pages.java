package org.svalinn.source.floor;

import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Site;
import org.svalinn.machine.memory.Owner;
import org.svalinn.machine.memory.PageState;
import org.svalinn.source.runtime.Cpu;

/**
 * Pages: stands for mm/page_alloc.c, below the kernel's own names for it in {@code harness/pages.c}.
 *
 * <p>What a page is for is told from the flags with which it is allocated, which the kernel chooses by just that: what may be
 * moved is a user's, what is accounted to a user and may not be moved is a page table. Whose it is the kernel does not
 * say to the allocator; {@code __svalinn_pages_of()} of the harness does, and a new mm_struct speaks for its first table.
 *
 * <p>There is no {@code struct page}: its address is computed from a page's, and back, and nothing is there.
 */
final class Pages {
    /** Bits of {@code gfp_t} in include/linux/gfp_types.h: __GFP_MOVABLE, __GFP_ACCOUNT, __GFP_DIRECT_RECLAIM. */
    private static final long MOVABLE = 0x8;

    private static final long ACCOUNT = 0x40_0000;
    private static final long DIRECT_RECLAIM = 0x400;

    private final World world;

    private Pages(World world) {
        this.world = world;
    }

    static void install(Floor floor, World world) {
        var pages = new Pages(world);
        String source = "mm/page_alloc.c";
        floor.add(source, (cpu, args, site) -> pages.allocate(args[0], (int) args[1], site, cpu), "__svalinn_pages");
        floor.add(source, (cpu, args, site) -> {
            world.heap().free(args[0], site, cpu);
            return 0;
        }, "__svalinn_free_pages");
        floor.add("one memory node", (cpu, args, site) -> 0, "numa_node_id");
        floor.add("says whose the pages are that follow", (cpu, args, site) -> {
            world.thread(cpu).pagesOf = args[0];
            return 0;
        }, "__svalinn_pages_of");
        String structPage = "include/linux/mm.h: what it does to a struct page, of which there is none";
        floor.add(structPage, (cpu, args, site) -> 1, "pgtable_pte_page_ctor", "pgtable_pmd_page_ctor");
        floor.add(structPage, (cpu, args, site) -> 0, "pgtable_pte_page_dtor", "pgtable_pmd_page_dtor");
    }

    private long allocate(long flags, int order, Site site, Cpu cpu) {
        if ((flags & DIRECT_RECLAIM) != 0) {
            world.mightSleep(site, cpu);
        }
        boolean isUser = (flags & MOVABLE) != 0;
        boolean isTable = !isUser && (flags & ACCOUNT) != 0;
        Owner owner = isUser || isTable ? owner(world.thread(cpu).pagesOf) : null;
        String kind = isUser ? "user page" : isTable ? "page table" : order == 0 ? "page" : (1 << order) + " pages";
        PageState state = isUser ? PageState.USER : isTable ? PageState.PAGE_TABLE : PageState.KERNEL;
        return world.heap().allocatePages(order, kind, state, owner, site, cpu).address();
    }

    private @Nullable Owner owner(long mm) {
        Heap.Allocation object = world.heap().find(mm);
        return object == null ? null : object.owner();
    }
}
