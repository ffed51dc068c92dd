package org.svalinn.source.compile;

import java.util.function.Consumer;
import org.svalinn.explore.Site;
import org.svalinn.source.runtime.CFunction;
import org.svalinn.source.runtime.Cpu;
import org.svalinn.source.runtime.FloorFunction;

/** A function that Java provides. */
final class ProvidedFunction extends CFunction {
    private final FloorFunction body;

    ProvidedFunction(String name, FloorFunction body, long address, Consumer<CFunction> onFirstCall) {
        super(name, "", address, onFirstCall);
        this.body = body;
    }

    @Override
    public boolean isFloor() {
        return true;
    }

    @Override
    public long[] arguments(int count, Cpu cpu, Site site) {
        return new long[count];
    }

    @Override
    public long invoke(Cpu cpu, long[] arguments, int count, Site site) {
        countCall();
        cpu.arriveAt(site);
        return body.call(cpu, arguments, site);
    }
}
