package org.svalinn.source.compile;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.eclipse.cdt.core.dom.ast.ASTVisitor;
import org.eclipse.cdt.core.dom.ast.IASTBinaryExpression;
import org.eclipse.cdt.core.dom.ast.IASTCompoundStatement;
import org.eclipse.cdt.core.dom.ast.IASTExpression;
import org.eclipse.cdt.core.dom.ast.IASTFunctionCallExpression;
import org.eclipse.cdt.core.dom.ast.IASTFunctionDefinition;
import org.eclipse.cdt.core.dom.ast.IASTGotoStatement;
import org.eclipse.cdt.core.dom.ast.IASTIdExpression;
import org.eclipse.cdt.core.dom.ast.IASTLabelStatement;
import org.eclipse.cdt.core.dom.ast.IASTReturnStatement;
import org.eclipse.cdt.core.dom.ast.IASTStatement;
import org.eclipse.cdt.core.dom.ast.IASTUnaryExpression;
import org.eclipse.cdt.internal.core.dom.parser.ASTNode;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Site;
import org.svalinn.source.node.Expression;
import org.svalinn.source.node.Inlined;
import org.svalinn.source.node.Values;
import org.svalinn.source.type.CType;
import org.svalinn.source.type.FunctionType;

/**
 * Puts small functions in the place of calls of them. The kernel's headers are layers of one-line functions, most calls
 * are of these, and every layer less also makes it cheaper to suspend an actor.
 *
 * <p>A function qualifies if it is {@code static}, in C and not on the floor, short, returns at its end only, has no
 * labels, takes the address of none of its variables, and passes scalars. A parameter that it never assigns is replaced
 * by what is passed if that is a constant or a register, so that constants fold as in a compiler.
 *
 * <p>Nobody can tell from outside: sites name the function that a line is in, call paths contain the inlined calls
 * ({@link org.svalinn.source.runtime.Image#inlinedAt}), and inlined calls are counted.
 */
final class Inlining {
    private static final int LONGEST_TEXT = 600;
    private static final int DEEPEST = 12;
    private static final int MOST_IN_ONE_FRAME = 300;

    private final Lowering caller;
    private final IASTFunctionCallExpression call;

    Inlining(Lowering caller, IASTFunctionCallExpression call) {
        this.caller = caller;
        this.call = call;
    }

    /** The call with the body in its place; null if the function does not qualify. */
    @Nullable Term inlined(Symbol.Function symbol, List<Term> arguments) {
        if (!symbol.isStatic()
                || symbol.definition() == null
                || !caller.function().isInFunction()
                || caller.depth() > DEEPEST
                || !(symbol.target().get() instanceof CompiledFunction function)
                || caller.isInlining(function.symbol())
                || !passesScalars(symbol.type(), arguments)) {
            return null;
        }
        Shape shape = Shape.of(function.symbol().definition());
        if (shape == null || caller.function().noteInlining() > MOST_IN_ONE_FRAME) {
            return null;
        }
        try {
            return inline(function, shape, arguments);
        } catch (CompileProblem problem) {
            return null;
        }
    }

    private static boolean passesScalars(FunctionType type, List<Term> arguments) {
        return !type.isVariadic()
                && type.parameters().size() == arguments.size()
                && (type.result().isScalar() || type.result().isVoid())
                && type.result().size() <= 8
                && type.parameters().stream().allMatch(parameter -> parameter.isScalar() && parameter.size() <= 8);
    }

    private Term inline(CompiledFunction function, Shape shape, List<Term> arguments) {
        Site site = caller.site(call);
        CType result = function.symbol().type().result().plain();
        var scope = new Scope(function.symbol().file());
        var lowering = caller.inlining(
                caller.function().inlined(function.name(), result), scope, function.symbol(), site);
        var moves = new ArrayList<Expression>();
        List<CType> types = function.symbol().type().parameters();
        for (int i = 0; i < arguments.size(); i++) {
            String name = shape.parameters.get(i);
            scope.declare(parameter(name, types.get(i), arguments.get(i), shape.changed.contains(name), moves));
        }
        Term body = lowering.inNewScope(() -> lowering.statements().inlinedBody(shape.statements));
        Expression node = lowering.operators().effect(body, call);
        return new Term.Value(result, new Inlined(function, moves.toArray(new Expression[0]), node));
    }

    private Symbol parameter(String name, CType type, Term argument, boolean isChanged, List<Expression> moves) {
        Expression value = caller.places().value(argument, call);
        boolean isFixed = argument instanceof Term.Constant || value instanceof Values.ReadRegister;
        if (isFixed && !isChanged) {
            Term passed = argument instanceof Term.Constant ? argument : new Term.Value(type.plain(), value);
            return new Symbol.Passed(name, passed);
        }
        int register = caller.function().newRegister();
        moves.add(new Values.WriteRegister(register, value));
        return new Symbol.Register(name, type, register);
    }

    /** What matters of a function's syntax for inlining it. */
    private static final class Shape extends ASTVisitor {
        private final List<String> parameters;
        private final List<IASTStatement> statements;
        private final Set<String> changed = new HashSet<>();
        private boolean qualifies = true;

        private Shape(List<String> parameters, List<IASTStatement> statements) {
            this.parameters = parameters;
            this.statements = statements;
            shouldVisitExpressions = true;
            shouldVisitStatements = true;
        }

        static @Nullable Shape of(@Nullable IASTFunctionDefinition definition) {
            if (definition == null
                    || ((ASTNode) definition).getLength() > LONGEST_TEXT
                    || !(definition.getBody() instanceof IASTCompoundStatement body)
                    || !AddressTaken.in(definition).isEmpty()) {
                return null;
            }
            var shape = new Shape(CompiledFunction.parameterNames(definition), List.of(body.getStatements()));
            body.accept(shape);
            return shape.qualifies ? shape : null;
        }

        @Override
        public int visit(IASTStatement statement) {
            boolean returnsEarly =
                    statement instanceof IASTReturnStatement && statement != statements.getLast();
            if (returnsEarly || statement instanceof IASTGotoStatement || statement instanceof IASTLabelStatement) {
                qualifies = false;
                return PROCESS_ABORT;
            }
            return PROCESS_CONTINUE;
        }

        @Override
        public int visit(IASTExpression expression) {
            if (expression instanceof IASTBinaryExpression binary
                    && binary.getOperator() >= IASTBinaryExpression.op_assign
                    && binary.getOperator() <= IASTBinaryExpression.op_binaryOrAssign) {
                noteChanged(binary.getOperand1());
            } else if (expression instanceof IASTUnaryExpression unary) {
                switch (unary.getOperator()) {
                    case IASTUnaryExpression.op_prefixIncr,
                            IASTUnaryExpression.op_prefixDecr,
                            IASTUnaryExpression.op_postFixIncr,
                            IASTUnaryExpression.op_postFixDecr -> noteChanged(unary.getOperand());
                    default -> {}
                }
            }
            return PROCESS_CONTINUE;
        }

        private void noteChanged(IASTExpression place) {
            if (Expressions.withoutParentheses(place) instanceof IASTIdExpression name) {
                changed.add(name.getName().toString());
            }
        }
    }
}
