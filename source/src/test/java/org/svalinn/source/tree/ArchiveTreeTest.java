package org.svalinn.source.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveTreeTest {
    private static final String MAKEFILE = "VERSION = 9\nPATCHLEVEL = 9\nSUBLEVEL = 1\n";

    private final Heard heard = new Heard();
    private Path archive;
    private Path folder;
    private CacheFolder cache;

    @BeforeEach
    void paths(@TempDir Path temporary) {
        archive = temporary.resolve("linux-9.9.tar.xz");
        folder = temporary.resolve("cache");
        cache = CacheFolder.at(folder);
    }

    @Test
    void theFolderAtTheTopIsNoPartOfThePaths() {
        ArchiveTree tree = open(TarBuilder.kernel());

        assertThat(tree.text("Makefile")).isEqualTo(MAKEFILE);
        assertThat(tree.stamp("Makefile")).isEqualTo(Stamps.of(MAKEFILE));
        assertThat(tree.exists("include/linux/mm_types.h")).isTrue();
        assertThat(tree.name()).isEqualTo("linux-9.9.tar.xz");
    }

    @Test
    void whatIsNotThereIsAbsent() {
        ArchiveTree tree = open(TarBuilder.kernel());

        assertThat(tree.exists("mm/absent.c")).isFalse();
        assertThat(tree.text("mm/absent.c")).isNull();
        assertThat(tree.stamp("mm/absent.c")).isNull();
        assertThat(tree.keeps("mm/absent.c")).isTrue();
    }

    @Test
    void whatSvalinnHasNoUseForIsLeftOut() {
        ArchiveTree tree = open(TarBuilder.kernel()
                .file("linux-9.9/sound/noise.c", "int noise;\n")
                .file("linux-9.9/mm/readme.txt", "text\n")
                .file("linux-9.9/arch/arm64/tools/cpucaps", "BTI\n"));

        assertThat(tree.exists("sound/noise.c")).isFalse();
        assertThat(tree.keeps("sound/noise.c")).isFalse();
        assertThat(tree.keeps("mm/readme.txt")).isFalse();
        assertThat(tree.text("arch/arm64/tools/cpucaps")).isEqualTo("BTI\n");

        String patch = "--- a/sound/noise.c\n+++ b/sound/noise.c\n@@ -1 +1 @@\n-int noise;\n+int music;\n";
        assertThat(PatchedTree.of(tree, "p", patch).passedOver()).containsExactly("sound/noise.c");
    }

    @Test
    void everyByteIsOneChar() {
        assertThat(open(TarBuilder.kernel().file("linux-9.9/mm/a.c", "\u00c3\u00a4\u0080\u00ff\0")).text("mm/a.c"))
                .isEqualTo("\u00c3\u00a4\u0080\u00ff\0");
    }

    @Test
    void manyBlocksAreReadAsOne() {
        TarBuilder tar = TarBuilder.kernel();
        for (int i = 0; i < 200; i++) {
            tar.file("linux-9.9/mm/file" + i + ".c", ("int number" + i + ";\n").repeat(i));
        }
        tar.xz(archive, 10_000);

        ArchiveTree tree = ArchiveTree.open(archive, cache, heard);

        for (int i = 0; i < 200; i++) {
            assertThat(tree.text("mm/file" + i + ".c")).isEqualTo(("int number" + i + ";\n").repeat(i));
        }
    }

    @Test
    void anArchiveMayHaveNoFolderAtItsTopOrAnotherCompression() {
        new TarBuilder()
                .folder("./")
                .file("./.clang-format", "")
                .file("./Makefile", MAKEFILE)
                .file("./include/linux/mm.h", "")
                .gzip(archive);

        assertThat(ArchiveTree.open(archive, cache, heard).text("Makefile")).isEqualTo(MAKEFILE);
    }

    @Test
    void anArchiveOfGitBeginsWithACommentForAll() {
        TarBuilder tar = new TarBuilder()
                .globalHeader()
                .file("linux-9.9/Makefile", MAKEFILE)
                .file("linux-9.9/include/linux/mm.h", "");

        assertThat(open(tar).text("Makefile")).isEqualTo(MAKEFILE);
    }

    @Test
    void longNamesOfAllKindsAreRead() {
        String deep = "include/" + "deep/".repeat(40);
        TarBuilder tar = TarBuilder.kernel()
                .splitName("linux-9.9/include/" + "split/".repeat(10), "header.h", "split\n")
                .longName("linux-9.9/" + deep + "gnu.h", "gnu\n")
                .pax("SCHILY.xattr.user.x=a\nb", "path=linux-9.9/" + deep + "pax.h", "mtime=1.5")
                .file("short", "pax\n")
                .longLink("linux-9.9/mm/link.h", "../" + deep + "gnu.h")
                .file("linux-9.9/mm/after.h", "after\n");

        ArchiveTree tree = open(tar);

        assertThat(tree.text("include/" + "split/".repeat(10) + "header.h")).isEqualTo("split\n");
        assertThat(tree.text(deep + "gnu.h")).isEqualTo("gnu\n");
        assertThat(tree.text(deep + "pax.h")).isEqualTo("pax\n");
        assertThat(tree.text("mm/link.h")).isEqualTo("gnu\n");
        assertThat(tree.text("mm/after.h")).isEqualTo("after\n");
    }

    @Test
    void linksLeadToTexts() {
        ArchiveTree tree = open(TarBuilder.kernel()
                .symbolicLink("linux-9.9/mm/first.h", "second.h")
                .symbolicLink("linux-9.9/mm/second.h", "../include/./linux/real.h")
                .file("linux-9.9/include/linux/real.h", "real\n")
                .hardLink("linux-9.9/mm/hard.h", "linux-9.9/include/linux/real.h"));

        assertThat(tree.text("mm/first.h")).isEqualTo("real\n");
        assertThat(tree.text("mm/second.h")).isEqualTo("real\n");
        assertThat(tree.text("mm/hard.h")).isEqualTo("real\n");
        assertThat(tree.stamp("mm/first.h")).isEqualTo(Stamps.of("real\n"));
    }

    @Test
    void hostileEntriesArePassedOver() {
        String longest = "linux-9.9/mm/" + "x".repeat(100_000) + ".c";
        ArchiveTree tree = open(new TarBuilder()
                .file("../evil.c", "evil\n")
                .file("/mm/evil.c", "evil\n")
                .folder("linux-9.9/")
                .file("linux-9.9/Makefile", MAKEFILE)
                .file("linux-9.9/include/linux/mm.h", "")
                .file("linux-9.9/mm/../../mm/out.c", "evil\n")
                .file("other/mm/foreign.c", "evil\n")
                .symbolicLink("linux-9.9/mm/passwd.c", "../../../etc/passwd")
                .symbolicLink("linux-9.9/mm/absolute.c", "/etc/passwd")
                .symbolicLink("linux-9.9/mm/nowhere.c", "absent.c")
                .symbolicLink("linux-9.9/mm/loop.c", "pool.c")
                .symbolicLink("linux-9.9/mm/pool.c", "loop.c")
                .hardLink("linux-9.9/mm/hard.c", "/etc/passwd")
                .device("linux-9.9/mm/device.c")
                .longName(longest, "long\n")
                .file("linux-9.9/mm/good.c", "good\n"));

        assertThat(tree.text("mm/good.c")).isEqualTo("good\n");
        assertThat(Stream.of("evil.c", "mm/evil.c", "mm/out.c", "mm/foreign.c", "other/mm/foreign.c", "mm/passwd.c",
                                "mm/absolute.c", "mm/nowhere.c", "mm/loop.c", "mm/pool.c", "mm/hard.c", "mm/device.c",
                                longest.substring(10))
                        .filter(tree::exists))
                .isEmpty();
    }

    @Test
    void textsOfAbsurdSizeRefuseTheArchive() {
        refused(TarBuilder.kernel().claims("linux-9.9/mm/huge.c", 1L << 40))
                .hasMessage(archive + " is no kernel: its mm/huge.c is said to have 1099511627776 bytes");
        refused(TarBuilder.kernel().claims("linux-9.9/mm/huge.c", Long.MIN_VALUE)).hasMessageContaining("has the size");
        refused(TarBuilder.kernel().claims("linux-9.9/sound/huge.c", 1L << 40)).hasMessageContaining("is cut short");
    }

    @Test
    void aDamagedOrShortenedArchiveIsRefused() throws IOException {
        TarBuilder tar = TarBuilder.kernel().file("linux-9.9/mm/random.c", random(100_000));
        for (int blockSize : new int[] {Integer.MAX_VALUE, 20_000}) {
            byte[] whole = Files.readAllBytes(tar.xz(archive, blockSize));
            for (int length : new int[] {5, 20, whole.length / 2, whole.length - 1}) {
                Files.write(archive, Arrays.copyOf(whole, length));
                refused().hasMessageStartingWith(archive.toString()).hasMessageNotContaining("null");
            }
            byte[] damaged = whole.clone();
            damaged[whole.length / 2] ^= 1;
            Files.write(archive, damaged);
            refused().hasMessage(archive + " is damaged or cut short: fetch it again");
        }
    }

    @Test
    void anArchiveWhoseTarIsCutShortIsRefused() {
        byte[] tar = TarBuilder.kernel().bytes();
        for (int length : new int[] {tar.length - 1024, 5 * 512, 5 * 512 - 1}) {
            TarBuilder.xz(archive, Arrays.copyOf(tar, length), Integer.MAX_VALUE);

            refused().hasMessage(archive + " is cut short: fetch it again");
        }
    }

    @Test
    void aShortenedGzipArchiveIsRefused() throws IOException {
        byte[] whole = Files.readAllBytes(
                TarBuilder.kernel().file("linux-9.9/mm/random.c", random(10_000)).gzip(archive));
        Files.write(archive, Arrays.copyOf(whole, whole.length / 2));

        refused().hasMessage(archive + " is cut short: fetch it again");
    }

    @Test
    void whatIsNoArchiveOfAKernelIsRefused() throws IOException {
        Files.writeString(archive, "not an archive");
        refused().hasMessage(archive + " is neither a folder nor a .tar.xz or .tar.gz archive: name one that is");

        Files.writeString(archive, "");
        refused().hasMessageContaining("is neither a folder nor");

        TarBuilder.xz(archive, random(2000).getBytes(StandardCharsets.ISO_8859_1), 5000);
        refused().hasMessageStartingWith(archive + " is not the tar archive of a kernel: ");

        refused(new TarBuilder().file("songs/one.c", "one\n"))
                .hasMessage(archive + " holds no kernel: one folder is expected, such as linux-6.1/, with the Makefile"
                        + " and include/ in it");
        refused(TarBuilder.kernel().badChecksum("linux-9.9/mm/a.c"))
                .hasMessageEndingWith("an entry's checksum is wrong");
        refused(TarBuilder.kernel().pax("no equals sign").file("linux-9.9/mm/a.c", ""))
                .hasMessageEndingWith("an entry has a bad extended header");
        assertThat(folder).doesNotExist();
    }

    @Test
    void aPackIsKeptAndReadInsteadOfTheArchive() throws IOException {
        open(TarBuilder.kernel());
        assertThat(heard.progress).isNotEmpty();
        heard.progress.clear();

        ArchiveTree again = ArchiveTree.open(archive, CacheFolder.at(folder), heard);

        assertThat(again.text("Makefile")).isEqualTo(MAKEFILE);
        assertThat(heard.progress).isEmpty();
        assertThat(heard.warnings).isEmpty();
        assertThat(packs()).hasSize(1);
    }

    @Test
    void progressEndsWithAllBytes() {
        open(TarBuilder.kernel());

        long size = TarBuilder.kernel().bytes().length;
        assertThat(heard.progress.getLast()).isEqualTo("reading linux-9.9.tar.xz " + size + "/" + size);
    }

    @Test
    void aChangedArchiveIsReadAnewAndItsOldPackGoes() throws IOException {
        open(TarBuilder.kernel().file("linux-9.9/mm/a.c", "old\n"));
        List<Path> old = packs();

        ArchiveTree tree = open(TarBuilder.kernel().file("linux-9.9/mm/a.c", "new\n"));

        assertThat(tree.text("mm/a.c")).isEqualTo("new\n");
        assertThat(packs()).hasSize(1).isNotEqualTo(old);
    }

    @Test
    void archivesOfOneNameInTwoFoldersKeepTheirPacks() throws IOException {
        open(TarBuilder.kernel());
        Path other = Files.createDirectory(archive.resolveSibling("other")).resolve(archive.getFileName());
        ArchiveTree.open(TarBuilder.kernel().xz(other), cache, heard);

        assertThat(packs()).hasSize(2);
    }

    @Test
    void foreignFilesOfTheCacheStay() throws IOException {
        Files.createDirectories(folder);
        Path foreign = Files.writeString(folder.resolve("linux-9.9.tar.xz-notes.txt"), "notes");
        Path underWay = Files.writeString(folder.resolve(cachedPrefix() + "1.pack2.tmp"), "another process writes it");
        Path abandoned = Files.writeString(folder.resolve(cachedPrefix() + "1.pack1.tmp"), "its writer was stopped");
        Files.setLastModifiedTime(abandoned, FileTime.from(Instant.EPOCH));

        open(TarBuilder.kernel());

        assertThat(foreign).exists();
        assertThat(underWay).exists();
        assertThat(abandoned).doesNotExist();
    }

    @Test
    void aDamagedPackIsMadeAgain() throws IOException {
        open(TarBuilder.kernel());
        Path pack = packs().getFirst();
        byte[] whole = Files.readAllBytes(pack);
        for (int at = 0; at < whole.length; at += 7) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 0x10;
            assertRemade(pack, damaged, whole);
        }
        for (int length : new int[] {0, 1, 8, 20, whole.length / 2, whole.length - 1}) {
            assertRemade(pack, Arrays.copyOf(whole, length), whole);
        }
    }

    private void assertRemade(Path pack, byte[] damaged, byte[] whole) throws IOException {
        Files.write(pack, damaged);
        heard.warnings.clear();

        ArchiveTree tree = ArchiveTree.open(archive, CacheFolder.at(folder), heard);

        assertThat(tree.text("Makefile")).isEqualTo(MAKEFILE);
        assertThat(heard.warnings)
                .containsExactly("the cached form of linux-9.9.tar.xz is damaged and is made again");
        assertThat(pack).hasBinaryContent(whole);
    }

    @Test
    void withoutACacheItGoesOnWithOneWarning() throws IOException {
        Files.writeString(folder, "a file where the cache should be");

        ArchiveTree tree = open(TarBuilder.kernel());

        assertThat(tree.text("Makefile")).isEqualTo(MAKEFILE);
        assertThat(heard.warnings)
                .singleElement()
                .asString()
                .contains("in the cache " + folder + ", going on without");
    }

    @Test
    void aCacheThatKeepsNothingNeedsNoFolder() {
        ArchiveTree tree = ArchiveTree.open(TarBuilder.kernel().xz(archive), CacheFolder.none(), heard);

        assertThat(tree.text("Makefile")).isEqualTo(MAKEFILE);
        assertThat(heard.warnings).isEmpty();
    }

    @Test
    void namesThatMeanSomethingToAPatternAreNames() throws IOException {
        archive = archive.resolveSibling("linux[9]*{.tar.xz");
        open(TarBuilder.kernel());

        assertThat(open(TarBuilder.kernel().file("linux-9.9/mm/a.c", "a\n")).text("mm/a.c")).isEqualTo("a\n");
        assertThat(packs()).hasSize(1);
    }

    private ArchiveTree open(TarBuilder tar) {
        return ArchiveTree.open(tar.xz(archive), cache, heard);
    }

    private AbstractThrowableAssert<?, ? extends Throwable> refused(TarBuilder tar) {
        tar.xz(archive);
        return refused();
    }

    private AbstractThrowableAssert<?, ? extends Throwable> refused() {
        return assertThatThrownBy(() -> ArchiveTree.open(archive, cache, heard)).isInstanceOf(BadInput.class);
    }

    private List<Path> packs() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".pack")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String cachedPrefix() {
        ArchiveTree.open(TarBuilder.kernel().xz(archive), CacheFolder.at(folder), heard);
        String name = packs().getFirst().getFileName().toString();
        return name.substring(0, name.lastIndexOf('-') + 1);
    }

    /** Text that hardly gets smaller by compression. */
    private static String random(int length) {
        StringBuilder text = new StringBuilder(length);
        long state = 42;
        for (int i = 0; i < length; i++) {
            state = state * 6364136223846793005L + 1442695040888963407L;
            text.append((char) (state >>> 56));
        }
        return text.toString();
    }
}
