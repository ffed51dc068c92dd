package org.svalinn.source.parse;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.cdt.core.dom.ast.IASTDeclaration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.svalinn.source.tree.CacheFolder;
import org.svalinn.source.tree.Feedback;
import org.svalinn.source.tree.TextTree;

class SliceTest {
    private static final String SOURCE = """
            #include <linux/types.h>
            #define TWICE(x) ((x) + (x))
            enum mode { OFF, ON };
            struct point { u32 x, y; };
            static int counter;
            int used(u32 n);

            int used(u32 n)
            {
                return TWICE(
                    (u32)(n)) + counter;
            }
            int unused(void) { return OFF; }
            """;

    @TempDir
    Path folder;

    private final TextTree tree = SnippetTree.empty()
            .with("include/linux/types.h", "typedef unsigned int u32;\ntypedef long s64;\n")
            .with("mm/a.c", SOURCE);

    private TranslationUnit open() {
        return new FrontEnd(tree, SnippetTree.CONFIGURATION, CacheFolder.at(folder), Feedback.SILENT).parse("mm/a.c");
    }

    private void keep(String... names) {
        TranslationUnit unit = open();
        for (String name : names) {
            assertThat(unit.declarationsOf(name)).isNotEmpty();
        }
        unit.keep();
    }

    /** All that can be seen of some declarations: their trees, and where each node comes from. */
    private static List<String> seen(TranslationUnit unit, List<IASTDeclaration> declarations) {
        List<String> seen = new ArrayList<>();
        for (IASTDeclaration declaration : declarations) {
            seen.add(TreeText.of(declaration, unit));
        }
        return seen;
    }

    @Test
    void aSliceSaysOfWhatItHasTheSameAsTheWhole() {
        TranslationUnit whole = open();
        List<String> before = seen(whole, whole.declarationsOf("used"));
        whole.keep();
        TranslationUnit slice = open();

        assertThat(whole.isSlice()).isFalse();
        assertThat(slice.isSlice()).isTrue();
        assertThat(seen(slice, slice.declarationsOf("used"))).isEqualTo(before).hasSize(2);
        assertThat(before.get(1)).contains("CASTCastExpression").contains("mm/a.c:9");
        assertThat(slice.isSlice()).isTrue();
    }

    @Test
    void aSliceKnowsWhatTheWholeDefinesAndWhatItLacks() {
        keep("used");
        TranslationUnit slice = open();

        assertThat(slice.defines("unused")).isTrue();
        assertThat(slice.defines("counter")).isTrue();
        assertThat(slice.defines("u32")).isFalse();
        assertThat(slice.defines("nowhere")).isFalse();
        assertThat(slice.declarationsOf("nowhere")).isEmpty();
        assertThat(slice.definitionsOfTag("used")).isEmpty();
        assertThat(slice.isSlice()).isTrue();
    }

    @Test
    void askedForMoreAUnitReadsTheWholeAndKeepsBoth() {
        keep("used");
        TranslationUnit grown = open();
        IASTDeclaration early = grown.declarationsOf("used").get(1);
        String site = grown.site(early).toString();

        assertThat(grown.definitionsOfTag("point")).hasSize(1);
        assertThat(grown.isSlice()).isFalse();
        assertThat(grown.declarationsOf("used").get(1)).isSameAs(early);
        assertThat(grown.site(early)).hasToString(site);

        TranslationUnit other = open();
        assertThat(other.declarationsOf("ON")).hasSize(1);
        other.keep();
        TranslationUnit union = open();
        assertThat(union.declarationsOf("used")).hasSize(2);
        assertThat(union.declarationsOf("OFF")).hasSize(1);
        assertThat(union.isSlice()).isTrue();
    }

    @Test
    void anEditOfTheFileOrOfAHeaderOrANewHeaderInFrontOfItIsNoticed() {
        keep("used");
        tree.with("mm/a.c", SOURCE.replace("counter;", "counter + 1;"));
        assertThat(open().isSlice()).isFalse();

        keep("used");
        assertThat(open().isSlice()).isTrue();
        tree.with("include/linux/types.h", "typedef unsigned long u32;\n");
        assertThat(open().isSlice()).isFalse();

        keep("used");
        assertThat(open().isSlice()).isTrue();
        tree.with("arch/arm64/include/linux/types.h", "typedef unsigned char u32;\n");
        assertThat(open().isSlice()).isFalse();
    }

    @Test
    void anotherConfigurationHasOtherSlices() {
        keep("used");
        Configuration other = Configuration.parse("arm64", "CONFIG_HZ=100\nCONFIG_NR_CPUS=4\n");

        assertThat(new FrontEnd(tree, other, CacheFolder.at(folder), Feedback.SILENT).parse("mm/a.c").isSlice())
                .isFalse();
        assertThat(open().isSlice()).isTrue();
    }

    @Test
    void aDamagedSliceIsMadeAgain() throws IOException {
        keep("used");
        Path kept;
        try (Stream<Path> files = Files.list(folder)) {
            kept = files.findFirst().orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(kept);
        for (int damaged : new int[] {2, bytes.length / 2, bytes.length - 1}) {
            byte[] bad = bytes.clone();
            bad[damaged] ^= 4;
            Files.write(kept, bad);
            assertThat(open().isSlice()).isFalse();
        }
        Files.write(kept, new byte[5]);
        assertThat(open().isSlice()).isFalse();
    }

    @Test
    void aTextOfOurOwnIsSlicedToo() {
        FrontEnd frontEnd = new FrontEnd(tree, SnippetTree.CONFIGURATION, CacheFolder.at(folder), Feedback.SILENT);
        String text = "#include <linux/types.h>\n#include \"mm/a.c\"\nu32 own(void) { return used(1); }\n";
        TranslationUnit unit = frontEnd.parse("svalinn/own.c", text);
        assertThat(unit.declarationsOf("own")).hasSize(1);
        unit.keep();

        assertThat(frontEnd.parse("svalinn/own.c", text).isSlice()).isTrue();
        assertThat(frontEnd.parse("svalinn/own.c", text + "int more;").isSlice()).isFalse();
    }
}
