package org.svalinn.source.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryTreeTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void file() throws IOException {
        Files.createDirectory(folder.resolve("mm"));
        Files.writeString(folder.resolve("mm/a.c"), "int a;\n");
    }

    @Test
    void anEditOfAFileChangesItsStamp() throws IOException {
        SourceTree tree = new DirectoryTree(folder);
        String before = tree.stamp("mm/a.c");

        Files.writeString(folder.resolve("mm/a.c"), "int ab;\n");

        assertThat(tree.stamp("mm/a.c")).isNotNull().isNotEqualTo(before);
        assertThat(tree.text("mm/a.c")).isEqualTo("int ab;\n");
    }

    @Test
    void whatIsNoFileIsAbsent() {
        SourceTree tree = new DirectoryTree(folder);

        for (String path : new String[] {"mm/absent.c", "mm", "absent/a.c", "mm/a.c/b.c"}) {
            assertThat(tree.exists(path)).as(path).isFalse();
            assertThat(tree.text(path)).as(path).isNull();
            assertThat(tree.stamp(path)).as(path).isNull();
        }
    }

    @Test
    void everyByteIsOneChar() throws IOException {
        Files.write(folder.resolve("mm/a.c"), new byte[] {(byte) 0xc3, (byte) 0xa4, (byte) 0xff, 0});

        assertThat(new DirectoryTree(folder).text("mm/a.c")).isEqualTo("\u00c3\u00a4\u00ff\0");
    }
}
