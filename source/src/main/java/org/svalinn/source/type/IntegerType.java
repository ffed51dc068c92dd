package org.svalinn.source.type;

/** The integer types, in order of their conversion rank. */
public enum IntegerType implements CType {
    BOOL("_Bool", 1, false, 0),
    CHAR("char", 1, false, 1),
    SIGNED_CHAR("signed char", 1, true, 1),
    UNSIGNED_CHAR("unsigned char", 1, false, 1),
    SHORT("short", 2, true, 2),
    UNSIGNED_SHORT("unsigned short", 2, false, 2),
    INT("int", 4, true, 3),
    UNSIGNED_INT("unsigned int", 4, false, 3),
    LONG("long", 8, true, 4),
    UNSIGNED_LONG("unsigned long", 8, false, 4),
    LONG_LONG("long long", 8, true, 5),
    UNSIGNED_LONG_LONG("unsigned long long", 8, false, 5),
    INT128("__int128", 16, true, 6),
    UNSIGNED_INT128("unsigned __int128", 16, false, 6);

    private final String text;
    private final int size;
    private final boolean signed;
    private final int rank;

    IntegerType(String text, int size, boolean signed, int rank) {
        this.text = text;
        this.size = size;
        this.signed = signed;
        this.rank = rank;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public int alignment() {
        return size;
    }

    public boolean isSigned() {
        return signed;
    }

    /** Whether a register cannot hold its values. */
    public boolean isWide() {
        return size > 8;
    }

    /** The type with the same size and the other signedness. */
    public IntegerType unsigned() {
        return signed ? values()[ordinal() + 1] : this;
    }

    /** What an operand of this type becomes before arithmetic (C11 6.3.1.1). */
    public IntegerType promoted() {
        return rank < INT.rank ? INT : this;
    }

    /** The type in which two operands are computed (C11 6.3.1.8). */
    public static IntegerType common(IntegerType a, IntegerType b) {
        IntegerType x = a.promoted();
        IntegerType y = b.promoted();
        if (x.signed == y.signed) {
            return x.rank >= y.rank ? x : y;
        }
        IntegerType unsigned = x.signed ? y : x;
        IntegerType signed = x.signed ? x : y;
        if (unsigned.rank >= signed.rank) {
            return unsigned;
        }
        return signed.size > unsigned.size ? signed : signed.unsigned();
    }

    @Override
    public long wrap(long value) {
        if (this == BOOL) {
            return value != 0 ? 1 : 0;
        }
        return switch (size) {
            case 1 -> signed ? (byte) value : value & 0xff;
            case 2 -> signed ? (short) value : value & 0xffff;
            case 4 -> signed ? (int) value : value & 0xffffffffL;
            default -> value;
        };
    }

    @Override
    public String toString() {
        return text;
    }
}
