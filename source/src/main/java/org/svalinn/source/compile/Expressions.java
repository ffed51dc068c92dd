package org.svalinn.source.compile;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.cdt.core.dom.ast.IASTArraySubscriptExpression;
import org.eclipse.cdt.core.dom.ast.IASTBinaryExpression;
import org.eclipse.cdt.core.dom.ast.IASTCastExpression;
import org.eclipse.cdt.core.dom.ast.IASTConditionalExpression;
import org.eclipse.cdt.core.dom.ast.IASTExpression;
import org.eclipse.cdt.core.dom.ast.IASTExpressionList;
import org.eclipse.cdt.core.dom.ast.IASTFieldReference;
import org.eclipse.cdt.core.dom.ast.IASTFunctionCallExpression;
import org.eclipse.cdt.core.dom.ast.IASTIdExpression;
import org.eclipse.cdt.core.dom.ast.IASTInitializerClause;
import org.eclipse.cdt.core.dom.ast.IASTLiteralExpression;
import org.eclipse.cdt.core.dom.ast.IASTNode;
import org.eclipse.cdt.core.dom.ast.IASTTypeIdExpression;
import org.eclipse.cdt.core.dom.ast.IASTTypeIdInitializerExpression;
import org.eclipse.cdt.core.dom.ast.IASTUnaryExpression;
import org.eclipse.cdt.core.dom.ast.gnu.IGNUASTCompoundStatementExpression;
import org.jspecify.annotations.Nullable;
import org.svalinn.source.node.Address;
import org.svalinn.source.node.Arithmetic.Operator;
import org.svalinn.source.node.Comparison.Relation;
import org.svalinn.source.node.Expression;
import org.svalinn.source.node.Values;
import org.svalinn.source.parse.Generic;
import org.svalinn.source.parse.OffsetOf;
import org.svalinn.source.parse.TypesCompatible;
import org.svalinn.source.parse.VaArg;
import org.svalinn.source.type.ArrayType;
import org.svalinn.source.type.CType;
import org.svalinn.source.type.IntegerType;
import org.svalinn.source.type.VoidType;

/**
 * From the syntax of expressions to {@link Term}s.
 *
 * <p>An expression that cannot be translated is a {@link CompileProblem}. Where C would not always evaluate it, as on
 * the right of {@code &&}, the problem becomes a node that fails when it is reached; elsewhere the statement around it
 * becomes such a node. So kernel code that is never executed is never a reason to fail.
 */
final class Expressions {
    private final Lowering lowering;

    Expressions(Lowering lowering) {
        this.lowering = lowering;
    }

    /** The value of an integer constant expression. */
    long constant(IASTInitializerClause expression) {
        if (lowering.places().decay(term(expression)) instanceof Term.Constant constant) {
            return constant.value();
        }
        throw new CompileProblem("not a constant", expression);
    }

    /** What computes the value of an expression, arrays and functions as pointers. */
    Expression value(IASTInitializerClause expression) {
        return lowering.places().value(term(expression), expression);
    }

    /** What evaluates an expression as a condition. */
    Expression condition(IASTExpression expression) {
        return lowering.operators().condition(term(expression), expression);
    }

    /** What evaluates an expression for its effects. */
    Expression effect(IASTExpression expression) {
        IASTExpression inner = withoutParentheses(expression);
        if (inner instanceof IASTUnaryExpression unary) {
            switch (unary.getOperator()) {
                case IASTUnaryExpression.op_postFixIncr, IASTUnaryExpression.op_postFixDecr -> {
                    long delta = unary.getOperator() == IASTUnaryExpression.op_postFixIncr ? 1 : -1;
                    Term place = term(unary.getOperand());
                    return lowering.places().value(lowering.operators().increment(place, delta, false, unary), unary);
                }
                default -> {}
            }
        }
        return lowering.operators().effect(term(inner), inner);
    }

    static IASTExpression withoutParentheses(IASTExpression expression) {
        IASTExpression inner = expression;
        while (inner instanceof IASTUnaryExpression unary
                && unary.getOperator() == IASTUnaryExpression.op_bracketedPrimary) {
            inner = unary.getOperand();
        }
        return inner;
    }

