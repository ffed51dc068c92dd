package org.svalinn.source.type;

/** The floating types. They have a layout and nothing else: the kernel does not compute with them. */
public enum FloatType implements CType {
    FLOAT(4),
    DOUBLE(8),
    LONG_DOUBLE(16);

    private final int size;

    FloatType(int size) {
        this.size = size;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public int alignment() {
        return size;
    }

    @Override
    public String toString() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    }
}
