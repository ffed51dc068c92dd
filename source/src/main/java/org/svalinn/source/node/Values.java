package org.svalinn.source.node;

import java.util.List;
import org.svalinn.source.runtime.Frame;
import org.svalinn.source.type.CType;

/** Expressions that touch no memory: constants, registers, control inside of an expression. */
public final class Values {
    private Values() {}

    public static final class Constant extends Expression {
        private final long value;

        public Constant(long value) {
            this.value = value;
        }

        public long value() {
            return value;
        }

        @Override
        public long eval(Frame frame) {
            return value;
        }
    }

    public static final class ReadRegister extends Expression {
        final int register;

        public ReadRegister(int register) {
            this.register = register;
        }

        @Override
        public long eval(Frame frame) {
            return frame.registers[register];
        }
    }

    public static final class WriteRegister extends Expression {
        private final int register;
        private final Expression value;

        public WriteRegister(int register, Expression value) {
            this.register = register;
            this.value = value;
        }

        @Override
        public long eval(Frame frame) {
            long result = value.eval(frame);
            frame.registers[register] = result;
            return result;
        }
    }

    /** Adds to a register; the value is that before or after. */
    public static final class Increment extends Expression {
        private final int register;
        private final long delta;
        private final CType type;
        private final boolean givesOld;

        public Increment(int register, long delta, CType type, boolean givesOld) {
            this.register = register;
            this.delta = delta;
            this.type = type;
            this.givesOld = givesOld;
        }

        @Override
        public long eval(Frame frame) {
            long old = frame.registers[register];
            long changed = type.wrap(old + delta);
            frame.registers[register] = changed;
            return givesOld ? old : changed;
        }
    }

    /** Evaluates all; its value is that of the last. */
    public static final class Sequence extends Expression {
        private final Expression[] first;
        private final Expression last;

        public Sequence(List<Expression> first, Expression last) {
            this.first = first.toArray(new Expression[0]);
            this.last = last;
        }

        @Override
        public long eval(Frame frame) {
            for (Expression expression : first) {
                expression.eval(frame);
            }
            return last.eval(frame);
        }
    }

    public static final class Conditional extends Expression {
        private final Expression condition;
        private final Expression then;
        private final Expression otherwise;

        public Conditional(Expression condition, Expression then, Expression otherwise) {
            this.condition = condition;
            this.then = then;
            this.otherwise = otherwise;
        }

        @Override
        public long eval(Frame frame) {
            return condition.test(frame) ? then.eval(frame) : otherwise.eval(frame);
        }
    }

    public static final class LogicalAnd extends Expression {
        private final Expression left;
        private final Expression right;

        public LogicalAnd(Expression left, Expression right) {
            this.left = left;
            this.right = right;
        }

        @Override
        public long eval(Frame frame) {
            return test(frame) ? 1 : 0;
        }

        @Override
        public boolean test(Frame frame) {
            return left.test(frame) && right.test(frame);
        }
    }

    public static final class LogicalOr extends Expression {
        private final Expression left;
        private final Expression right;

        public LogicalOr(Expression left, Expression right) {
            this.left = left;
            this.right = right;
        }

        @Override
        public long eval(Frame frame) {
            return test(frame) ? 1 : 0;
        }

        @Override
        public boolean test(Frame frame) {
            return left.test(frame) || right.test(frame);
        }
    }

    public static final class LogicalNot extends Expression {
        private final Expression operand;

        public LogicalNot(Expression operand) {
            this.operand = operand;
        }

        @Override
        public long eval(Frame frame) {
            return operand.test(frame) ? 0 : 1;
        }

        @Override
        public boolean test(Frame frame) {
            return !operand.test(frame);
        }
    }

    /** A statement expression: statements, then in a register the value of the last. */
    public static final class StatementExpression extends Expression {
        private final Statement body;
        private final int register;

        public StatementExpression(Statement body, int register) {
            this.body = body;
            this.register = register;
        }

        @Override
        public long eval(Frame frame) {
            int code = body.execute(frame);
            if (code != Statement.NORMAL) {
                throw Jump.with(code);
            }
            return frame.registers[register];
        }
    }

    /** A statement expression that control only leaves at its end. */
    public static final class StatementsThen extends Expression {
        private final Statement[] statements;
        private final Expression last;

        public StatementsThen(List<Statement> statements, Expression last) {
            this.statements = statements.toArray(new Statement[0]);
            this.last = last;
        }

        @Override
        public long eval(Frame frame) {
            for (Statement statement : statements) {
                int code = statement.execute(frame);
                if (code != Statement.NORMAL) {
                    throw Jump.with(code);
                }
            }
            return last.eval(frame);
        }
    }
}