    /** The term, or if there is a problem with it one that fails when it is evaluated. */
    private Term termIfReached(IASTExpression expression) {
        try {
            Term term = term(expression);
            lowering.operators().effect(term, expression);
            return term;
        } catch (CompileProblem problem) {
            return new Term.Failure(failure(problem));
        }
    }

    /** What fails when it is reached. */
    Expression failure(CompileProblem problem) {
        String text = problem.text();
        var site = lowering.site(problem.node());
        lowering.linker().noteUntranslated(text, site);
        return Expression.of(frame -> {
            throw frame.cpu.unmodelled(text, site);
        });
    }

    Term term(IASTInitializerClause expression) {
        return switch (expression) {
            case Generic generic -> generic(generic);
            case OffsetOf offsetOf -> offsetOf(offsetOf);
            case TypesCompatible question ->
                truth(CType.areCompatible(
                        lowering.types().typeId(question.first()), lowering.types().typeId(question.second())));
            case VaArg argument -> VariableArguments.next(lowering, argument);
            case IASTLiteralExpression literal -> literal(literal);
            case IASTIdExpression name -> identifier(name);
            case IASTCastExpression cast -> cast(cast);
            case IASTUnaryExpression unary -> unary(unary);
            case IASTBinaryExpression binary -> binary(binary);
            case IASTConditionalExpression conditional -> conditional(conditional);
            case IASTFieldReference reference -> fieldReference(reference);
            case IASTArraySubscriptExpression subscript -> subscript(subscript);
            case IASTFunctionCallExpression call -> lowering.calls().call(call);
            case IASTTypeIdExpression type -> typeIdExpression(type);
            case IASTTypeIdInitializerExpression literal -> lowering.initialisers().compoundLiteral(literal);
            case IGNUASTCompoundStatementExpression statements ->
                lowering.statements().statementExpression(statements);
            case IASTExpressionList list -> comma(list);
            default ->
                throw new CompileProblem("expression " + expression.getClass().getSimpleName(), expression);
        };
    }

    private static Term truth(boolean holds) {
        return new Term.Constant(IntegerType.INT, holds ? 1 : 0);
    }

    private Term generic(Generic generic) {
        CType control = lowering.places().decay(term(generic.control())).type();
        IASTExpression otherwise = null;
        for (Generic.Association association : generic.associations()) {
            var type = association.type();
            if (type == null) {
                otherwise = association.value();
            } else if (CType.areCompatible(control, lowering.types().typeId(type))) {
                return term(association.value());
            }
        }
        if (otherwise == null) {
            throw new CompileProblem("_Generic has nothing for " + control, generic);
        }
        return term(otherwise);
    }

    private Term offsetOf(OffsetOf offsetOf) {
        Term origin = new Term.Place(lowering.types().typeId(offsetOf.type()), new Address.Absolute(0), null);
        Term member = member(origin, offsetOf.member());
        if (!(member instanceof Term.Place place)) {
            throw new CompileProblem("offsetof", offsetOf);
        }
        return lowering.operators()
                .convert(
                        lowering.places().addressOf(new Term.Place(place.type(), place.address(), null), offsetOf),
                        IntegerType.UNSIGNED_LONG,
                        offsetOf);
    }

    private Term member(Term origin, IASTExpression path) {
        return switch (path) {
            case IASTIdExpression name ->
                lowering.places().field(origin, name.getName().toString(), path);
            case IASTFieldReference reference ->
                lowering.places()
                        .field(
                                member(origin, reference.getFieldOwner()),
                                reference.getFieldName().toString(),
                                path);
            case IASTArraySubscriptExpression subscript ->
                element(member(origin, subscript.getArrayExpression()), term(subscript.getArgument()), path);
            default -> throw new CompileProblem("member designator", path);
        };
    }

    private Term literal(IASTLiteralExpression literal) {
        String text = new String(literal.getValue());
        return switch (literal.getKind()) {
            case IASTLiteralExpression.lk_integer_constant -> Literals.integer(text, literal);
            case IASTLiteralExpression.lk_char_constant ->
                new Term.Constant(IntegerType.INT, Literals.character(text, literal));
            case IASTLiteralExpression.lk_string_literal -> text(Literals.bytes(text, '"', literal));
            default -> throw new CompileProblem("literal " + text, literal);
        };
    }

