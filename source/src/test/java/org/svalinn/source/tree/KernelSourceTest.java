package org.svalinn.source.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelSourceTest {
    private static final String VERSION = "VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 192\nEXTRAVERSION =\n";

    @TempDir
    Path folder;

    private void file(String path, String text) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private SourceTree open() {
        return KernelSource.open(folder, CacheFolder.none(), Feedback.SILENT);
    }

    @Test
    void aDirectoryIsRefusedUntilItIsAKernelWithSva() throws IOException {
        assertThatThrownBy(this::open).isInstanceOf(BadInput.class).hasMessageContaining("it has no Makefile");
        file("Makefile", VERSION);
        assertThatThrownBy(this::open).hasMessageContaining("it has no Kbuild");
        file("Kbuild", "");
        assertThatThrownBy(this::open).hasMessageContaining("it has no include/linux/mm_types.h");
        file("include/linux/mm_types.h", "");
        assertThatThrownBy(this::open)
                .hasMessageContaining("(6.1.192) has no SVA: drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3-sva.c");
        file("drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3-sva.c", "");
        assertThatThrownBy(this::open)
                .hasMessageContaining("drivers/iommu/iommu-sva-lib.c or drivers/iommu/iommu-sva.c is missing");
        file("drivers/iommu/iommu-sva.c", "");
        assertThat(open().exists("Kbuild")).isTrue();
    }

    @Test
    void anEditOfAFileInADirectoryChangesItsStamp() throws IOException {
        file("mm/a.c", "int a;\n");
        SourceTree tree = new DirectoryTree(folder);
        String before = tree.stamp("mm/a.c");
        file("mm/a.c", "int ab;\n");

        assertThat(tree.stamp("mm/a.c")).isNotEqualTo(before);
        assertThat(tree.text("mm/a.c")).isEqualTo("int ab;\n");
        assertThat(tree.stamp("mm/none.c")).isNull();
        assertThat(tree.text("mm/none.c")).isNull();
        assertThat(tree.exists("mm")).isFalse();
    }

    @Test
    void theVersionIsTheMakefiles() {
        assertThat(KernelVersion.of(new TextTree().with("Makefile", VERSION)))
                .isEqualTo(new KernelVersion(6, 1, 192))
                .hasToString("6.1.192");
        assertThat(new KernelVersion(6, 1, 0).isAtLeast(5, 18)).isTrue();
        assertThat(new KernelVersion(6, 1, 0).isAtLeast(6, 2)).isFalse();
        assertThatThrownBy(() -> KernelVersion.of(new TextTree().with("Makefile", "all:\n\tcc x.c\n")))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("sets no VERSION");
    }
}
