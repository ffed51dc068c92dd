package org.svalinn.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.svalinn.machine.Steps;
import org.svalinn.machine.memory.Owner;
import org.svalinn.machine.memory.PageState;
import org.svalinn.machine.memory.Ram;
import org.svalinn.machine.memory.Use;

/** Memory alone, which everything else reads. */
@State(Scope.Thread)
public class MemoryBenchmark {
    private final Ram ram = new Ram(Steps.DIRECT, 16);
    private final Use use = Use.of(Use.Kind.SOFTWARE, "benchmark");
    private long page;
    private long offset;

    @Setup
    public void allocate() {
        page = ram.allocate(PageState.KERNEL, Owner.KERNEL);
    }

    @Benchmark
    public long read() {
        offset = offset + 8 & 0xff8;
        return ram.read(page + offset, 8, use);
    }
}
