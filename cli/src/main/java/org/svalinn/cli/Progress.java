package org.svalinn.cli;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.svalinn.explore.Coverage;
import org.svalinn.report.CoverageText;

/**
 * How it goes, on standard error: on a terminal one line that is written over again and again, elsewhere a line every
 * five seconds. What is done within two seconds is not mentioned at all.
 *
 * <p>Also says what had been covered when the user interrupts. Any thread may tell.
 */
final class Progress implements Workshop.Listener {
    private static final long SILENT = TimeUnit.SECONDS.toNanos(2);
    private static final long LIVE_PAUSE = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long SPARSE_PAUSE = TimeUnit.SECONDS.toNanos(5);
    /** From here on people want a percentage. */
    private static final long MANY = 1000;

    private static final String CLEAR = "\r\u001b[K";

    private final Environment environment;
    private final LongSupplier nanoTime;
    private final long begin;
    private long last;
    private boolean lineIsThere;
    private volatile String doing = "";
    private volatile String covered = "";
    private volatile String afterwards = "nothing is proved";
    private volatile boolean over;

    Progress(Environment environment) {
        this(environment, System::nanoTime);
    }

    Progress(Environment environment, LongSupplier nanoTime) {
        this.environment = environment;
        this.nanoTime = nanoTime;
        this.begin = nanoTime.getAsLong();
        this.last = begin;
    }

    @Override
    public synchronized void stage(String what, long done, long total) {
        doing = what;
        covered = "";
        show(what + (total > MANY ? ": " + done * 100 / total + " %" : total > 0 ? ": %d of %d".formatted(done, total) : ""));
    }

    @Override
    public synchronized void warn(String line) {
        clear();
        environment.warn(line);
    }

    /** A search of that scenario has come this far. */
    synchronized void explored(String scenario, Coverage coverage) {
        doing = "exploring " + scenario;
        covered = CoverageText.live(coverage);
        show(scenario + ": " + covered);
    }

    private void show(String line) {
        long now = nanoTime.getAsLong();
        boolean live = environment.terminal().err();
        if (now - begin < SILENT || now - last < (live ? LIVE_PAUSE : SPARSE_PAUSE)) {
            return;
        }
        last = now;
        if (live) {
            int columns = Math.max(20, environment.terminal().columns() - 1);
            environment.err().print(CLEAR + (line.length() > columns ? line.substring(0, columns) : line));
            environment.err().flush();
            lineIsThere = true;
        } else {
            environment.err().println(line);
        }
    }

    /** Takes the live line away, before anything else is printed. */
    synchronized void clear() {
        if (lineIsThere) {
            environment.err().print(CLEAR);
            environment.err().flush();
            lineIsThere = false;
        }
    }

    /** From here on there is nothing to interrupt. */
    void done() {
        clear();
        over = true;
    }

    /** What there is to say where a process ends before {@link #done}; usually that nothing is proved. */
    void afterwards(String words) {
        afterwards = words;
    }

    /** Prints what had been covered if the process ends before {@link #done}. */
    void tellWhenInterrupted() {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            if (!over) {
                environment.err().println((environment.terminal().err() ? CLEAR : "") + interruption());
            }
        }, "interruption"));
    }

    String interruption() {
        String what = doing.isEmpty() ? "before anything ran" : "while " + doing;
        return "interrupted " + what + (covered.isEmpty() ? "" : ": " + covered) + "; " + afterwards;
    }
}
