package org.svalinn.source.type;

/** A type of C, as arm64 Linux lays it out: LP64, little endian, {@code char} unsigned. */
public sealed interface CType
        permits VoidType, IntegerType, FloatType, PointerType, ArrayType, RecordType, FunctionType, QualifiedType {
    /** In bytes; 0 for an incomplete type, 1 for {@code void} and functions as GNU C has it. */
    long size();

    /** In bytes. */
    int alignment();

    /** The type without qualifiers and alignment attributes of its own. */
    default CType plain() {
        return this;
    }

    default boolean isConst() {
        return false;
    }

    default boolean isVolatile() {
        return false;
    }

    default boolean isInteger() {
        return plain() instanceof IntegerType;
    }

    default boolean isPointer() {
        return plain() instanceof PointerType;
    }

    default boolean isVoid() {
        return plain() instanceof VoidType;
    }

    default boolean isArray() {
        return plain() instanceof ArrayType;
    }

    default boolean isRecord() {
        return plain() instanceof RecordType;
    }

    default boolean isFunction() {
        return plain() instanceof FunctionType;
    }

    /** An integer or a pointer: a value that fits in a register. */
    default boolean isScalar() {
        return isInteger() || isPointer();
    }

    /** Whether values of the type are never negative; pointers are unsigned. */
    default boolean isUnsigned() {
        return plain() instanceof IntegerType integer ? !integer.isSigned() : isPointer();
    }

    /** This type, also const or volatile. */
    default CType qualified(boolean makeConst, boolean makeVolatile) {
        return makeConst || makeVolatile ? QualifiedType.of(this, makeConst, makeVolatile, 0) : this;
    }

    /** This type with another alignment. */
    default CType aligned(int alignment) {
        return QualifiedType.of(this, false, false, alignment);
    }

    /**
     * The bits of a conversion to this type, as a register holds them: sign-extended when the type is signed, else
     * zero-extended.
     */
    default long wrap(long value) {
        return value;
    }

    /** Whether two types are compatible, leaving out their own qualifiers but not those of what they point to. */
    static boolean areCompatible(CType a, CType b) {
        return Compatibility.areCompatible(a.plain(), b.plain());
    }
}
