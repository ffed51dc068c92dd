package org.svalinn.source.type;

/**
 * A member of a struct or union.
 *
 * @param name empty for an anonymous struct or union
 * @param offset in bytes from the start; of a bit-field, that of the first byte that holds a bit of it
 * @param bit the lowest bit of a bit-field in that byte; -1 when it is not one
 * @param width of a bit-field, in bits
 */
public record Field(String name, CType type, long offset, int bit, int width) {
    public boolean isBitField() {
        return bit >= 0;
    }

    Field within(long base) {
        return new Field(name, type, base + offset, bit, width);
    }
}
