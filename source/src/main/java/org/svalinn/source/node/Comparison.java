package org.svalinn.source.node;

import org.svalinn.source.runtime.Frame;

/** Comparisons of two values of the same type. */
public final class Comparison {
    private Comparison() {}

    public enum Relation {
        EQUAL,
        NOT_EQUAL,
        LESS,
        LESS_OR_EQUAL,
        GREATER,
        GREATER_OR_EQUAL
    }

    public static boolean holds(Relation relation, boolean unsigned, long x, long y) {
        int order = unsigned ? Long.compareUnsigned(x, y) : Long.compare(x, y);
        return switch (relation) {
            case EQUAL -> order == 0;
            case NOT_EQUAL -> order != 0;
            case LESS -> order < 0;
            case LESS_OR_EQUAL -> order <= 0;
            case GREATER -> order > 0;
            case GREATER_OR_EQUAL -> order >= 0;
        };
    }

    public static Expression node(Relation relation, boolean unsigned, Expression left, Expression right) {
        return switch (relation) {
            case EQUAL -> new Equal(left, right);
            case NOT_EQUAL -> new NotEqual(left, right);
            case LESS -> new Less(left, right, sign(unsigned));
            case LESS_OR_EQUAL -> new Values.LogicalNot(new Greater(left, right, sign(unsigned)));
            case GREATER -> new Greater(left, right, sign(unsigned));
            case GREATER_OR_EQUAL -> new Values.LogicalNot(new Less(left, right, sign(unsigned)));
        };
    }

    /** Added to both sides, it turns an unsigned comparison into a signed one. */
    private static long sign(boolean unsigned) {
        return unsigned ? Long.MIN_VALUE : 0;
    }

    private abstract static class Relational extends Expression {
        final Expression left;
        final Expression right;

        Relational(Expression left, Expression right) {
            this.left = left;
            this.right = right;
        }

        @Override
        public final long eval(Frame frame) {
            return test(frame) ? 1 : 0;
        }
    }

    private static final class Equal extends Relational {
        Equal(Expression left, Expression right) {
            super(left, right);
        }

        @Override
        public boolean test(Frame frame) {
            return left.eval(frame) == right.eval(frame);
        }
    }

    private static final class NotEqual extends Relational {
        NotEqual(Expression left, Expression right) {
            super(left, right);
        }

        @Override
        public boolean test(Frame frame) {
            return left.eval(frame) != right.eval(frame);
        }
    }

    private static final class Less extends Relational {
        private final long sign;

        Less(Expression left, Expression right, long sign) {
            super(left, right);
            this.sign = sign;
        }

        @Override
        public boolean test(Frame frame) {
            return left.eval(frame) + sign < right.eval(frame) + sign;
        }
    }

    private static final class Greater extends Relational {
        private final long sign;

        Greater(Expression left, Expression right, long sign) {
            super(left, right);
            this.sign = sign;
        }

        @Override
        public boolean test(Frame frame) {
            return left.eval(frame) + sign > right.eval(frame) + sign;
        }
    }
}
