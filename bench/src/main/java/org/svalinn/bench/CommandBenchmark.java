package org.svalinn.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.svalinn.machine.Steps;

/** What software has an IOMMU do by its queue of commands, one at a time, for the one device that there is. */
@State(Scope.Thread)
public class CommandBenchmark {
    @Param({"VT-d", "SMMUv3"})
    public String on = "";

    /** Made by {@link #start}, which JMH calls before anything else. */
    @SuppressWarnings("NullAway.Init")
    private Traffic traffic;

    @Setup
    public void start() {
        traffic = Traffic.on(on, Steps.DIRECT, 1);
    }

    @TearDown
    public void check() {
        traffic.check();
    }

    @Benchmark
    public void pageRequestRoundTrip() {
        traffic.requestPage();
        traffic.board().answerPageRequest();
    }

    @Benchmark
    public void invalidation() {
        traffic.board().invalidate();
    }

    @Benchmark
    public void invalidationAndWait() {
        traffic.board().invalidateAndWait();
    }
}
