package org.svalinn.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.svalinn.machine.Steps;
import org.svalinn.machine.iommu.Access;
import org.svalinn.machine.memory.Owner;
import org.svalinn.machine.memory.Ram;
import org.svalinn.machine.memory.Use;
import org.svalinn.machine.paging.AArch64Format;
import org.svalinn.machine.paging.AArch64Walker;
import org.svalinn.machine.paging.PhysicalTables;
import org.svalinn.machine.paging.Walk;
import org.svalinn.machine.paging.Walker;
import org.svalinn.machine.paging.X86Walker;

/** The walkers alone, without an IOMMU around them. */
@State(Scope.Thread)
public class WalkerBenchmark {
    private static final long ADDRESS = 0x7654_3210_f000L;

    @Param({"x86-64", "AArch64"})
    public String on = "";

    private Walker walker = new X86Walker();
    private Walk walk = new Walk(new PhysicalTables(new Ram(Steps.DIRECT, 1), Use.of(Use.Kind.WALK, "reads an entry")));
    private long top;

    @Setup
    public void map() {
        boolean isX86 = on.equals("x86-64");
        Ram ram = new Ram(Steps.DIRECT, 64);
        top = (isX86 ? FourLevels.X86_64 : FourLevels.AARCH64).map(ram, new Owner("a process"), ADDRESS);
        walk = new Walk(new PhysicalTables(ram, Use.of(Use.Kind.WALK, "reads an entry")))
                .as(isX86 ? X86Walker.format(48, X86Walker.NXE | X86Walker.WP) : AArch64Format.stage1(12, 48, 48, 0));
        walker = isX86 ? new X86Walker() : new AArch64Walker();
        if (!walk().isDone()) {
            throw new IllegalStateException("no page at the end of the walk: " + walk.fault());
        }
    }

    @Benchmark
    public Walk walk() {
        walk.begin(top, 4, ADDRESS, Access.READ, false);
        walker.walk(walk);
        return walk;
    }
}
