package org.svalinn.source.tree;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Which files of a kernel archive Svalinn can ever need: about an eighth of them. */
final class Wanted {
    /** Changes when what is wanted changes. */
    static final int VERSION = 2;

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
    /** Where sources include from by a path of their own, such as {@code "../../io_uring/io-wq.h"}. */
    private static final List<String> HEADERS = List.of(
            "arch/x86/realmode/", "block/", "io_uring/", "scripts/dtc/libfdt/", "tools/lib/bpf/");

    private Wanted() {}

    /** The files, and the folders with a {@code /} at their ends, that every wanted file is or is in. */
    static List<String> places() {
        List<String> places = new ArrayList<>(FILES);
        places.addAll(SOURCES);
        places.addAll(HEADERS);
        return places;
    }

    static boolean isWanted(String path) {
        if (FILES.contains(path)) {
            return true;
        }
        boolean isHeader = path.endsWith(".h");
        boolean isSource = isHeader || path.endsWith(".c");
        return (isSource && SOURCES.stream().anyMatch(path::startsWith))
                || (isHeader && HEADERS.stream().anyMatch(path::startsWith));
    }
}
