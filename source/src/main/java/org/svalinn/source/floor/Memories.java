package org.svalinn.source.floor;

import org.svalinn.explore.Site;
import org.svalinn.source.runtime.Cpu;
import org.svalinn.source.runtime.Memory;

/** Allocation, and bytes in bulk: stands for mm/slub.c, lib/string.c and their assembly. */
final class Memories {
    /** The bits of {@code gfp_t} that allow an allocation to sleep: __GFP_DIRECT_RECLAIM. */
    private static final long GFP_DIRECT_RECLAIM = 0x400;

    private Memories() {}

    static void install(Floor floor, World world) {
        String slab = "mm/slub.c";
        floor.add(slab, (cpu, args, site) -> allocate(world, args[0], args[1], site, cpu), "__kmalloc", "kvmalloc_node", "kmalloc_large");
        floor.add(slab, (cpu, args, site) -> allocate(world, args[2], args[1], site, cpu), "kmalloc_trace", "kmem_cache_alloc_trace");
        floor.add(slab, (cpu, args, site) -> {
            long copy = allocate(world, args[1], args[2], site, cpu);
            cpu.copy(copy, args[0], args[1], site);
            return copy;
        }, "kmemdup");
        floor.add(slab, (cpu, args, site) -> free(world, args[0], site, cpu), "kfree", "kvfree", "kfree_sensitive");
        floor.add(slab, (cpu, args, site) -> createCache(world, args, site, cpu), "kmem_cache_create");
        floor.add(slab, (cpu, args, site) -> cacheAllocate(world, args[0], args[1], site, cpu), "kmem_cache_alloc");
        floor.add(slab, (cpu, args, site) -> cacheAllocate(world, args[0], args[2], site, cpu), "kmem_cache_alloc_lru");
        floor.add(slab, (cpu, args, site) -> cacheAllocate(world, args[0], args[1], site, cpu), "kmem_cache_alloc_node");
        floor.add(slab, (cpu, args, site) -> free(world, args[1], site, cpu), "kmem_cache_free");

        String bytes = "arch/arm64/lib and lib/string.c";
        floor.add(bytes, (cpu, args, site) -> {
            cpu.fill(args[0], (int) args[1], args[2], site);
            return args[0];
        }, "memset", "__memset");
        floor.add(bytes, (cpu, args, site) -> {
            cpu.copy(args[0], args[1], args[2], site);
            return args[0];
        }, "memcpy", "memmove", "__memcpy", "__memmove");
        floor.add(bytes, (cpu, args, site) -> {
            boolean readable = cpu.read(args[0], (int) args[2], false, site) && cpu.read(args[1], (int) args[2], false, site);
            return readable ? world.memory().compare(args[0], args[1], args[2]) : 0;
        }, "memcmp");
        floor.add(bytes, (cpu, args, site) -> world.memory().cString(args[0]).length(), "strlen");
        floor.add(bytes, (cpu, args, site) -> world.memory().cString(args[0]).compareTo(world.memory().cString(args[1])), "strcmp");
    }

    private static long allocate(World world, long size, long gfp, Site site, Cpu cpu) {
        if ((gfp & GFP_DIRECT_RECLAIM) != 0) {
            world.mightSleep(site, cpu);
        }
        return world.heap().allocate(size, null, site, cpu).address();
    }

    private static long free(World world, long address, Site site, Cpu cpu) {
        world.heap().free(address, site, cpu);
        return 0;
    }

    private static long createCache(World world, long[] args, Site site, Cpu cpu) {
        Memory memory = world.memory();
        String name = memory.cString(args[0]);
        long handle = world.heap().allocate(8, "kmem_cache", site, cpu).address();
        world.heap().define(handle, new Heap.Cache(name, (int) args[1], args[4]));
        return handle;
    }

    private static long cacheAllocate(World world, long handle, long gfp, Site site, Cpu cpu) {
        Heap.Cache cache = world.heap().cache(handle);
        if (cache == null) {
            throw cpu.unmodelled("an allocation from a cache that start-up did not make", site);
        }
        if ((gfp & GFP_DIRECT_RECLAIM) != 0) {
            world.mightSleep(site, cpu);
        }
        long address = world.heap().allocate(cache.size(), cache.name(), site, cpu).address();
        if (cache.constructor() != 0) {
            world.callBack(cache.constructor(), site, cpu, address);
        }
        if (cache.name().equals("mm_struct")) {
            world.ledger().watchMm(address, world.thread(cpu).mmOwner);
            world.thread(cpu).pagesOf = address;
        }
        return address;
    }
}
