package org.svalinn.source.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelSourceTest {
    private static final String DRIVER = "drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3-sva.c";

    @TempDir
    private Path folder;

    @Test
    void aFolderIsOpened() throws IOException {
        kernel();

        SourceTree tree = open(folder);

        assertThat(tree.name()).isEqualTo(folder.toString());
        assertThat(tree.text(DRIVER)).isEqualTo("int sva;\n");
    }

    @Test
    void anArchiveIsOpened() {
        Path archive = TarBuilder.kernel().xz(folder.resolve("linux.tar.xz"));

        assertThat(open(archive).text(DRIVER)).isEqualTo("int sva;\n");
    }

    @Test
    void aPathThatDoesNotExistIsRefused() {
        Path absent = folder.resolve("absent");

        assertRefused(absent, absent + " does not exist: name a kernel's source folder or .tar.xz archive");
    }

    @Test
    void aFolderThatIsNoKernelIsRefused() throws IOException {
        for (String file : List.of("Makefile", "Kbuild", "include/linux/mm_types.h")) {
            kernel();
            Files.delete(folder.resolve(file));

            assertRefused(folder, folder + " is not a kernel's source: it has no " + file
                    + ": name the folder or archive of a whole kernel");
        }
    }

    @Test
    void aMakefileThatStatesNoVersionIsRefused() throws IOException {
        kernel();
        Files.writeString(folder.resolve("Makefile"), "all:\n");

        assertRefused(folder, folder + " is not a kernel tree: its Makefile sets no VERSION");
    }

    @Test
    void aKernelWithoutSvaIsRefused() throws IOException {
        kernel();
        Files.delete(folder.resolve("drivers/iommu/iommu-sva.c"));
        assertRefused(folder, folder + " (9.9.1) has no SVA: drivers/iommu/iommu-sva-lib.c or"
                + " drivers/iommu/iommu-sva.c is missing: name a kernel that has it, such as Linux 6.1");

        kernel();
        Files.delete(folder.resolve(DRIVER));
        assertRefused(folder, folder + " (9.9.1) has no SVA: " + DRIVER
                + " is missing: name a kernel that has it, such as Linux 6.1");
    }

    @Test
    void theDistributionsKernelIsOpened() {
        SourceTree tree = DistributionKernel.tree();

        assertThat(tree.name()).isEqualTo("linux-source-6.1.tar.xz");
        assertThat(KernelVersion.of(tree).isAtLeast(6, 1)).isTrue();
        assertThat(tree.text("kernel/fork.c"))
                .startsWith("// SPDX-License-Identifier: ")
                .hasSizeGreaterThan(50_000);
        assertThat(tree.text(DRIVER)).contains("arm_smmu_sva_bind");
        assertThat(tree.text("arch/arm64/tools/cpucaps")).isNotBlank();
        assertThat(tree.text("include/dt-bindings/input/linux-event-codes.h"))
                .as("a symbolic link")
                .isEqualTo(tree.text("include/uapi/linux/input-event-codes.h"));
        assertThat(tree.exists("sound/core/init.c")).isFalse();
        for (String path : List.of("Makefile", "mm/memory.c", "virt/absent.c", "lib/xarray.c")) {
            String text = tree.text(path);
            assertThat(tree.stamp(path)).isEqualTo(text == null ? null : Stamps.of(text));
        }
    }

    private void kernel() throws IOException {
        write("Makefile", "VERSION = 9\nPATCHLEVEL = 9\nSUBLEVEL = 1\n");
        write("Kbuild", "");
        write("include/linux/mm_types.h", "struct mm_struct;\n");
        write(DRIVER, "int sva;\n");
        write("drivers/iommu/iommu-sva.c", "int core;\n");
    }

    private void write(String path, String text) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private SourceTree open(Path path) {
        return KernelSource.open(path, CacheFolder.at(folder.resolve("cache")), Feedback.SILENT);
    }

    private void assertRefused(Path path, String message) {
        assertThatThrownBy(() -> open(path)).isInstanceOf(BadInput.class).hasMessage(message);
    }
}
