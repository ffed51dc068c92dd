package org.svalinn.source.type;

/** Compatible types (C11 6.2.7), as {@code _Generic} and {@code __builtin_types_compatible_p} ask for them. */
final class Compatibility {
    private Compatibility() {}

    static boolean areCompatible(CType a, CType b) {
        return switch (a) {
            case PointerType x -> b instanceof PointerType y && areAlike(x.target(), y.target());
            case ArrayType x ->
                b instanceof ArrayType y
                        && (x.length() == y.length() || x.length() < 0 || y.length() < 0)
                        && areAlike(x.element(), y.element());
            case FunctionType x -> b instanceof FunctionType y && areCompatibleFunctions(x, y);
            default -> a == b;
        };
    }

    private static boolean areAlike(CType a, CType b) {
        return a.isConst() == b.isConst()
                && a.isVolatile() == b.isVolatile()
                && areCompatible(a.plain(), b.plain());
    }

    private static boolean areCompatibleFunctions(FunctionType a, FunctionType b) {
        if (a.isVariadic() != b.isVariadic()
                || a.parameters().size() != b.parameters().size()
                || !areCompatible(a.result().plain(), b.result().plain())) {
            return false;
        }
        for (int i = 0; i < a.parameters().size(); i++) {
            if (!areCompatible(a.parameters().get(i).plain(), b.parameters().get(i).plain())) {
                return false;
            }
        }
        return true;
    }
}
