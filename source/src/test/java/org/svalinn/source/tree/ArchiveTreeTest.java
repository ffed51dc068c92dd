package org.svalinn.source.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class ArchiveTreeTest {
    @TempDir
    Path folder;

    private final List<String> warnings = new ArrayList<>();
    private final Feedback feedback = new Feedback() {
        @Override
        public void progress(String what, long done, long total) {}

        @Override
        public void warning(String message) {
            warnings.add(message);
        }
    };

    private static Tar kernel() {
        return new Tar()
                .folder("linux-6.1/")
                .file("linux-6.1/Makefile", "VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 7\n")
                .file("linux-6.1/Kbuild", "")
                .file("linux-6.1/Documentation/notes.c", "not wanted")
                .file("linux-6.1/drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3-sva.c", "int sva;\n")
                .file("linux-6.1/drivers/iommu/iommu-sva-lib.c", "int lib;\n")
                .file("linux-6.1/include/linux/mm_types.h", "struct mm_struct;\n");
    }

    private Path xz(byte[] content, int blockSize) throws IOException {
        Path file = folder.resolve("linux.tar.xz");
        try (XZOutputStream out = new XZOutputStream(Files.newOutputStream(file), new LZMA2Options(1))) {
            for (int at = 0; at < content.length; at += blockSize) {
                out.write(content, at, Math.min(blockSize, content.length - at));
                out.endBlock();
            }
        }
        return file;
    }

    private SourceTree open(Path archive) {
        return KernelSource.open(archive, CacheFolder.at(folder.resolve("cache")), feedback);
    }

    private List<Path> cached() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("cache"))) {
            return files.toList();
        }
    }

    private void assertRefused(Path archive, String message) {
        assertThatThrownBy(() -> open(archive))
                .isInstanceOf(BadInput.class)
                .message()
                .contains(message)
                .doesNotContain("\n");
    }

    @Test
    void anArchiveOfManyBlocksAndOneOfASingleBlockReadTheSame() throws IOException {
        for (int blockSize : new int[] {777, 1 << 20}) {
            SourceTree tree = KernelSource.open(xz(kernel().bytes(), blockSize), CacheFolder.none(), feedback);

            assertThat(tree.text("include/linux/mm_types.h")).isEqualTo("struct mm_struct;\n");
            assertThat(tree.text("drivers/iommu/iommu-sva-lib.c")).isEqualTo("int lib;\n");
            assertThat(tree.exists("include/linux/none.h")).isFalse();
            assertThat(KernelVersion.of(tree)).hasToString("6.1.7");
        }
    }

    @Test
    void whatSvalinnHasNoUseForIsLeftOut() throws IOException {
        SourceTree tree = open(xz(kernel().bytes(), 1 << 20));

        assertThat(tree.exists("Documentation/notes.c")).isFalse();
        assertThat(tree.keeps("Documentation/notes.c")).isFalse();
        assertThat(tree.keeps("mm/memory.c")).isTrue();

        PatchedTree patched = PatchedTree.of(
                tree, "p", "--- a/Documentation/notes.c\n+++ b/Documentation/notes.c\n@@ -1 +1 @@\n-x\n+y\n");
        assertThat(patched.passedOver()).containsExactly("Documentation/notes.c");
    }

    @Test
    void gzipAndLeadingDotsAndLongNamesAreRead() throws IOException {
        String deep = "./include/" + "very-long-folder-name/".repeat(12) + "deep.h";
        Path file = folder.resolve("linux.tar.gz");
        Tar tar = new Tar().folder("./").file("./.clang-format", "");
        byte[] content = tar.file("./Makefile", "VERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 0\n")
                .file("./Kbuild", "")
                .file("./include/linux/mm_types.h", "")
                .file("./drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3-sva.c", "")
                .file("./drivers/iommu/iommu-sva.c", "")
                .longFile(deep, "deep")
                .bytes();
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(content);
        }

        SourceTree tree = open(file);

        assertThat(tree.text(deep.substring(2))).isEqualTo("deep");
    }

    @Test
    void aLinkToAFileOfTheTreeIsThatFileAndOneThatLeavesItIsNothing() throws IOException {
        SourceTree tree = open(xz(
                kernel().link("linux-6.1/include/linux/alias.h", "mm_types.h")
                        .link("linux-6.1/include/linux/out.h", "../../../../../etc/passwd")
                        .link("linux-6.1/include/linux/abs.h", "/etc/passwd")
                        .bytes(),
                1 << 20));

        assertThat(tree.text("include/linux/alias.h")).isEqualTo("struct mm_struct;\n");
        assertThat(tree.exists("include/linux/out.h")).isFalse();
        assertThat(tree.exists("include/linux/abs.h")).isFalse();
    }

    @Test
    void pathsThatLeaveTheTreeArePassedOver() throws IOException {
        SourceTree tree = open(xz(
                kernel().file("linux-6.1/../../mm/evil.c", "x")
                        .file("/mm/evil.c", "x")
                        .file("linux-6.1/mm/../../../kernel/evil.c", "x")
                        .bytes(),
                1 << 20));

        assertThat(tree.exists("mm/evil.c")).isFalse();
        assertThat(tree.exists("kernel/evil.c")).isFalse();
        assertThat(Files.exists(folder.resolve("mm"))).isFalse();
    }

    @Test
    void anEntryTooLargeForASourceFileRefusesTheArchive() throws IOException {
        byte[] content = kernel().claim("linux-6.1/mm/huge.c", 7L << 32).bytes();

        assertRefused(xz(content, 1 << 20), "mm/huge.c is said to have 30064771072 bytes");
    }

    @Test
    void archivesThatAreDamagedSayWhatToDo() throws IOException {
        Path good = xz(kernel().bytes(), 777);
        byte[] bytes = Files.readAllBytes(good);
        Path cut = Files.write(folder.resolve("cut.tar.xz"), Arrays.copyOf(bytes, bytes.length / 2));
        Path text = Files.writeString(folder.resolve("text.tar.xz"), "hello, this is no archive");
        Path noTar = xz("hello, ".repeat(1000).getBytes(StandardCharsets.UTF_8), 1 << 20);

        assertRefused(cut, "fetch it again");
        assertRefused(text, "is neither a directory nor a .tar.xz or .tar.gz archive");
        assertRefused(noTar, "is not a tar archive of a kernel");
        assertRefused(folder.resolve("none.tar.xz"), "does not exist");
    }

    @Test
    void anArchiveCutBetweenBlocksOfTheTarIsNoticed() throws IOException {
        byte[] content = kernel().bytes();

        assertRefused(xz(Arrays.copyOf(content, 512 * 5), 1 << 20), "is cut short");
    }

    @Test
    void theSecondTimeTheCacheIsReadAndAnEditedArchiveIsReadAgain() throws IOException {
        Path archive = xz(kernel().bytes(), 1 << 20);
        open(archive);
        List<Path> first = cached();
        open(archive);
        assertThat(cached()).isEqualTo(first).hasSize(1);

        xz(kernel().file("linux-6.1/mm/new.c", "new").bytes(), 1 << 20);
        assertThat(open(archive).text("mm/new.c")).isEqualTo("new");
        assertThat(cached()).hasSize(1).doesNotContainAnyElementsOf(first);
        assertThat(warnings).isEmpty();
    }

    @Test
    void aDamagedCacheIsNoticedAndMadeAgain() throws IOException {
        Path archive = xz(kernel().bytes(), 1 << 20);
        open(archive);
        Path pack = cached().getFirst();
        byte[] good = Files.readAllBytes(pack);
        for (int damaged : new int[] {0, 40, good.length - 3}) {
            byte[] bad = good.clone();
            bad[damaged] ^= 1;
            Files.write(pack, bad);
            warnings.clear();

            assertThat(open(archive).text("drivers/iommu/iommu-sva-lib.c")).isEqualTo("int lib;\n");
            assertThat(warnings).singleElement().asString().contains("damaged");
            assertThat(Files.readAllBytes(pack)).isEqualTo(good);
        }
        Files.write(pack, new byte[0]);
        assertThat(open(archive).exists("Kbuild")).isTrue();
    }

    @Test
    void withoutAPlaceForTheCacheItGoesOnWithAWarning() throws IOException {
        Path archive = xz(kernel().bytes(), 1 << 20);
        Path occupied = Files.writeString(folder.resolve("occupied"), "a file, not a folder");

        SourceTree tree = KernelSource.open(archive, CacheFolder.at(occupied.resolve("svalinn")), feedback);

        assertThat(tree.exists("Kbuild")).isTrue();
        assertThat(warnings).anySatisfy(warning -> assertThat(warning).contains("going on without"));
    }

    /** Writes a tar archive. */
    private static final class Tar {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Tar folder(String path) {
            return entry(path, '5', "", 0, new byte[0]);
        }

        Tar file(String path, String text) {
            byte[] content = text.getBytes(StandardCharsets.UTF_8);
            return entry(path, '0', "", content.length, content);
        }

        Tar longFile(String path, String text) {
            byte[] name = (path + "\0").getBytes(StandardCharsets.UTF_8);
            entry("././@LongLink", 'L', "", name.length, name);
            return file(path.substring(0, 90), text);
        }

        Tar link(String path, String target) {
            return entry(path, '2', target, 0, new byte[0]);
        }

        Tar claim(String path, long size) {
            return entry(path, '0', "", size, new byte[0]);
        }

        private Tar entry(String path, char type, String target, long size, byte[] content) {
            byte[] header = new byte[512];
            put(header, 0, path);
            put(header, 100, "0000644\0");
            put(header, 124, String.format("%011o", size));
            put(header, 148, "        ");
            header[156] = (byte) type;
            put(header, 157, target);
            put(header, 257, "ustar\0" + "00");
            int sum = 0;
            for (byte b : header) {
                sum += b & 0xff;
            }
            put(header, 148, String.format("%06o\0 ", sum));
            out.writeBytes(header);
            out.writeBytes(content);
            out.writeBytes(new byte[(512 - content.length % 512) % 512]);
            return this;
        }

        private static void put(byte[] header, int offset, String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            System.arraycopy(bytes, 0, header, offset, bytes.length);
        }

        byte[] bytes() {
            out.writeBytes(new byte[1024]);
            return out.toByteArray();
        }
    }
}
