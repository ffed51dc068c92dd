package org.svalinn.source.runtime;

import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Site;

/** One call of a C function under way. Its fields are public because every node of a function's tree reads them. */
public final class Frame {
    public final Cpu cpu;
    public final Memory memory;
    /** The locals whose address nobody takes, parameters first. */
    public final long[] registers;
    /** The lowest address of its part of the stack. */
    public final long stack;

    final CFunction function;
    final @Nullable Frame caller;
    final Site callSite;

    /** What a return statement, or the last statement of a statement expression, gave. */
    public long result;
    /** Where a goto under way leads. */
    public @Nullable Object target;
    /** The arguments beyond the prototype of a variadic function, each in eight bytes. */
    public long variadic;

    /** A frame outside of any function, for evaluating what does not depend on one. */
    public static Frame detached(Cpu cpu, CFunction function, int registers, Site site) {
        return new Frame(cpu, new long[registers], 0, function, null, site);
    }

    Frame(Cpu cpu, long[] registers, long stack, CFunction function, @Nullable Frame caller, Site callSite) {
        this.cpu = cpu;
        this.memory = cpu.memory();
        this.registers = registers;
        this.stack = stack;
        this.function = function;
        this.caller = caller;
        this.callSite = callSite;
    }
}
