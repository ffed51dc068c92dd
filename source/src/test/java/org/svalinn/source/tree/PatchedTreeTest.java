package org.svalinn.source.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PatchedTreeTest {
    private static final String SONG = "one\ntwo\nthree\nfour\nfive\nsix\nseven\n";

    private static final String GIT =
            """
            From 0123456789 Mon Sep 17 00:00:00 2001
            From: A Singer <singer@example.org>
            Subject: [PATCH] song: count better

            --- a line that is no header
            ---
             mm/song.c | 2 +-
             1 file changed, 1 insertion(+), 1 deletion(-)

            diff --git a/mm/song.c b/mm/song.c
            index 2222222..3333333 100644
            --- a/mm/song.c
            +++ b/mm/song.c
            @@ -2,5 +2,5 @@ int verse(void)
             two
             three
            -four
            +FOUR
             five
             six
            -- \n\
            2.39.2

            """;

    private static final String COUNTED = SONG.replace("four", "FOUR");

    private final TextTree tree = new TextTree().with("mm/song.c", SONG);

    @Test
    void aPatchOfGitFormatPatchAppliesAmongItsProse() {
        assertThat(patched(GIT).text("mm/song.c")).isEqualTo(COUNTED);
    }

    @Test
    void theTreeBeneathStaysAsItIs() {
        patched(GIT);

        assertThat(tree.text("mm/song.c")).isEqualTo(SONG);
    }

    @Test
    void thePatchMayLieInAFile(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("song.patch"), GIT, StandardCharsets.ISO_8859_1);

        PatchedTree patched = PatchedTree.of(tree, file);

        assertThat(patched.text("mm/song.c")).isEqualTo(COUNTED);
        assertThat(patched.name()).isEqualTo("the tree with " + file);
    }

    @Test
    void onlyPatchedFilesGetAnotherStamp() {
        tree.with("mm/other.c", "other\n");

        PatchedTree patched = patched(GIT);

        assertThat(patched.stamp("mm/song.c")).isEqualTo(Stamps.of(COUNTED)).isNotEqualTo(tree.stamp("mm/song.c"));
        assertThat(patched.stamp("mm/other.c")).isEqualTo(tree.stamp("mm/other.c"));
        assertThat(patched.stamp("mm/none.c")).isNull();
    }

    @Test
    void patchesStack() {
        PatchedTree first = patched(GIT);

        PatchedTree second = PatchedTree.of(first, "second.patch", change("FOUR", "4"));

        assertThat(second.text("mm/song.c")).isEqualTo(SONG.replace("four", "4"));
        assertThat(second.name()).isEqualTo("the tree with song.patch with second.patch");
    }

    @Test
    void twoPatchesOfOneFileInOneTextApplyInTurn() {
        assertThat(patched(GIT + change("FOUR", "4")).text("mm/song.c")).isEqualTo(SONG.replace("four", "4"));
    }

    @Test
    void aPatchOfPlainDiffNamesTheFoldersItCompared() {
        String patch =
                """
                diff -ru linux-6.1.orig/mm/song.c linux-6.1/mm/song.c
                --- linux-6.1.orig/mm/song.c\t2022-04-01 12:00:00.000000000 +0200
                +++ linux-6.1/mm/song.c\t2022-04-02 12:00:00.000000000 +0200
                @@ -4 +4 @@
                -four
                +FOUR
                """;

        assertThat(patched(patch).text("mm/song.c")).isEqualTo(COUNTED);
    }

    @Test
    void aPatchWithoutFoldersIsFoundOut() {
        String patch = change("four", "FOUR").replace("a/mm", "mm").replace("b/mm", "./mm");

        assertThat(patched(patch).text("mm/song.c")).isEqualTo(COUNTED);
    }

    @Test
    void aCopyBesideTheFileMayBeTheOldOne() {
        String patch = change("four", "FOUR").replace("a/mm/song.c", "mm/song.c.orig").replace("b/mm", "mm");

        assertThat(patched(patch).text("mm/song.c")).isEqualTo(COUNTED);
    }

    @Test
    void severalHunksOfSeveralFilesApply() {
        tree.with("kernel/long.c", numbers(1, 100));
        String patch = change("four", "FOUR")
                + """
                --- a/kernel/long.c
                +++ b/kernel/long.c
                @@ -1,3 +1,4 @@
                +0
                 1
                 2
                 3
                @@ -49,4 +50,3 @@
                 49
                -50
                 51
                 52
                @@ -98,3 +98,4 @@
                 98
                 99
                 100
                +101
                """;

        PatchedTree patched = patched(patch);

        assertThat(patched.text("mm/song.c")).isEqualTo(COUNTED);
        assertThat(patched.text("kernel/long.c")).isEqualTo("0\n" + numbers(1, 49) + numbers(51, 101));
    }

    @Test
    void linesMayHaveMoved() {
        tree.with("mm/song.c", "a\nb\nc\n" + SONG);
        assertThat(patched(GIT).text("mm/song.c")).isEqualTo("a\nb\nc\n" + COUNTED);

        tree.with("mm/song.c", SONG.substring("one\n".length()));
        assertThat(patched(GIT).text("mm/song.c")).isEqualTo(COUNTED.substring("one\n".length()));
    }

    @Test
    void ofTwoPlacesTheNearerIsTaken() {
        tree.with("mm/song.c", SONG + numbers(1, 20) + SONG);

        String patch = GIT.replace("@@ -2,5 +2,5 @@", "@@ -26,5 +26,5 @@");

        assertThat(patched(patch).text("mm/song.c")).isEqualTo(SONG + numbers(1, 20) + COUNTED);
    }

    @Test
    void aHunkMovesAsFarAsTheOneBefore() {
        String same = "x\ny\nz\n";
        tree.with("mm/song.c", "new\nnew\n" + "first\n" + same + numbers(1, 3) + same + numbers(4, 8));
        String patch =
                """
                --- a/mm/song.c
                +++ b/mm/song.c
                @@ -1 +1 @@
                -first
                +FIRST
                @@ -8,3 +8,3 @@
                 x
                -y
                +Y
                 z
                """;

        assertThat(patched(patch).text("mm/song.c"))
                .isEqualTo("new\nnew\nFIRST\n" + same + numbers(1, 3) + "x\nY\nz\n" + numbers(4, 8));
    }

    @Test
    void aHunkOfTheEndDoesNotMoveUp() {
        tree.with("mm/song.c", "a\nb\nx\nc\n");
        String patch =
                """
                --- a/mm/song.c
                +++ b/mm/song.c
                @@ -5,2 +5,3 @@
                 a
                 b
                +appended
                """;

        assertThatThrownBy(() -> patched(patch))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("hunk 1")
                .hasMessageEndingWith("its lines are at line 1, but it was made at the end of the file");
    }

    @Test
    void hunksWithoutContextInsertAfterTheirLine() {
        String patch =
                """
                --- a/mm/song.c
                +++ b/mm/song.c
                @@ -0,0 +1 @@
                +zero
                @@ -7,0 +9 @@
                +eight
                """;

        assertThat(patched(patch).text("mm/song.c")).isEqualTo("zero\n" + SONG + "eight\n");
    }

    @Test
    void filesAreMadeAndDeleted() {
        tree.with("mm/empty.c", "");
        String patch =
                """
                diff --git a/mm/fresh.c b/mm/fresh.c
                new file mode 100644
                index 0000000..1111111
                --- /dev/null
                +++ b/mm/fresh.c
                @@ -0,0 +1,2 @@
                +hello
                +world
                diff --git a/mm/hollow.c b/mm/hollow.c
                new file mode 100644
                index 0000000..e69de29
                diff --git a/mm/empty.c b/mm/empty.c
                deleted file mode 100644
                index e69de29..0000000
                diff --git a/mm/song.c b/mm/song.c
                deleted file mode 100644
                --- a/mm/song.c
                +++ /dev/null
                @@ -1,7 +0,0 @@
                """
                        + SONG.lines().map(line -> "-" + line + "\n").collect(Collectors.joining());

        PatchedTree patched = patched(patch);

        assertThat(patched.text("mm/fresh.c")).isEqualTo("hello\nworld\n");
        assertThat(patched.exists("mm/fresh.c")).isTrue();
        assertThat(patched.text("mm/hollow.c")).isEmpty();
        assertThat(patched.exists("mm/empty.c")).isFalse();
        assertThat(patched.exists("mm/song.c")).isFalse();
        assertThat(patched.text("mm/song.c")).isNull();
        assertThat(patched.stamp("mm/song.c")).isNull();
    }

    @Test
    void plainDiffDatesMissingFiles1970() {
        String patch =
                """
                --- old/mm/fresh.c\t1970-01-01 01:00:00.000000000 +0100
                +++ new/mm/fresh.c\t2022-04-01 12:00:00.000000000 +0200
                @@ -0,0 +1 @@
                +hello
                --- old/mm/song.c\t2022-04-01 12:00:00.000000000 +0200
                +++ new/mm/song.c\t1970-01-01 01:00:00.000000000 +0100
                @@ -1,7 +0,0 @@
                """
                        + SONG.lines().map(line -> "-" + line + "\n").collect(Collectors.joining());

        PatchedTree patched = patched(patch);

        assertThat(patched.text("mm/fresh.c")).isEqualTo("hello\n");
        assertThat(patched.exists("mm/song.c")).isFalse();
    }

    @Test
    void aPatchThatOnlyMakesFilesIsPlacedByTheFoldersOfAKernelTree() {
        String patch = "--- /dev/null\n+++ drivers/iommu/fresh.c\n@@ -0,0 +1 @@\n+hello\n";
        assertThat(patched(patch).exists("drivers/iommu/fresh.c")).isTrue();

        String git = patch.replace("+++ ", "+++ b/");
        assertThat(patched(git).exists("drivers/iommu/fresh.c")).isTrue();
    }

    @Test
    void crLfOfThePatchAloneIsNotOfTheFile() {
        assertThat(patched(GIT.replace("\n", "\r\n")).text("mm/song.c")).isEqualTo(COUNTED);
    }

    @Test
    void crLfOfTheFileStays() {
        tree.with("mm/song.c", SONG.replace("\n", "\r\n"));
        String patch = GIT.replaceAll("(?m)^([ +-](?:two|three|four|FOUR|five|six))$", "$1\r");

        assertThat(patched(patch).text("mm/song.c")).isEqualTo(COUNTED.replace("\n", "\r\n"));
    }

    @Test
    void theLastLineMayLackItsLineFeed() {
        String patch =
                """
                --- a/mm/song.c
                +++ b/mm/song.c
                @@ -6,2 +6,2 @@
                 six
                -seven
                +SEVEN
                \\ No newline at end of file
                """;
        PatchedTree without = patched(patch);
        assertThat(without.text("mm/song.c")).isEqualTo(SONG.replace("seven\n", "SEVEN"));

        String back =
                """
                --- a/mm/song.c
                +++ b/mm/song.c
                @@ -6,2 +6,3 @@
                 six
                -SEVEN
                \\ No newline at end of file
                +seven
                +eight
                """;
        assertThat(PatchedTree.of(without, "back.patch", back).text("mm/song.c")).isEqualTo(SONG + "eight\n");
    }

    @Test
    void aFileWithoutLastLineFeedIsNotOneWithIt() {
        tree.with("mm/song.c", SONG.stripTrailing());

        refused(change(6, "six", "seven", "SEVEN"))
                .hasMessageEndingWith("line 7 should be \"seven\" but is \"seven\" without a line feed");
    }

    @Test
    void removedLinesThatLookLikeAHeaderAreLines() {
        tree.with("mm/song.c", "-- a\n++ b\nx\n");
        String patch = "--- a/mm/song.c\n+++ b/mm/song.c\n@@ -1,3 +1,2 @@\n--- a\n+++ c\n-++ b\n x\n";

        assertThat(patched(patch).text("mm/song.c")).isEqualTo("++ c\nx\n");
    }

    @Test
    void anEmptyLineOfContextMayHaveLostItsBlank() {
        tree.with("mm/song.c", "one\n\nthree\n");
        String patch = "--- a/mm/song.c\n+++ b/mm/song.c\n@@ -1,3 +1,3 @@\n one\n\n-three\n+THREE\n";

        assertThat(patched(patch).text("mm/song.c")).isEqualTo("one\n\nTHREE\n");
    }

    @Test
    void bytesBeyondAsciiAreKept() {
        String umlaut = new String("Käse\n".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        tree.with("mm/song.c", umlaut).with(new String("mm/ä.c".getBytes(StandardCharsets.UTF_8),
                StandardCharsets.ISO_8859_1), "a\n");
        String patch = "--- a/mm/song.c\n+++ b/mm/song.c\n@@ -1 +1,2 @@\n " + umlaut + "+" + umlaut
                + "--- \"a/mm/\\303\\244.c\"\n+++ \"b/mm/\\303\\244.c\"\n@@ -1 +1 @@\n-a\n+b\n";

        PatchedTree patched = patched(patch);

        assertThat(patched.text("mm/song.c")).isEqualTo(umlaut + umlaut);
        assertThat(patched.text("mm/\u00c3\u00a4.c")).isEqualTo("b\n");
    }

    @Test
    void filesThatTheTreeLeftOutArePassedOverByName() {
        tree.without("Documentation/song.rst");

        PatchedTree patched = patched(GIT + change("x", "y").replace("mm/song.c", "Documentation/song.rst"));

        assertThat(patched.passedOver()).containsExactly("Documentation/song.rst");
        assertThat(patched.text("mm/song.c")).isEqualTo(COUNTED);
        assertThat(patched.exists("Documentation/song.rst")).isFalse();
    }

    @Test
    void aHunkThatDoesNotApplySaysWhatIsThere() {
        tree.with("mm/song.c", SONG.replace("four", "\tquattro"));

        refused(GIT).hasMessage("song.patch:17: hunk 1 does not apply to mm/song.c:"
                + " line 4 should be \"four\" but is \"\\tquattro\"");
    }

    @Test
    void theSecondHunkIsNamedAndThePlaceMostAlikeShown() {
        tree.with("mm/song.c", SONG + numbers(1, 30) + "a\nb\nC\nd\n");

        refused(change("four", "FOUR") + "@@ -8,3 +8,3 @@\n a\n b\n-c\n+cc\n d\n".replace("8,3", "8,4"))
                .hasMessage("song.patch:10: hunk 2 does not apply to mm/song.c: line 40 should be \"c\" but is \"C\"");
    }

    @Test
    void aHunkBeyondTheEndSaysSo() {
        refused(change(20, "nineteen", "twenty", "TWENTY"))
                .hasMessage("song.patch:4: hunk 1 does not apply to mm/song.c:"
                        + " \"nineteen\" is expected at line 8, but the file ends before it");
    }

    @Test
    void anInsertionBeyondTheEndSaysSo() {
        refused("--- a/mm/song.c\n+++ b/mm/song.c\n@@ -9,0 +10 @@\n+one\n")
                .hasMessage("song.patch:3: hunk 1 does not apply to mm/song.c:"
                        + " it goes after line 9, but the file has 7 lines");
    }

    @Test
    void aPatchThatIsInTheTreeAlreadyIsToldApart() {
        tree.with("mm/song.c", COUNTED);

        refused(GIT).hasMessage("song.patch:14: hunk 1 does not apply to mm/song.c:"
                + " what it changes reads so already, is the patch in the tree?");
    }

    @Test
    void aFileThatIsMissingIsNamed() {
        refused(GIT.replace("song.c", "dance.c"))
                .hasMessage("song.patch:10: the patch changes mm/dance.c, but the tree has no such file");
    }

    @Test
    void aFileThatIsThereIsNotMadeAgain() {
        refused("--- /dev/null\n+++ b/mm/song.c\n@@ -0,0 +1 @@\n+hello\n")
                .hasMessage("song.patch:1: the patch makes mm/song.c, but the tree has that file already");
    }

    @Test
    void aDeletionMustDeleteAllLines() {
        refused("--- a/mm/song.c\n+++ /dev/null\n@@ -1 +0,0 @@\n-one\n")
                .hasMessage("song.patch:1: the patch deletes mm/song.c, but not all of its lines");
    }

    @Test
    void pathsThatLeaveTheTreeAreRefused() {
        for (String path : new String[] {"a/../../etc/passwd", "/etc/passwd", "..", "a/mm/.."}) {
            refused("--- " + path + "\n+++ " + path + "\n@@ -1 +1 @@\n-root\n+toor\n")
                    .hasMessageStartingWith("song.patch:1: the path " + path + " leads out of the tree");
        }
    }

    @Test
    void aPathMustNameAFile() {
        refused("--- song.c\n+++ song.c\n@@ -1 +1 @@\n-one\n+ONE\n")
                .hasMessage("song.patch:1: the patch changes song.c, but the tree has no such file");
        refused(change("four", "FOUR") + "--- .\n+++ .\n@@ -1 +1 @@\n-one\n+ONE\n")
                .hasMessage("song.patch:7: the path . names no file of the tree");
    }

    @Test
    void binaryChangesAreRefused() {
        String git = "diff --git a/mm/logo.png b/mm/logo.png\nindex 1111111..2222222 100644\n";
        refused(git + "GIT binary patch\nliteral 5\nabcde\n")
                .hasMessage("song.patch:3: a change of a binary file cannot be applied:"
                        + " leave that file out of the patch");
        refused(git + "Binary files a/mm/logo.png and b/mm/logo.png differ\n").hasMessageContaining("binary");
        refused("Binary files old/logo.png and new/logo.png differ\n").hasMessageStartingWith("song.patch:1: ");
    }

    @Test
    void renamesAndCopiesAreRefused() {
        String moved = "diff --git a/mm/song.c b/mm/hymn.c\nsimilarity index 90%\n";
        refused(moved + "rename from mm/song.c\nrename to mm/hymn.c\n")
                .hasMessage("song.patch:3: rename of mm/song.c: renames and copies are not followed,"
                        + " make the patch with git diff --no-renames");
        refused(moved + "copy from mm/song.c\ncopy to mm/hymn.c\n")
                .hasMessageStartingWith("song.patch:3: copy of mm/song.c");
    }

    @Test
    void symbolicLinksAndMergesAreRefused() {
        refused("diff --git a/mm/link b/mm/link\nnew file mode 120000\n"
                        + "--- /dev/null\n+++ b/mm/link\n@@ -0,0 +1 @@\n+song.c\n")
                .hasMessageStartingWith("song.patch:2: symbolic links");
        refused("diff --cc mm/song.c\nindex 1,2..3\n--- a/mm/song.c\n+++ b/mm/song.c\n@@@ -1,1 -1,1 +1,1 @@@\n")
                .hasMessageStartingWith("song.patch:1: the diff of a merge");
    }

    @Test
    void aPatchWithoutChangesIsRefused(@TempDir Path folder) {
        refused("").hasMessage("song.patch is empty: give a patch made with git diff or diff -u");
        refused("\n\n").hasMessageContaining("is empty");
        refused("not a patch\n").hasMessage(
                "song.patch changes no file: give a unified diff, made with git diff or diff -u");
        refused("diff --git a/mm/song.c b/mm/song.c\nold mode 100644\nnew mode 100755\n")
                .hasMessageContaining("changes no file");
        Path absent = folder.resolve("absent.patch");
        assertThatThrownBy(() -> PatchedTree.of(tree, absent))
                .isInstanceOf(BadInput.class)
                .hasMessage("no such patch: " + absent);
        assertThatThrownBy(() -> PatchedTree.of(tree, folder))
                .isInstanceOf(BadInput.class)
                .hasMessageStartingWith("cannot read the patch " + folder);
    }

    @Test
    void malformedHunksAreRefused() {
        String header = "--- a/mm/song.c\n+++ b/mm/song.c\n";
        refused(header).hasMessage("song.patch:1: no hunk follows the names of the file");
        refused(header + "@@ -1,x +1 @@\n").hasMessage("song.patch:3: not the header of a hunk: @@ -1,x +1 @@");
        refused(header + "@@ -1,2 +1,2 @@\n one\n")
                .hasMessage("song.patch:3: hunk 1 is cut short: 1 old and 1 new lines are missing");
        refused(header + "@@ -1,2 +1,1 @@\n one\n@@ -4 +4 @@\n-four\n+FOUR\n").hasMessageContaining("is cut short");
        refused(header + "@@ -1,1 +1,1 @@\n-one\n+ONE\n two\n")
                .hasMessage("song.patch:6: hunk 1 has more lines than its header counts");
        refused(header + "@@ -1,1 +1,2 @@\n-one\n-two\n+ONE\n")
                .hasMessage("song.patch:5: hunk 1 has more lines than its header counts");
        refused(header + "@@ -1,2 +1,2 @@\n one\n*two\n")
                .hasMessage("song.patch:5: in hunk 1 a line that begins with none of blank, '-' and '+'");
        refused(header + "@@ -1,0 +1,0 @@\n").hasMessage("song.patch:3: hunk 1 counts no line");
        refused("@@ -4 +4 @@\n-four\n+FOUR\n").hasMessageStartingWith("song.patch:1: a hunk, but no '---' and '+++'");
        refused("--- /dev/null\n+++ /dev/null\n@@ -4 +4 @@\n-four\n+FOUR\n")
                .hasMessage("song.patch:1: both names are /dev/null");
        refused(header + "@@ -4 +4 @@\n-four\n+FOUR\n\\ No newline at end of file\n")
                .hasMessageContaining("line 4 of mm/song.c would be without its line feed");
    }

    private PatchedTree patched(String patch) {
        return PatchedTree.of(tree, "song.patch", patch);
    }

    private AbstractThrowableAssert<?, ? extends Throwable> refused(String patch) {
        return assertThatThrownBy(() -> patched(patch)).isInstanceOf(BadInput.class);
    }

    /** A patch of line 4 of the song. */
    private static String change(String from, String to) {
        return change(3, "three", from, to);
    }

    private static String change(int contextLine, String context, String from, String to) {
        return "--- a/mm/song.c\n+++ b/mm/song.c\n@@ -%d,2 +%d,2 @@\n %s\n-%s\n+%s\n"
                .formatted(contextLine, contextLine, context, from, to);
    }

    private static String numbers(int first, int last) {
        return IntStream.rangeClosed(first, last).mapToObj(i -> i + "\n").collect(Collectors.joining());
    }
}
