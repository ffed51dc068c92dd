package org.svalinn.source.compile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs of ours print the same numbers here as when gcc compiles them. */
class SameAsCompilerTest {
    /** {@code out(x)} prints x as C and as a number. */
    private static final String PRELUDE =
            """
            void print(const char *what, long value);
            #define out(...) print(#__VA_ARGS__, (long)(__VA_ARGS__))
            """;

    private static final String MAIN =
            """
            #include <stdio.h>
            void print(const char *what, long value) { printf("%s = %ld\\n", what, value); }
            int main(void) { run(); return 0; }
            """;

    @ParameterizedTest
    @ValueSource(strings = {"arithmetic.c", "pointers.c", "control.c", "initialisers.c"})
    void theProgramPrintsTheSameNumbers(String program, @TempDir Path directory)
            throws IOException, InterruptedException {
        String text = resource(program);

        assertThat(outputHere(PRELUDE + text)).isEqualTo(Gcc.output(PRELUDE + text + MAIN, directory));
    }

    private static String outputHere(String text) {
        var output = new StringBuilder();
        Snippet snippet = Snippet.of(text, Map.of("print", (cpu, args, site) -> {
            output.append(cpu.memory().cString(args[0])).append(" = ").append(args[1]).append('\n');
            return 0;
        }));
        snippet.call("run");
        return output.toString();
    }

    private static String resource(String name) throws IOException {
        try (InputStream stream =
                Objects.requireNonNull(SameAsCompilerTest.class.getResourceAsStream(name), name)) {
            return new String(stream.readAllBytes(), UTF_8);
        }
    }
}
