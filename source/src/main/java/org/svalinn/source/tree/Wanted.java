package org.svalinn.source.tree;

import java.util.List;
import java.util.Set;

/** Which files of a kernel archive Svalinn can ever need: about an eighth of them. */
final class Wanted {
    /** Changes when what is wanted changes. */
    static final int VERSION = 1;

    private static final Set<String> FILES = Set.of(
            "Makefile",
            "Kbuild",
            "arch/arm64/tools/cpucaps",
            "arch/arm64/tools/sysreg",
            "arch/arm64/tools/syscall_64.tbl",
            "arch/x86/entry/syscalls/syscall_64.tbl",
            "scripts/syscall.tbl");
    private static final List<String> SOURCES = List.of(
            "arch/arm64/", "arch/x86/include/", "arch/x86/kernel/", "arch/x86/mm/", "drivers/iommu/",
            "drivers/misc/uacce/", "include/", "init/", "ipc/", "kernel/", "lib/", "mm/");
    private static final String NOT_C = "include/dt-bindings/";

    private Wanted() {}

    static boolean isWanted(String path) {
        if (FILES.contains(path)) {
            return true;
        }
        boolean isSource = path.endsWith(".h") || path.endsWith(".c");
        return isSource && !path.startsWith(NOT_C) && SOURCES.stream().anyMatch(path::startsWith);
    }
}
