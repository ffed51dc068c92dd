package org.svalinn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.svalinn.explore.Coverage;
import org.svalinn.report.Style;

class ProgressTest {
    private static final Coverage COVERAGE = new Coverage(1204, 1190, 14, 312_201, 431, 2000);

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private long now;

    private Progress on(boolean terminal) {
        PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
        Environment environment = new Environment(stream, stream, new ByteArrayInputStream(new byte[0]),
                new Terminal(terminal, terminal, 100, Style.PLAIN), "./svalinn", "0", new StateFolder(Path.of("/nowhere")),
                new FakeWorkshop()::open);
        return new Progress(environment, () -> now);
    }

    private String shown(Progress progress, long... millis) {
        for (long at : millis) {
            now = TimeUnit.MILLISECONDS.toNanos(at);
            progress.explored("bind", COVERAGE);
        }
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void whatIsShortIsNotMentioned() {
        assertThat(shown(on(true), 0, 100, 1900)).isEmpty();
    }

    @Test
    void onATerminalOneLineIsWrittenOverAndTakenAway() {
        Progress progress = on(true);
        assertThat(shown(progress, 2100, 2150, 2300)).isEqualTo("\r\u001b[Kbind: 1,204 executions, 1,190 classes, 602/s, 2.0 s".repeat(2));
        progress.clear();
        assertThat(err.toString(StandardCharsets.UTF_8)).endsWith("\r\u001b[K");
    }

    @Test
    void elsewhereALineEveryFiveSeconds() {
        assertThat(shown(on(false), 2100, 4900, 5100, 9000, 10_200)).hasLineCount(2).doesNotContain("\u001b");
    }

    @Test
    void bytesAreAPercentageAndFilesACount() {
        Progress progress = on(false);
        now = TimeUnit.SECONDS.toNanos(6);
        progress.stage("reading", 500_000_000, 2_000_000_000);
        now = TimeUnit.SECONDS.toNanos(12);
        progress.stage("parsing", 3, 17);
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("reading: 25 %\nparsing: 3 of 17\n");
    }

    @Test
    void anInterruptionSaysWhatWasCovered() {
        Progress progress = on(false);
        assertThat(progress.interruption()).isEqualTo("interrupted before anything ran; nothing is proved");
        progress.stage("reading the source", 3, 10);
        assertThat(progress.interruption()).isEqualTo("interrupted while reading the source; nothing is proved");
        progress.explored("bind", COVERAGE);
        assertThat(progress.interruption()).startsWith("interrupted while exploring bind: 1,204 executions");
    }

    @Test
    void colourNeedsATerminalAndNoNoColor() {
        Properties terminal = new Properties();
        terminal.setProperty("svalinn.terminals", "out err");
        terminal.setProperty("svalinn.columns", "93");
        assertThat(Terminal.of(terminal, Map.of())).isEqualTo(new Terminal(true, true, 93, Style.COLOURED));
        assertThat(Terminal.of(terminal, Map.of("NO_COLOR", "1")).style()).isEqualTo(Style.PLAIN);
        assertThat(Terminal.of(terminal, Map.of("TERM", "dumb")).style()).isEqualTo(Style.PLAIN);
        assertThat(Terminal.of(new Properties(), Map.of())).isEqualTo(new Terminal(false, false, 100, Style.PLAIN));
    }
}
