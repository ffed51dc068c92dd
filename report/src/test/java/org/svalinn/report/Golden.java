package org.svalinn.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Texts that must not change by accident, kept beside the tests. {@code mvn test -Dgolden.write=true} (in this module)
 * writes them anew: read the difference before you commit it.
 */
final class Golden {
    private static final Path FOLDER = Path.of("src/test/resources/org/svalinn/report");

    private Golden() {}

    static void check(String name, String text) {
        Path file = FOLDER.resolve(name);
        try {
            if (Boolean.getBoolean("golden.write")) {
                Files.createDirectories(FOLDER);
                Files.writeString(file, text);
            }
            assertThat(Files.exists(file)).as("%s exists; -Dgolden.write=true writes it", file).isTrue();
            assertThat(text).as("the text of %s; -Dgolden.write=true accepts a change", name).isEqualTo(Files.readString(file));
        } catch (IOException e) {
            throw new AssertionError("cannot use " + file, e);
        }
    }
}
