package org.svalinn.source.floor;

import java.util.List;

/**
 * The harness: Svalinn's own C around the files under test. Some of its files include a kernel file whole, so that
 * they reach what is static there; some stand for files that are not loaded.
 */
final class Harness {
    /** The harness's own files on every {@link Platform}, resources of this package's parent. */
    static final List<String> COMMON =
            List.of("boot.c", "driver-core.c", "pci.c", "pages.c", "mm.c", "fork.c", "exit.c", "oom.c", "iommu.c", "accelerator.c");

    /** Files of the kernel that are loaded as they are. */
    static final List<String> KERNEL = List.of(
            "mm/mmu_notifier.c",
            "mm/mmu_gather.c",
            "mm/memory.c",
            "drivers/iommu/iommu-sva-lib.c",
            "drivers/iommu/ioasid.c",
            "drivers/iommu/io-pgfault.c",
            "lib/xarray.c",
            "lib/radix-tree.c",
            "lib/bitmap.c",
            "lib/rbtree.c",
            "lib/hweight.c",
            "lib/find_bit.c");

    private Harness() {}

    /** Functions of loaded files that the harness replaces, because what is below them is not modelled. */
    static void install(Floor floor, World world) {
        redirect(floor, world, "dup_mmap", "svalinn_dup_mmap", "kernel/fork.c: VMAs are a list in harness/mm.c");
        redirect(floor, world, "handle_mm_fault", "svalinn_handle_mm_fault", "mm/memory.c: a page of harness/mm.c for each VMA");
        redirect(floor, world, "tlb_remove_table_free", "__tlb_remove_table_free",
                "mm/mmu_gather.c: the grace period before tables are freed, for which no hardware waits, is the shortest there is");
        redirect(floor, world, "put_page", "svalinn_put_page", "include/linux/mm.h: a page has one user");
        redirect(floor, world, "vma_lookup", "svalinn_find_vma", "include/linux/mm.h: VMAs are a list in harness/mm.c");
        redirect(floor, world, "__oom_reap_task_mm", "svalinn_oom_reap", "mm/oom_kill.c: VMAs are a list in harness/mm.c");
    }

    private static void redirect(Floor floor, World world, String name, String to, String standsFor) {
        floor.add(standsFor, (cpu, args, site) -> cpu.call(site, world.image().function(to), args), name);
    }
}