    private Term.Text text(byte[] bytes) {
        Linker linker = lowering.linker();
        var object = new Address.StaticObject(() -> linker.text(bytes));
        return new Term.Text(
                new ArrayType(IntegerType.CHAR, bytes.length + 1L), bytes, new Address.InObject(object, 0));
    }

    private Term identifier(IASTIdExpression expression) {
        String name = expression.getName().toString();
        return switch (lowering.scope().find(name)) {
            case Symbol.Register register -> new Term.Register(register.type(), register.register());
            case Symbol.Passed passed -> passed.term();
            case Symbol.Local local -> new Term.Place(local.type(), local.address(), null);
            case Symbol.Global global ->
                new Term.Place(global.type(), new Address.InObject(global.object(), 0), null);
            case Symbol.Function function -> new Term.Function(function.type(), function);
            case Symbol.Enumerator enumerator ->
                new Term.Constant(EnumDefinition.typeOf(enumerator.value()), enumerator.value());
            case Symbol.Typedef typedef -> throw new CompileProblem("type " + name + " as a value", expression);
            case null -> undeclared(name, expression);
        };
    }

    private Term undeclared(String name, IASTNode at) {
        if (name.equals("__func__") || name.equals("__FUNCTION__") || name.equals("__PRETTY_FUNCTION__")) {
            return text(lowering.function().name().getBytes(StandardCharsets.UTF_8));
        }
        throw new CompileProblem("undeclared " + name, at);
    }

    private Term cast(IASTCastExpression cast) {
        CType type = lowering.types().typeId(cast.getTypeId());
        if (!type.isVoid()) {
            return lowering.operators().convert(term(cast.getOperand()), type, cast);
        }
        return new Term.Value(VoidType.VOID, effect(cast.getOperand()));
    }

    private Term fieldReference(IASTFieldReference reference) {
        Term owner = term(reference.getFieldOwner());
        Term record = reference.isPointerDereference() ? lowering.places().target(owner, reference) : owner;
        return lowering.places().field(record, reference.getFieldName().toString(), reference);
    }

    private Term subscript(IASTArraySubscriptExpression subscript) {
        return element(term(subscript.getArrayExpression()), term(subscript.getArgument()), subscript);
    }

    private Term element(Term array, Term index, IASTNode at) {
        return lowering.places().target(lowering.operators().arithmetic(Operator.ADD, array, index, at), at);
    }

    private Term typeIdExpression(IASTTypeIdExpression expression) {
        CType type = lowering.types().typeId(expression.getTypeId());
        return switch (expression.getOperator()) {
            case IASTTypeIdExpression.op_sizeof -> size(type.size());
            case IASTTypeIdExpression.op_alignof -> size(type.alignment());
            default -> throw new CompileProblem("operator on a type", expression);
        };
    }

    private static Term size(long size) {
        return new Term.Constant(IntegerType.UNSIGNED_LONG, size);
    }

    private Term unary(IASTUnaryExpression unary) {
        IASTExpression operand = unary.getOperand();
        return switch (unary.getOperator()) {
            case IASTUnaryExpression.op_bracketedPrimary -> term(operand);
            case IASTUnaryExpression.op_sizeof -> size(term(operand).type().size());
            case IASTUnaryExpression.op_alignOf -> size(term(operand).type().alignment());
            case IASTUnaryExpression.op_amper -> lowering.places().addressOf(term(operand), unary);
            case IASTUnaryExpression.op_star -> lowering.places().target(term(operand), unary);
            case IASTUnaryExpression.op_not -> lowering.operators().not(term(operand), unary);
            case IASTUnaryExpression.op_minus -> lowering.operators().negate(term(operand), unary);
            case IASTUnaryExpression.op_tilde -> lowering.operators().complement(term(operand), unary);
            case IASTUnaryExpression.op_plus -> promote(term(operand), unary);
            case IASTUnaryExpression.op_prefixIncr -> lowering.operators().increment(term(operand), 1, false, unary);
            case IASTUnaryExpression.op_prefixDecr -> lowering.operators().increment(term(operand), -1, false, unary);
            case IASTUnaryExpression.op_postFixIncr -> lowering.operators().increment(term(operand), 1, true, unary);
            case IASTUnaryExpression.op_postFixDecr -> lowering.operators().increment(term(operand), -1, true, unary);
            case IASTUnaryExpression.op_labelReference -> labelAddress();
            default -> throw new CompileProblem("unary operator " + unary.getOperator(), unary);
        };
    }

