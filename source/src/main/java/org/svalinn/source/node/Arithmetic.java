package org.svalinn.source.node;

import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Site;
import org.svalinn.source.runtime.Frame;
import org.svalinn.source.type.IntegerType;

/**
 * Arithmetic on registers. Operands come as the computing type has them and results leave so: an operation whose result
 * may leave the range of its type is followed by {@link #narrow}.
 */
public final class Arithmetic {
    private Arithmetic() {}

    /** The operators of C that compute a value of the operands' common type. */
    public enum Operator {
        ADD,
        SUBTRACT,
        MULTIPLY,
        DIVIDE,
        REMAINDER,
        AND,
        OR,
        XOR,
        SHIFT_LEFT,
        SHIFT_RIGHT
    }

    /** Computes with constants as {@link #node} does with expressions. The divisor must not be zero. */
    public static long compute(Operator operator, IntegerType type, long x, long y) {
        boolean signed = type.isSigned();
        return type.wrap(
                switch (operator) {
                    case ADD -> x + y;
                    case SUBTRACT -> x - y;
                    case MULTIPLY -> x * y;
                    case DIVIDE -> signed ? x / y : Long.divideUnsigned(x, y);
                    case REMAINDER -> signed ? x % y : Long.remainderUnsigned(x, y);
                    case AND -> x & y;
                    case OR -> x | y;
                    case XOR -> x ^ y;
                    case SHIFT_LEFT -> x << shift(type, y);
                    case SHIFT_RIGHT -> signed ? x >> shift(type, y) : x >>> shift(type, y);
                });
    }

    /** A shift count as arm64 takes it: modulo the width of the register. */
    private static int shift(IntegerType type, long count) {
        return (int) count & (type.size() == 8 ? 63 : 31);
    }

    /** The operation in the given type, of at least 32 bits, on operands of that type. */
    public static Expression node(
            Operator operator, IntegerType type, Expression left, Expression right, Site site) {
        boolean wide = type.size() == 8;
        boolean signed = type.isSigned();
        Expression special = right instanceof Values.Constant constant
                ? withConstant(operator, type, left, constant.value())
                : null;
        if (special != null) {
            return special;
        }
        return switch (operator) {
            case ADD -> wide ? new Add(left, right) : signed ? new AddInt(left, right) : narrow(new Add(left, right), type);
            case SUBTRACT ->
                wide
                        ? new Subtract(left, right)
                        : signed ? new SubtractInt(left, right) : narrow(new Subtract(left, right), type);
            case MULTIPLY -> narrow(new Multiply(left, right), type);
            case DIVIDE -> narrow(new Divide(left, right, signed, site), type);
            case REMAINDER -> new Remainder(left, right, signed, site);
            case AND -> new And(left, right);
            case OR -> new Or(left, right);
            case XOR -> new Xor(left, right);
            case SHIFT_LEFT -> narrow(new ShiftLeft(left, right, wide ? 63 : 31), type);
            case SHIFT_RIGHT -> new ShiftRight(left, right, wide ? 63 : 31, signed);
        };
    }

    private static @Nullable Expression withConstant(
            Operator operator, IntegerType type, Expression left, long right) {
        return switch (operator) {
            case ADD -> narrow(new AddConstant(left, right), type);
            case SUBTRACT -> narrow(new AddConstant(left, -right), type);
            case AND -> new AndConstant(left, right);
            case SHIFT_LEFT -> narrow(new ShiftLeftConstant(left, shift(type, right)), type);
            case SHIFT_RIGHT ->
                type.isSigned()
                        ? new ShiftRightConstant(left, shift(type, right))
                        : new ShiftRightUnsignedConstant(left, shift(type, right));
            case MULTIPLY, DIVIDE, REMAINDER, OR, XOR -> null;
        };
    }

    /** The address {@code base + index * scale}. */
    public static Expression index(Expression base, Expression index, long scale) {
        if (index instanceof Values.Constant constant) {
            return offset(base, constant.value() * scale);
        }
        return scale == 1 ? new Add(base, index) : new Index(base, index, scale);
    }

