package org.svalinn.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.svalinn.machine.Machine;
import org.svalinn.machine.Steps;
import org.svalinn.machine.pcie.Capabilities;

/**
 * What it takes to have a machine for one execution: memory, an IOMMU whose tables and queues software has set up, one device
 * bound to one address space that maps one page.
 */
@State(Scope.Thread)
public class MakingBenchmark {
    @Param({"VT-d", "SMMUv3"})
    public String on = "";

    @Setup
    public void check() {
        Traffic.on(on, Steps.DIRECT, 1).check();
    }

    @Benchmark
    public Machine make() {
        Machine machine = new Machine(Steps.DIRECT, Traffic.PAGES);
        Traffic.board(on, machine, 1);
        machine.function("device", Board.requesterId(0), Capabilities.SVA).enable();
        return machine;
    }
}
