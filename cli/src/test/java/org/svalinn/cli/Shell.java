package org.svalinn.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.svalinn.report.Style;

/** A user at a command line, in memory. */
final class Shell {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final FakeWorkshop workshop;
    private final Environment environment;
    private int status = -1;

    Shell(Path folder, FakeWorkshop workshop) {
        this(folder, workshop, "");
    }

    /** @param typed what the user types while a command runs */
    Shell(Path folder, FakeWorkshop workshop, String typed) {
        this.workshop = workshop;
        environment = new Environment(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)),
                new Terminal(false, false, 100, Style.PLAIN),
                "./svalinn",
                "0.1.0",
                new StateFolder(folder.resolve("state")),
                workshop::open);
    }

    Shell type(String... arguments) {
        out.reset();
        err.reset();
        status = Main.run(environment, arguments);
        return this;
    }

    int status() {
        return status;
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    Environment environment() {
        return environment;
    }

    FakeWorkshop workshop() {
        return workshop;
    }
}