    /** The address {@code base + offset}. */
    public static Expression offset(Expression base, long offset) {
        if (offset == 0) {
            return base;
        }
        return base instanceof Values.Constant constant
                ? new Values.Constant(constant.value() + offset)
                : new AddConstant(base, offset);
    }

    public static Expression negate(Expression operand, IntegerType type) {
        return narrow(Expression.of(frame -> -operand.eval(frame)), type);
    }

    public static Expression complement(Expression operand, IntegerType type) {
        return narrow(Expression.of(frame -> ~operand.eval(frame)), type);
    }

    /** The value converted to the type. */
    public static Expression narrow(Expression value, IntegerType type) {
        if (type == IntegerType.BOOL) {
            return new ToBool(value);
        }
        return switch ((int) type.size()) {
            case 1 -> type.isSigned() ? new SignExtend(value, 56) : new ZeroExtend(value, 0xff);
            case 2 -> type.isSigned() ? new SignExtend(value, 48) : new ZeroExtend(value, 0xffff);
            case 4 -> type.isSigned() ? new ToInt(value) : new ZeroExtend(value, 0xffffffffL);
            default -> value;
        };
    }

    private abstract static class Binary extends Expression {
        final Expression left;
        final Expression right;

        Binary(Expression left, Expression right) {
            this.left = left;
            this.right = right;
        }
    }

    private static final class Add extends Binary {
        Add(Expression left, Expression right) {
            super(left, right);
        }

        @Override
        public long eval(Frame frame) {
            return left.eval(frame) + right.eval(frame);
        }
    }

    private static final class AddInt extends Binary {
        AddInt(Expression left, Expression right) {
            super(left, right);
        }

        @Override
        public long eval(Frame frame) {
            return (int) (left.eval(frame) + right.eval(frame));
        }
    }

    static final class AddConstant extends Expression {
        final Expression left;
        final long right;

        AddConstant(Expression left, long right) {
            this.left = left;
            this.right = right;
        }

        @Override
        public long eval(Frame frame) {
            return left.eval(frame) + right;
        }
    }

    private static final class Index extends Binary {
        private final long scale;

        Index(Expression base, Expression index, long scale) {
            super(base, index);
            this.scale = scale;
        }

        @Override
        public long eval(Frame frame) {
            return left.eval(frame) + right.eval(frame) * scale;
        }
    }

    private static final class Subtract extends Binary {
        Subtract(Expression left, Expression right) {
            super(left, right);
        }

        @Override
        public long eval(Frame frame) {
            return left.eval(frame) - right.eval(frame);
        }
    }

    private static final class SubtractInt extends Binary {
        SubtractInt(Expression left, Expression right) {
            super(left, right);
        }

        @Override
        public long eval(Frame frame) {
            return (int) (left.eval(frame) - right.eval(frame));
        }
    }

    private static final class Multiply extends Binary {
        Multiply(Expression left, Expression right) {
            super(left, right);
        }

        @Override
        public long eval(Frame frame) {
            return left.eval(frame) * right.eval(frame);
        }
    }

    private static final class Divide extends Binary {
        private final boolean signed;
        private final Site site;

        Divide(Expression left, Expression right, boolean signed, Site site) {
            super(left, right);
            this.signed = signed;
            this.site = site;
        }

        @Override
        public long eval(Frame frame) {
            long dividend = left.eval(frame);
            long divisor = right.eval(frame);
            if (divisor == 0) {
                throw frame.cpu.unmodelled("division by zero", site);
            }
            return signed ? dividend / divisor : Long.divideUnsigned(dividend, divisor);
        }
    }

    private static final class Remainder extends Binary {
        private final boolean signed;
        private final Site site;

        Remainder(Expression left, Expression right, boolean signed, Site site) {
            super(left, right);
            this.signed = signed;
            this.site = site;
        }

