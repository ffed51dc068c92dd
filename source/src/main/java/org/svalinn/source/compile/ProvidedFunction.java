package org.svalinn.source.compile;

import java.util.function.Consumer;
import org.svalinn.explore.Site;
import org.svalinn.source.runtime.CFunction;
import org.svalinn.source.runtime.Cpu;
import org.svalinn.source.runtime.FloorFunction;

/** A function that Java provides. */
final class ProvidedFunction extends CFunction {
    private final FloorFunction body;
    private final Consumer<CFunction> onFirstCall;

    ProvidedFunction(String name, FloorFunction body, long address, Consumer<CFunction> onFirstCall) {
        super(name, "", address);
        this.body = body;
        this.onFirstCall = onFirstCall;
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
        if (countCall()) {
            onFirstCall.accept(this);
        }
        return body.call(cpu, arguments, site);
    }
}
