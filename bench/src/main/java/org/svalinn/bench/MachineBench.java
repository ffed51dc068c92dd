package org.svalinn.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Measures the operations of {@link Measured} with JMH, one after the other, each in a Java of its own. */
public final class MachineBench {
    /** The one parameter that benchmarks have: what they run on. */
    static final String ON = "on";

    private final Effort effort;

    /** How much time each operation is given. */
    public enum Effort {
        /** Enough to see an order of magnitude: about half a second each. */
        QUICK(1, 2, 100, 3, 100),
        /** Enough to compare with the bar: about three seconds each. */
        NORMAL(1, 4, 300, 6, 200),
        /** Three Javas each: they may compile the same code differently. */
        THOROUGH(3, 5, 500, 5, 500);

        private final int forks;
        private final int warmups;
        private final int warmupMillis;
        private final int iterations;
        private final int iterationMillis;

        Effort(int forks, int warmups, int warmupMillis, int iterations, int iterationMillis) {
            this.forks = forks;
            this.warmups = warmups;
            this.warmupMillis = warmupMillis;
            this.iterations = iterations;
            this.iterationMillis = iterationMillis;
        }

        /** In words. */
        public String text() {
            return "%d %s of %d x %d ms after %d x %d ms of warming up".formatted(
                    forks, forks == 1 ? "process" : "processes", iterations, iterationMillis, warmups, warmupMillis);
        }
    }

    /** Who is told how it goes. */
    @FunctionalInterface
    public interface Listener {
        /** The measuring of {@code what} begins, after {@code done} of {@code total} others. */
        void measuring(String what, int done, int total);
    }

    public MachineBench(Effort effort) {
        this.effort = effort;
    }

    /**
     * Measures.
     *
     * @throws IllegalStateException when a benchmark failed, with what it said
     */
    public List<Measurement> run(Collection<Measured> measured, Listener listener) {
        // Two measurements at once disturb each other, but that is for whoever starts them to know.
        System.setProperty("jmh.ignoreLock", "true");
        ChainedOptionsBuilder options = new OptionsBuilder()
                .mode(Mode.AverageTime)
                .timeUnit(TimeUnit.NANOSECONDS)
                .forks(effort.forks)
                .warmupIterations(effort.warmups)
                .warmupTime(TimeValue.milliseconds(effort.warmupMillis))
                .measurementIterations(effort.iterations)
                .measurementTime(TimeValue.milliseconds(effort.iterationMillis))
                .shouldFailOnError(true)
                .jvmArgs("-XX:+UseSerialGC", "-Xms512m", "-Xmx512m", "-Xmn384m");
        for (Measured each : measured) {
            options.include("^" + each.benchmark().replace(".", "\\.") + "$");
        }
        int total = measured.stream().mapToInt(Measured::variants).sum();
        ProgressOutput output = new ProgressOutput(listener, total);
        try {
            return measurements(new Runner(options.build(), output).run());
        } catch (RunnerException e) {
            throw new IllegalStateException("measuring failed: " + e.getMessage() + output.said(), e);
        }
    }

    private static List<Measurement> measurements(Collection<RunResult> results) {
        List<Measurement> measurements = new ArrayList<>();
        for (RunResult result : results) {
            Result<?> primary = result.getPrimaryResult();
            measurements.add(new Measurement(
                    measured(result.getParams()), on(result.getParams()), primary.getScore(), primary.getScoreError()));
        }
        measurements.sort(Comparator.comparing(Measurement::measured).thenComparing(Measurement::on));
        return measurements;
    }

    static Measured measured(BenchmarkParams params) {
        for (Measured each : Measured.values()) {
            if (each.benchmark().equals(params.getBenchmark())) {
                return each;
            }
        }
        throw new IllegalArgumentException(params.getBenchmark());
    }

    static String on(BenchmarkParams params) {
        return params.getParamsKeys().contains(ON) ? params.getParam(ON) : "";
    }
}