        @Override
        public long eval(Frame frame) {
            long dividend = left.eval(frame);
            long divisor = right.eval(frame);
            if (divisor == 0) {
                throw frame.cpu.unmodelled("division by zero", site);
            }
            return signed ? dividend % divisor : Long.remainderUnsigned(dividend, divisor);
        }
    }

    private static final class And extends Binary {
        And(Expression left, Expression right) {
            super(left, right);
        }

        @Override
        public long eval(Frame frame) {
            return left.eval(frame) & right.eval(frame);
        }
    }

    private static final class AndConstant extends Expression {
        private final Expression left;
        private final long right;

        AndConstant(Expression left, long right) {
            this.left = left;
            this.right = right;
        }

        @Override
        public long eval(Frame frame) {
            return left.eval(frame) & right;
        }
    }

    private static final class Or extends Binary {
        Or(Expression left, Expression right) {
            super(left, right);
        }

        @Override
        public long eval(Frame frame) {
            return left.eval(frame) | right.eval(frame);
        }
    }

    private static final class Xor extends Binary {
        Xor(Expression left, Expression right) {
            super(left, right);
        }

        @Override
        public long eval(Frame frame) {
            return left.eval(frame) ^ right.eval(frame);
        }
    }

    private static final class ShiftLeft extends Binary {
        private final int mask;

        ShiftLeft(Expression left, Expression right, int mask) {
            super(left, right);
            this.mask = mask;
        }

        @Override
        public long eval(Frame frame) {
            return left.eval(frame) << ((int) right.eval(frame) & mask);
        }
    }

    private static final class ShiftLeftConstant extends Expression {
        private final Expression left;
        private final int count;

        ShiftLeftConstant(Expression left, int count) {
            this.left = left;
            this.count = count;
        }

        @Override
        public long eval(Frame frame) {
            return left.eval(frame) << count;
        }
    }

    private static final class ShiftRight extends Binary {
        private final int mask;
        private final boolean signed;

        ShiftRight(Expression left, Expression right, int mask, boolean signed) {
            super(left, right);
            this.mask = mask;
            this.signed = signed;
        }

        @Override
        public long eval(Frame frame) {
            long value = left.eval(frame);
            int count = (int) right.eval(frame) & mask;
            return signed ? value >> count : value >>> count;
        }
    }

    private static final class ShiftRightConstant extends Expression {
        private final Expression left;
        private final int count;

        ShiftRightConstant(Expression left, int count) {
            this.left = left;
            this.count = count;
        }

        @Override
        public long eval(Frame frame) {
            return left.eval(frame) >> count;
        }
    }

    private static final class ShiftRightUnsignedConstant extends Expression {
        private final Expression left;
        private final int count;

        ShiftRightUnsignedConstant(Expression left, int count) {
            this.left = left;
            this.count = count;
        }

        @Override
        public long eval(Frame frame) {
            return left.eval(frame) >>> count;
        }
    }

    private static final class ToBool extends Expression {
        private final Expression operand;

        ToBool(Expression operand) {
            this.operand = operand;
        }

        @Override
        public long eval(Frame frame) {
            return operand.test(frame) ? 1 : 0;
        }

        @Override
        public boolean test(Frame frame) {
            return operand.test(frame);
        }
    }

    private static final class ToInt extends Expression {
        private final Expression operand;

        ToInt(Expression operand) {
            this.operand = operand;
        }

        @Override
        public long eval(Frame frame) {
            return (int) operand.eval(frame);
        }
    }

    private static final class SignExtend extends Expression {
        private final Expression operand;
        private final int shift;

        SignExtend(Expression operand, int shift) {
            this.operand = operand;
            this.shift = shift;
        }

        @Override
        public long eval(Frame frame) {
            return operand.eval(frame) << shift >> shift;
        }
    }

    private static final class ZeroExtend extends Expression {
        private final Expression operand;
        private final long mask;

        ZeroExtend(Expression operand, long mask) {
            this.operand = operand;
            this.mask = mask;
        }

        @Override
        public long eval(Frame frame) {
            return operand.eval(frame) & mask;
        }
    }
}
