package org.svalinn.source.compile;

import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.cdt.core.dom.ast.IASTEnumerationSpecifier;
import org.svalinn.source.type.CType;
import org.svalinn.source.type.IntegerType;

/** The constants of an enumeration and the integer type that it is, evaluated when first needed. */
final class EnumDefinition {
    private final IASTEnumerationSpecifier specifier;
    private final Scope scope;
    private final Map<String, Long> values = new LinkedHashMap<>();
    private IntegerType type = IntegerType.UNSIGNED_INT;
    private int evaluated;

    EnumDefinition(IASTEnumerationSpecifier specifier, Scope scope) {
        this.specifier = specifier;
        this.scope = scope;
    }

    CType type() {
        evaluateAll();
        return type;
    }

    /** A constant may be asked for while a later one of the same enumeration is being evaluated. */
    long value(String name) {
        if (!values.containsKey(name)) {
            evaluateAll();
        }
        Long value = values.get(name);
        if (value == null) {
            throw new CompileProblem("enumeration constant " + name + " is used before its value", specifier);
        }
        return value;
    }

    private void evaluateAll() {
        IASTEnumerationSpecifier.IASTEnumerator[] enumerators = specifier.getEnumerators();
        if (evaluated == enumerators.length) {
            return;
        }
        long next = 0;
        long least = 0;
        long greatest = 0;
        for (IASTEnumerationSpecifier.IASTEnumerator enumerator : enumerators) {
            if (enumerator.getValue() != null) {
                next = Lowering.atFileScope(scope).expressions().constant(enumerator.getValue());
            }
            values.put(enumerator.getName().toString(), next);
            least = Math.min(least, next);
            greatest = Math.max(greatest, next);
            next++;
        }
        evaluated = enumerators.length;
        type = smallest(least, greatest, Attributes.of(specifier).has("packed"));
    }

    private static IntegerType smallest(long least, long greatest, boolean packed) {
        if (packed && least >= 0 && greatest < 1 << 8) {
            return IntegerType.UNSIGNED_CHAR;
        }
        if (packed && least >= Byte.MIN_VALUE && greatest <= Byte.MAX_VALUE) {
            return IntegerType.SIGNED_CHAR;
        }
        if (packed && least >= 0 && greatest < 1 << 16) {
            return IntegerType.UNSIGNED_SHORT;
        }
        if (packed && least >= Short.MIN_VALUE && greatest <= Short.MAX_VALUE) {
            return IntegerType.SHORT;
        }
        if (least >= 0) {
            return greatest <= 0xffffffffL ? IntegerType.UNSIGNED_INT : IntegerType.UNSIGNED_LONG;
        }
        return least >= Integer.MIN_VALUE && greatest <= Integer.MAX_VALUE ? IntegerType.INT : IntegerType.LONG;
    }

    /** The type of a constant in an expression: int where that can hold it. */
    static IntegerType typeOf(long value) {
        if (value >= Integer.MIN_VALUE && value <= Integer.MAX_VALUE) {
            return IntegerType.INT;
        }
        if (value < 0) {
            return IntegerType.LONG;
        }
        return value <= 0xffffffffL ? IntegerType.UNSIGNED_INT : IntegerType.UNSIGNED_LONG;
    }
}
