package org.svalinn.source.type;

/** A pointer. */
public record PointerType(CType target) implements CType {
    @Override
    public long size() {
        return 8;
    }

    @Override
    public int alignment() {
        return 8;
    }

    @Override
    public String toString() {
        return target + " *";
    }
}
