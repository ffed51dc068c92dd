package org.svalinn.source.compile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The machine's gcc, as an oracle. It is needed: these tests fail without it. */
final class Gcc {
    private Gcc() {}

    /** What a program with a function {@code run} prints. */
    static String output(String program, Path directory) throws IOException, InterruptedException {
        Path source = directory.resolve("program.c");
        Files.writeString(source, program);
        Path binary = directory.resolve("program");
        run("gcc", "-w", "-O1", "-fwrapv", "-fno-strict-aliasing", "-funsigned-char", "-o", binary.toString(),
                source.toString());
        return run(binary.toString());
    }

    /** Runs a command; gives its output, and fails if it does. */
    static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as("%s: %s", String.join(" ", command), output).isZero();
        return output;
    }
}
