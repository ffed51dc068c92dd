package org.svalinn.source.node;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Site;
import org.svalinn.source.runtime.Frame;

/** The simple statements. */
public final class Statements {
    private Statements() {}

    /** A statement that does nothing. */
    public static Statement nothing() {
        return new Code(Statement.NORMAL);
    }

    public static Statement breakOut() {
        return new Code(Statement.BREAK);
    }

    public static Statement continueLoop() {
        return new Code(Statement.CONTINUE);
    }

    private static final class Code extends Statement {
        private final int code;

        Code(int code) {
            this.code = code;
        }

        @Override
        public int execute(Frame frame) {
            return code;
        }
    }

    /** An expression for its effects. */
    public static final class Evaluate extends Statement {
        private final Expression expression;

        public Evaluate(Expression expression) {
            this.expression = expression;
        }

        @Override
        public int execute(Frame frame) {
            expression.eval(frame);
            return NORMAL;
        }
    }

    /** {@code return}; the value already has the function's type. */
    public static final class Return extends Statement {
        private final @Nullable Expression value;

        public Return(@Nullable Expression value) {
            this.value = value;
        }

        @Override
        public int execute(Frame frame) {
            if (value != null) {
                frame.result = value.eval(frame);
            }
            return RETURN;
        }
    }

    public static final class Goto extends Statement {
        private final Label label;
        private final Site site;

        public Goto(Label label, Site site) {
            this.label = label;
            this.site = site;
        }

        @Override
        public int execute(Frame frame) {
            frame.cpu.tick(site);
            frame.target = label;
            return GOTO;
        }
    }

    /** A statement behind a label or a case. */
    public static final class Labelled extends Statement {
        private final Label label;
        private final Statement statement;

        public Labelled(Label label, Statement statement) {
            this.label = label;
            this.statement = statement;
            adopt(List.of(label));
            adopt(statement);
        }

        @Override
        public int execute(Frame frame) {
            return statement.execute(frame);
        }

        @Override
        public int enter(Frame frame) {
            return frame.target == label ? statement.execute(frame) : statement.enter(frame);
        }
    }

    /** A statement one of whose own expressions control can leave. */
    public static final class Escapable extends Statement {
        private final Statement statement;

        public Escapable(Statement statement) {
            this.statement = statement;
            adopt(statement);
        }

        @Override
        public int execute(Frame frame) {
            try {
                return statement.execute(frame);
            } catch (Jump jump) {
                return jump.code;
            }
        }

        @Override
        public int enter(Frame frame) {
            try {
                return statement.enter(frame);
            } catch (Jump jump) {
                return jump.code;
            }
        }
    }

    public static final class If extends Statement {
        private final Expression condition;
        private final Statement then;
        private final @Nullable Statement otherwise;

        public If(Expression condition, Statement then, @Nullable Statement otherwise) {
            this.condition = condition;
            this.then = then;
            this.otherwise = otherwise;
            adopt(then);
            if (otherwise != null) {
                adopt(otherwise);
            }
        }

        @Override
        public int execute(Frame frame) {
            if (condition.test(frame)) {
                return then.execute(frame);
            }
            return otherwise == null ? NORMAL : otherwise.execute(frame);
        }

        @Override
        public int enter(Frame frame) {
            if (otherwise != null && otherwise.contains(java.util.Objects.requireNonNull(frame.target))) {
                return otherwise.enter(frame);
            }
            return then.enter(frame);
        }
    }

    /**
     * A block with variables that have a cleanup function. It is run for those whose declaration was reached, in
     * reverse order, however control leaves the block.
     */
    public static final class Cleanup extends Statement {
        private final Statement body;
        private final int[] reached;
        private final Expression[] cleanups;

        /**
         * @param reached for each variable the register that its declaration sets to 1
         * @param cleanups for each variable the call of its cleanup function
         */
        public Cleanup(Statement body, int[] reached, Expression[] cleanups) {
            this.body = body;
            this.reached = reached.clone();
            this.cleanups = cleanups.clone();
            adopt(body);
        }

        @Override
        public int execute(Frame frame) {
            forget(frame);
            return leave(frame, body.execute(frame));
        }

        @Override
        public int enter(Frame frame) {
            forget(frame);
            return leave(frame, body.enter(frame));
        }

        private void forget(Frame frame) {
            for (int register : reached) {
                frame.registers[register] = 0;
            }
        }

        private int leave(Frame frame, int code) {
            long result = frame.result;
            Object target = frame.target;
            for (int i = reached.length - 1; i >= 0; i--) {
                if (frame.registers[reached[i]] != 0) {
                    cleanups[i].eval(frame);
                }
            }
            frame.result = result;
            frame.target = target;
            return code;
        }
    }
}