    private Term promote(Term operand, IASTNode at) {
        return lowering.operators().convert(operand, lowering.operators().promoted(operand, at), at);
    }

    /** The address of a label is only good for telling where code is: each is the same place in the text region. */
    private static Term labelAddress() {
        return new Term.Constant(new org.svalinn.source.type.PointerType(VoidType.VOID), Linker.LABELS);
    }

    private Term binary(IASTBinaryExpression binary) {
        int code = binary.getOperator();
        Operator operator = operator(code);
        if (operator != null) {
            return lowering.operators()
                    .arithmetic(operator, term(binary.getOperand1()), term(binary.getOperand2()), binary);
        }
        Relation relation = relation(code);
        if (relation != null) {
            return lowering.operators()
                    .compare(relation, term(binary.getOperand1()), term(binary.getOperand2()), binary);
        }
        Operator assigning = assigningOperator(code);
        if (assigning != null) {
            return lowering.operators()
                    .assignWith(assigning, term(binary.getOperand1()), term(binary.getOperand2()), binary);
        }
        return switch (code) {
            case IASTBinaryExpression.op_assign ->
                lowering.places().assign(term(binary.getOperand1()), term(binary.getOperand2()), binary);
            case IASTBinaryExpression.op_logicalAnd -> logical(binary, true);
            case IASTBinaryExpression.op_logicalOr -> logical(binary, false);
            default -> throw new CompileProblem("binary operator " + code, binary);
        };
    }

    private static @Nullable Operator operator(int code) {
        return switch (code) {
            case IASTBinaryExpression.op_plus -> Operator.ADD;
            case IASTBinaryExpression.op_minus -> Operator.SUBTRACT;
            case IASTBinaryExpression.op_multiply -> Operator.MULTIPLY;
            case IASTBinaryExpression.op_divide -> Operator.DIVIDE;
            case IASTBinaryExpression.op_modulo -> Operator.REMAINDER;
            case IASTBinaryExpression.op_binaryAnd -> Operator.AND;
            case IASTBinaryExpression.op_binaryOr -> Operator.OR;
            case IASTBinaryExpression.op_binaryXor -> Operator.XOR;
            case IASTBinaryExpression.op_shiftLeft -> Operator.SHIFT_LEFT;
            case IASTBinaryExpression.op_shiftRight -> Operator.SHIFT_RIGHT;
            default -> null;
        };
    }

    private static @Nullable Operator assigningOperator(int code) {
        return switch (code) {
            case IASTBinaryExpression.op_plusAssign -> Operator.ADD;
            case IASTBinaryExpression.op_minusAssign -> Operator.SUBTRACT;
            case IASTBinaryExpression.op_multiplyAssign -> Operator.MULTIPLY;
            case IASTBinaryExpression.op_divideAssign -> Operator.DIVIDE;
            case IASTBinaryExpression.op_moduloAssign -> Operator.REMAINDER;
            case IASTBinaryExpression.op_binaryAndAssign -> Operator.AND;
            case IASTBinaryExpression.op_binaryOrAssign -> Operator.OR;
            case IASTBinaryExpression.op_binaryXorAssign -> Operator.XOR;
            case IASTBinaryExpression.op_shiftLeftAssign -> Operator.SHIFT_LEFT;
            case IASTBinaryExpression.op_shiftRightAssign -> Operator.SHIFT_RIGHT;
            default -> null;
        };
    }

