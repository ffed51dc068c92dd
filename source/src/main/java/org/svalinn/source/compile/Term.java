package org.svalinn.source.compile;

import org.jspecify.annotations.Nullable;
import org.svalinn.source.node.Address;
import org.svalinn.source.node.Expression;
import org.svalinn.source.type.ArrayType;
import org.svalinn.source.type.CType;
import org.svalinn.source.type.Field;
import org.svalinn.source.type.FunctionType;
import org.svalinn.source.type.VoidType;

/** What an expression of C stands for once it is understood. */
sealed interface Term {
    CType type();

    /** A value known now: an integer, or a pointer that is one cast. */
    record Constant(CType type, long value) implements Term {
        public Constant {
            type = type.plain();
            value = type.wrap(value);
        }
    }

    /** A value to be computed; of a struct, the address of its bytes. */
    record Value(CType type, Expression node) implements Term {}

    /** What cannot be translated, and fails when it is reached. */
    record Failure(Expression node) implements Term {
        @Override
        public CType type() {
            return VoidType.VOID;
        }
    }

    /** An lvalue in a register of the frame. */
    record Register(CType type, int register) implements Term {}

    /**
     * An lvalue in memory.
     *
     * @param bits null if it is not a bit-field; the address then is that of the record plus the field's offset
     */
    record Place(CType type, Address address, @Nullable Field bits) implements Term {}

    /** A function's name. */
    record Function(FunctionType type, Symbol.Function symbol) implements Term {}

    /** A string literal. */
    record Text(ArrayType type, byte[] bytes, Address address) implements Term {}
}
