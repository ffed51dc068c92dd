package org.svalinn.source.compile;

import org.svalinn.explore.Site;
import org.svalinn.source.runtime.CFunction;
import org.svalinn.source.runtime.Cpu;

/** A function that is declared and nowhere defined. It may be pointed to; a call of it stops the run. */
final class MissingFunction extends CFunction {
    MissingFunction(String name, long address) {
        super(name, "", address, call -> {});
    }

    @Override
    public boolean isFloor() {
        return false;
    }

    @Override
    public long[] arguments(int count, Cpu cpu, Site site) {
        throw cpu.unmodelled("call of " + name() + ", which is neither loaded nor on the floor,", site);
    }

    @Override
    public long invoke(Cpu cpu, long[] arguments, int count, Site site) {
        throw cpu.unmodelled("call of " + name() + ", which is neither loaded nor on the floor,", site);
    }
}