    private static @Nullable Relation relation(int code) {
        return switch (code) {
            case IASTBinaryExpression.op_equals -> Relation.EQUAL;
            case IASTBinaryExpression.op_notequals -> Relation.NOT_EQUAL;
            case IASTBinaryExpression.op_lessThan -> Relation.LESS;
            case IASTBinaryExpression.op_lessEqual -> Relation.LESS_OR_EQUAL;
            case IASTBinaryExpression.op_greaterThan -> Relation.GREATER;
            case IASTBinaryExpression.op_greaterEqual -> Relation.GREATER_OR_EQUAL;
            default -> null;
        };
    }

    private Term logical(IASTBinaryExpression binary, boolean isAnd) {
        Operators operators = lowering.operators();
        Term left = term(binary.getOperand1());
        Boolean known = operators.knownTruth(left);
        if (known != null && known != isAnd) {
            return truth(known);
        }
        Term right = termIfReached(binary.getOperand2());
        Boolean rightKnown = operators.knownTruth(right);
        if (known != null && rightKnown != null) {
            return truth(rightKnown);
        }
        Expression second =
                right instanceof Term.Failure failure ? failure.node() : operators.condition(right, binary);
        Expression first = operators.condition(left, binary);
        return new Term.Value(
                IntegerType.INT,
                isAnd ? new Values.LogicalAnd(first, second) : new Values.LogicalOr(first, second));
    }

    private Term conditional(IASTConditionalExpression conditional) {
        IASTExpression positive = conditional.getPositiveResultExpression();
        Term condition = term(conditional.getLogicalConditionExpression());
        if (positive == null) {
            return orElse(condition, conditional);
        }
        Term then = lowering.places().decay(termIfReached(positive));
        Term otherwise = lowering.places().decay(termIfReached(conditional.getNegativeResultExpression()));
        CType type = typeOfBranches(then, otherwise, conditional);
        Boolean known = lowering.operators().knownTruth(condition);
        if (known != null) {
            return branch(known ? then : otherwise, type, conditional);
        }
        return new Term.Value(
                type,
                new Values.Conditional(
                        lowering.operators().condition(condition, conditional),
                        lowering.places().value(branch(then, type, conditional), conditional),
                        lowering.places().value(branch(otherwise, type, conditional), conditional)));
    }

    /** A branch that cannot be translated has the type of the other. */
    private CType typeOfBranches(Term then, Term otherwise, IASTNode at) {
        if (then instanceof Term.Failure) {
            return otherwise.type().plain();
        }
        return otherwise instanceof Term.Failure
                ? then.type().plain()
                : lowering.operators().commonOfBranches(then, otherwise, at);
    }

    private Term branch(Term term, CType type, IASTNode at) {
        return term instanceof Term.Failure failure
                ? new Term.Value(type, failure.node())
                : lowering.operators().convert(term, type, at);
    }

    /** {@code condition ?: other}. */
    private Term orElse(Term conditionTerm, IASTConditionalExpression at) {
        Term condition = lowering.places().decay(conditionTerm);
        Term other = lowering.places().decay(term(at.getNegativeResultExpression()));
        CType type = lowering.operators().commonOfBranches(condition, other, at);
        Boolean known = lowering.operators().knownTruth(condition);
        if (known != null) {
            return lowering.operators().convert(known ? condition : other, type, at);
        }
        int register = lowering.function().newRegister();
        Term kept = new Term.Value(condition.type(), new Values.ReadRegister(register));
        return new Term.Value(
                type,
                new Values.Conditional(
                        new Values.WriteRegister(register, lowering.places().value(condition, at)),
                        lowering.places().value(lowering.operators().convert(kept, type, at), at),
                        lowering.places().value(lowering.operators().convert(other, type, at), at)));
    }

    private Term comma(IASTExpressionList list) {
        List<Expression> first = new ArrayList<>();
        IASTExpression[] all = list.getExpressions();
        for (int i = 0; i < all.length - 1; i++) {
            first.add(effect(all[i]));
        }
        IASTExpression lastExpression = all[all.length - 1];
        Term last = lowering.places().decay(term(lastExpression));
        Expression value = last.type().isVoid()
                ? lowering.operators().effect(last, lastExpression)
                : lowering.places().value(last, lastExpression);
        return new Term.Value(last.type().plain(), new Values.Sequence(first, value));
    }
}
