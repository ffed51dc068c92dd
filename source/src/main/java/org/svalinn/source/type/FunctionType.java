package org.svalinn.source.type;

import java.util.List;

/** A function's type. A function declared without a prototype is variadic and has no parameters. */
public record FunctionType(CType result, List<CType> parameters, boolean isVariadic) implements CType {
    public FunctionType {
        parameters = List.copyOf(parameters);
    }

    @Override
    public long size() {
        return 1;
    }

    @Override
    public int alignment() {
        return 1;
    }

    @Override
    public String toString() {
        return result + " " + parameters + (isVariadic ? "..." : "");
    }
}
