package org.svalinn.source.type;

/** {@code void}. */
public enum VoidType implements CType {
    VOID;

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
        return "void";
    }
}
