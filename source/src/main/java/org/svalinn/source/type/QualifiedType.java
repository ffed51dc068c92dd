package org.svalinn.source.type;

/**
 * A type with qualifiers, or with an alignment attribute.
 *
 * @param plain what it qualifies, itself not a QualifiedType
 * @param ownAlignment the alignment attribute's; 0 when it has none
 */
public record QualifiedType(CType plain, boolean isConst, boolean isVolatile, int ownAlignment) implements CType {
    static CType of(CType type, boolean makeConst, boolean makeVolatile, int alignment) {
        if (type instanceof QualifiedType inner) {
            return new QualifiedType(
                    inner.plain,
                    inner.isConst || makeConst,
                    inner.isVolatile || makeVolatile,
                    alignment != 0 ? alignment : inner.ownAlignment);
        }
        return new QualifiedType(type, makeConst || type.isConst(), makeVolatile || type.isVolatile(), alignment);
    }

    @Override
    public long size() {
        return plain.size();
    }

    @Override
    public int alignment() {
        return ownAlignment != 0 ? ownAlignment : plain.alignment();
    }

    @Override
    public long wrap(long value) {
        return plain.wrap(value);
    }

    @Override
    public String toString() {
        return (isConst ? "const " : "") + (isVolatile ? "volatile " : "") + plain;
    }
}
