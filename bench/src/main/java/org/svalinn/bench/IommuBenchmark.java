package org.svalinn.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.svalinn.machine.Steps;

/**
 * An IOMMU's operations. Each invocation is one for each of {@link Board#DEVICES} devices, after whatever must be invalidated
 * first, whose time is counted too.
 */
@State(Scope.Thread)
public class IommuBenchmark {
    @Param({"VT-d", "SMMUv3"})
    public String on = "";

    /** Made by {@link #start}, which JMH calls before anything else. */
    @SuppressWarnings("NullAway.Init")
    private Traffic traffic;

    @Setup
    public void start() {
        traffic = Traffic.on(on, Steps.DIRECT, Board.DEVICES);
    }

    /** A translation that was refused, or a page request that got lost, would make a time that is none. */
    @TearDown
    public void check() {
        traffic.check();
    }

    @Benchmark
    @OperationsPerInvocation(Board.DEVICES)
    public long hit() {
        return traffic.translate();
    }

    @Benchmark
    @OperationsPerInvocation(Board.DEVICES)
    public long walk() {
        traffic.board().forgetTranslations();
        return traffic.translate();
    }

    @Benchmark
    @OperationsPerInvocation(Board.DEVICES)
    public long nothingCached() {
        traffic.board().forgetEverything();
        return traffic.translate();
    }

    @Benchmark
    @OperationsPerInvocation(Board.DEVICES)
    public long translationRequest() {
        traffic.board().forgetTranslations();
        return traffic.requestTranslations();
    }

    @Benchmark
    @OperationsPerInvocation(Board.DEVICES)
    public void pageRequest() {
        traffic.requestPages();
        traffic.board().takePageRequests();
    }
}
