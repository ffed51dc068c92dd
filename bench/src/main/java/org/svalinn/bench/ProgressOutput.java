package org.svalinn.bench;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.format.OutputFormat;

/** Makes of JMH's chatter what a listener wants to know; keeps what was said for when it fails. */
final class ProgressOutput implements OutputFormat {
    private final MachineBench.Listener listener;
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final int total;
    private int done;

    ProgressOutput(MachineBench.Listener listener, int total) {
        this.listener = listener;
        this.total = total;
    }

    /** The last that was said, on lines of its own. */
    String said() {
        return "\n" + said.toString(StandardCharsets.UTF_8).strip();
    }

    @Override
    public void startBenchmark(BenchmarkParams params) {
        said.reset();
        String on = MachineBench.on(params);
        listener.measuring(MachineBench.measured(params).text() + (on.isEmpty() ? "" : " (" + on + ")"), done, total);
        done++;
    }

    @Override
    public void println(String line) {
        print(line + "\n");
    }

    @Override
    public void print(String text) {
        said.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void write(int each) {
        said.write(each);
    }

    @Override
    public void write(byte[] bytes) {
        said.writeBytes(bytes);
    }

    @Override
    public void verbosePrintln(String line) {}

    @Override
    public void iteration(BenchmarkParams params, IterationParams iteration, int number) {}

    @Override
    public void iterationResult(BenchmarkParams params, IterationParams iteration, int number, IterationResult result) {}

    @Override
    public void endBenchmark(BenchmarkResult result) {}

    @Override
    public void startRun() {}

    @Override
    public void endRun(Collection<RunResult> results) {}

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
