package org.svalinn.source.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.svalinn.source.tree.Excerpt.Piece;
import org.svalinn.source.tree.Excerpt.Start;

class ExcerptTest {
    /** What is chosen of blocks of 100 bytes whose first entries begin at offset 10, that of the first at 0. */
    private static List<Piece> choose(@Nullable String... paths) {
        List<@Nullable Start> starts = new ArrayList<>();
        for (String path : paths) {
            starts.add(path == null ? null : new Start("linux/" + path, starts.isEmpty() ? 0 : 10));
        }
        long[] sizes = new long[paths.length];
        Arrays.fill(sizes, 100);
        return Excerpt.choose(starts, sizes);
    }

    @Test
    void whatCannotHoldAWantedFileIsLeftOut() {
        assertThat(choose("", "drivers/gpu/a.c", "drivers/gpu/z.c", "drivers/hid/x.c", "drivers/net/b.c", "usr/x"))
                .containsExactly(
                        new Piece(0, 0, 100),
                        new Piece(1, 0, 10), // the end of what began in the first
                        new Piece(3, 10, 100), // drivers/iommu
                        new Piece(4, 0, 100), // include
                        new Piece(5, 0, 100)); // the archive's end
    }

    @Test
    void aBlockWithoutAnEntryThatBeginsInItGoesWithTheOneBeforeIt() {
        assertThat(choose("", "drivers/gpu/a.h", null, "drivers/gpu/b.h", "drivers/hid/x.c", null, "usr/x"))
                .containsExactly(
                        new Piece(0, 0, 100),
                        new Piece(1, 0, 10),
                        new Piece(4, 10, 100),
                        new Piece(5, 0, 100),
                        new Piece(6, 0, 100));
    }

    @Test
    void anArchiveThatIsNotInOrderIsReadWhole() {
        assertThat(choose("", "drivers/net/a.c", "drivers/gpu/z.c", "usr/x"))
                .containsExactly(
                        new Piece(0, 0, 100), new Piece(1, 0, 100), new Piece(2, 0, 100), new Piece(3, 0, 100));
    }

    @Test
    void anArchiveWithoutOneFolderAroundAllIsReadWhole() {
        List<@Nullable Start> starts = List.of(new Start("drivers/gpu/a.c", 0), new Start("usr/x", 10));

        assertThat(Excerpt.choose(starts, new long[] {100, 100}))
                .containsExactly(new Piece(0, 0, 100), new Piece(1, 0, 100));
        assertThat(Excerpt.choose(List.of(new Start("../x", 0), new Start("usr/x", 10)), new long[] {100, 100}))
                .containsExactly(new Piece(0, 0, 100), new Piece(1, 0, 100));
    }

    @Test
    void whatEitherOrderCouldHaveThereIsKept() {
        // kernel/ is before kernel-a/ by names and behind kernel-b/ by whole paths: which order it is, is not known
        assertThat(choose("", "kernel-a/x", "kernel-b/y", "net/x", "net/y"))
                .containsExactly(
                        new Piece(0, 0, 100),
                        new Piece(1, 0, 100),
                        new Piece(2, 0, 100),
                        new Piece(3, 0, 10),
                        new Piece(4, 10, 100));
    }
}
