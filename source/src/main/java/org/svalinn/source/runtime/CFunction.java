package org.svalinn.source.runtime;

import java.util.function.Consumer;
import org.svalinn.explore.Site;

/** A function of a linked program, in C or on the floor. */
public abstract class CFunction {
    private final String name;
    private final String file;
    private final long address;
    private final Consumer<CFunction> onFirstCall;
    private long calls;

    protected CFunction(String name, String file, long address, Consumer<CFunction> onFirstCall) {
        this.name = name;
        this.file = file;
        this.address = address;
        this.onFirstCall = onFirstCall;
    }

    public final String name() {
        return name;
    }

    /** The file that defines it, relative to the tree; empty for a function of the floor. */
    public final String file() {
        return file;
    }

    /** What a pointer to it holds. */
    public final long address() {
        return address;
    }

    /** How often it was called, in all executions. */
    public final long calls() {
        return calls;
    }

    /** Whether Java provides it. */
    public abstract boolean isFloor();

    /** An array for the arguments of one call, which {@link #invoke} may use as its own. */
    public abstract long[] arguments(int count, Cpu cpu, Site site);

    /** Runs the function with arguments already converted to the parameters' types. */
    public abstract long invoke(Cpu cpu, long[] arguments, int count, Site site);

    /** Counts a call. */
    public final void countCall() {
        if (calls++ == 0) {
            onFirstCall.accept(this);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
