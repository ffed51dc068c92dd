package org.svalinn.source.type;

/**
 * An array.
 *
 * @param length the number of elements; negative when it is not known, as for a flexible array
 */
public record ArrayType(CType element, long length) implements CType {
    @Override
    public long size() {
        return length < 0 ? 0 : length * element.size();
    }

    @Override
    public int alignment() {
        return element.alignment();
    }

    @Override
    public boolean isConst() {
        return element.isConst();
    }

    @Override
    public String toString() {
        return element + "[" + (length < 0 ? "" : length) + "]";
    }
}
