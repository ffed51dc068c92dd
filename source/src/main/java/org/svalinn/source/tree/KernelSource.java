package org.svalinn.source.tree;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Opens the trees that users name, and sees that they are kernels with SVA. */
public final class KernelSource {
    private static final String DRIVER = "drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3-sva.c";
    private static final List<String> CORE = List.of("drivers/iommu/iommu-sva-lib.c", "drivers/iommu/iommu-sva.c");

    private KernelSource() {}

    /**
     * Opens a kernel's source.
     *
     * @param path a folder, or a {@code .tar.xz} or {@code .tar.gz} archive
     * @throws BadInput when it cannot be read or is no kernel with SVA
     */
    public static SourceTree open(Path path, CacheFolder cache, Feedback feedback) {
        if (!Files.exists(path)) {
            throw new BadInput(path + " does not exist: name a kernel's source folder or .tar.xz archive");
        }
        SourceTree tree =
                Files.isDirectory(path) ? new DirectoryTree(path) : ArchiveTree.open(path, cache, feedback);
        check(tree);
        return tree;
    }

    /** @throws BadInput when {@code tree} is no kernel, or one without SVA; says what is missing */
    static void check(SourceTree tree) {
        for (String file : List.of("Makefile", "Kbuild", "include/linux/mm_types.h")) {
            if (!tree.exists(file)) {
                throw new BadInput(tree.name() + " is not a kernel's source: it has no " + file
                        + ": name the folder or archive of a whole kernel");
            }
        }
        KernelVersion version = KernelVersion.of(tree);
        if (!tree.exists(DRIVER)) {
            throw new BadInput(tree.name() + " (" + version + ") has no SVA: " + DRIVER
                    + " is missing: name a kernel that has it, such as Linux 6.1");
        }
        if (CORE.stream().noneMatch(tree::exists)) {
            throw new BadInput(tree.name() + " (" + version + ") has no SVA: " + String.join(" or ", CORE)
                    + " is missing: name a kernel that has it, such as Linux 6.1");
        }
    }
}
