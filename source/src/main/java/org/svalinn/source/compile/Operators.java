package org.svalinn.source.compile;

import java.util.List;
import org.eclipse.cdt.core.dom.ast.IASTNode;
import org.jspecify.annotations.Nullable;
import org.eclipse.cdt.core.dom.ast.IASTBinaryExpression;
import org.eclipse.cdt.core.dom.ast.IASTExpression;
import org.eclipse.cdt.core.dom.ast.IASTFunctionCallExpression;
import org.svalinn.source.type.RecordType;
import org.svalinn.source.node.Arithmetic;
import org.svalinn.source.node.Arithmetic.Operator;
import org.svalinn.source.node.Comparison;
import org.svalinn.source.node.Expression;
import org.svalinn.source.node.Values;
import org.svalinn.source.type.CType;
import org.svalinn.source.type.IntegerType;
import org.svalinn.source.type.PointerType;
import org.svalinn.source.type.VoidType;

/** Conversions and operators: which type computes (C11 6.3, 6.5), and what is known at once. */
final class Operators {
    private final Lowering lowering;

    Operators(Lowering lowering) {
        this.lowering = lowering;
    }

    private Expression value(Term term, IASTNode at) {
        return lowering.places().value(term, at);
    }

    /** The term converted to a type, as by a cast. */
    Term convert(Term term, CType target, IASTNode at) {
        CType type = target.plain();
        if (type.isVoid()) {
            return new Term.Value(VoidType.VOID, effect(term, at));
        }
        if (type.isRecord()) {
            if (term.type().plain() != type) {
                throw new CompileProblem("conversion of " + term.type() + " to " + type, at);
            }
            return term;
        }
        Term source = lowering.places().decay(term);
        if (source instanceof Term.Constant constant && type.isScalar()) {
            return new Term.Constant(type, constant.value());
        }
        Places.checkFitsRegister(source.type(), at);
        Places.checkFitsRegister(type, at);
        noteObjectType(source, type, at);
        Expression value = value(source, at);
        return new Term.Value(
                type,
                type instanceof IntegerType integer && !holdsAll(integer, source.type().plain())
                        ? Arithmetic.narrow(value, integer)
                        : value);
    }

    /** Where a call's {@code void *} becomes a pointer to a struct, an allocator may have been called for one. */
    private void noteObjectType(Term source, CType target, IASTNode at) {
        if (source instanceof Term.Value
                && source.type().plain() instanceof PointerType from
                && from.target().plain().isVoid()
                && target instanceof PointerType to
                && to.target().plain() instanceof RecordType record) {
            IASTNode given = at instanceof IASTBinaryExpression assignment ? assignment.getOperand2() : at;
            if (given instanceof IASTExpression expression
                    && Expressions.withoutParentheses(expression) instanceof IASTFunctionCallExpression call) {
                lowering.linker().noteObjectType(lowering.site(call), record);
            }
        }
    }

    /** What evaluates a term for its effects. */
    Expression effect(Term term, IASTNode at) {
        return term.type().isVoid() && term instanceof Term.Place ? new Values.Constant(0) : value(term, at);
    }

    /** Whether every value of the source, as a register holds it, is one of the target. */
    private static boolean holdsAll(IntegerType target, CType source) {
        if (target.size() == 8) {
            return true;
        }
        if (!(source instanceof IntegerType integer) || target == IntegerType.BOOL) {
            return source == target;
        }
        return integer.size() < target.size()
                ? !integer.isSigned() || target.isSigned()
                : integer.size() == target.size() && integer.isSigned() == target.isSigned();
    }

    /** The type of an integer operand in arithmetic. */
    IntegerType promoted(Term term, IASTNode at) {
        if (!(term.type().plain() instanceof IntegerType type)) {
            throw new CompileProblem("arithmetic on " + term.type(), at);
        }
        if (type.isWide()) {
            throw new CompileProblem("computing with " + type, at);
        }
        if (term instanceof Term.Place place && place.bits() != null) {
            int width = place.bits().width();
            if (width < 32 || width == 32 && type.isSigned()) {
                return IntegerType.INT;
            }
            return width == 32 ? IntegerType.UNSIGNED_INT : type;
        }
        return type.promoted();
    }

    private IntegerType common(Term left, Term right, IASTNode at) {
        return IntegerType.common(promoted(left, at), promoted(right, at));
    }

    /** Arithmetic, on integers or pointers. */
    Term arithmetic(Operator operator, Term leftTerm, Term rightTerm, IASTNode at) {
        Term left = lowering.places().decay(leftTerm);
        Term right = lowering.places().decay(rightTerm);
        if (left.type().isPointer() || right.type().isPointer()) {
            return pointerArithmetic(operator, left, right, at);
        }
        boolean isShift = operator == Operator.SHIFT_LEFT || operator == Operator.SHIFT_RIGHT;
        IntegerType type = isShift ? promoted(left, at) : common(left, right, at);
        Term x = convert(left, type, at);
        Term y = isShift ? convert(right, promoted(right, at), at) : convert(right, type, at);
        boolean divides = operator == Operator.DIVIDE || operator == Operator.REMAINDER;
        if (x instanceof Term.Constant a && y instanceof Term.Constant b && !(divides && b.value() == 0)) {
            return new Term.Constant(type, Arithmetic.compute(operator, type, a.value(), b.value()));
        }
        return new Term.Value(type, Arithmetic.node(operator, type, value(x, at), value(y, at), lowering.site(at)));
    }

    private Term pointerArithmetic(Operator operator, Term left, Term right, IASTNode at) {
        if (left.type().plain() instanceof PointerType x && right.type().plain() instanceof PointerType) {
            return difference(operator, left, right, Math.max(1, x.target().size()), at);
        }
        boolean isLeft = left.type().isPointer();
        Term pointer = isLeft ? left : right;
        Term index = isLeft ? right : left;
        if (operator != Operator.ADD && !(operator == Operator.SUBTRACT && isLeft)) {
            throw new CompileProblem("arithmetic on pointers", at);
        }
        promoted(index, at);
        PointerType type = (PointerType) pointer.type().plain();
        long scale = operator == Operator.SUBTRACT ? -type.target().size() : type.target().size();
        if (pointer instanceof Term.Constant base && index instanceof Term.Constant distance) {
            return new Term.Constant(type, base.value() + distance.value() * scale);
        }
        return new Term.Value(type, Arithmetic.index(value(pointer, at), value(index, at), scale));
    }

    private Term difference(Operator operator, Term left, Term right, long size, IASTNode at) {
        if (operator != Operator.SUBTRACT) {
            throw new CompileProblem("arithmetic on two pointers", at);
        }
        Term bytes = arithmetic(
                Operator.SUBTRACT, convert(left, IntegerType.LONG, at), convert(right, IntegerType.LONG, at), at);
        return size == 1
                ? bytes
                : arithmetic(Operator.DIVIDE, bytes, new Term.Constant(IntegerType.LONG, size), at);
    }

    Term compare(Comparison.Relation relation, Term leftTerm, Term rightTerm, IASTNode at) {
        Term left = lowering.places().decay(leftTerm);
        Term right = lowering.places().decay(rightTerm);
        IntegerType type = left.type().isPointer() || right.type().isPointer()
                ? IntegerType.UNSIGNED_LONG
                : common(left, right, at);
        Term x = convert(left, type, at);
        Term y = convert(right, type, at);
        boolean unsigned = !type.isSigned();
        if (x instanceof Term.Constant a && y instanceof Term.Constant b) {
            return truth(Comparison.holds(relation, unsigned, a.value(), b.value()));
        }
        return new Term.Value(IntegerType.INT, Comparison.node(relation, unsigned, value(x, at), value(y, at)));
    }

    private static Term truth(boolean holds) {
        return new Term.Constant(IntegerType.INT, holds ? 1 : 0);
    }

    Term negate(Term term, IASTNode at) {
        Term operand = lowering.places().decay(term);
        IntegerType type = promoted(operand, at);
        return convert(operand, type, at) instanceof Term.Constant constant
                ? new Term.Constant(type, -constant.value())
                : new Term.Value(type, Arithmetic.negate(value(convert(operand, type, at), at), type));
    }

    Term complement(Term term, IASTNode at) {
        Term operand = lowering.places().decay(term);
        IntegerType type = promoted(operand, at);
        return convert(operand, type, at) instanceof Term.Constant constant
                ? new Term.Constant(type, ~constant.value())
                : new Term.Value(type, Arithmetic.complement(value(convert(operand, type, at), at), type));
    }

    Term not(Term operand, IASTNode at) {
        Boolean known = knownTruth(operand);
        return known != null
                ? truth(!known)
                : new Term.Value(IntegerType.INT, new Values.LogicalNot(condition(operand, at)));
    }

    /** What evaluates a term as a condition. */
    Expression condition(Term term, IASTNode at) {
        Term decayed = lowering.places().decay(term);
        Places.checkFitsRegister(decayed.type(), at);
        return value(decayed, at);
    }

    /** Whether a term is zero, where that is known; null where it is not. */
    @Nullable Boolean knownTruth(Term term) {
        return switch (term) {
            case Term.Constant constant -> constant.value() != 0;
            case Term.Text text -> true;
            case Term.Function function -> true;
            default -> null;
        };
    }

    /** The type of {@code c ? left : right}. */
    CType commonOfBranches(Term left, Term right, IASTNode at) {
        CType x = left.type().plain();
        CType y = right.type().plain();
        if (x.isVoid() || y.isVoid()) {
            return VoidType.VOID;
        }
        if (x.isRecord()) {
            return x;
        }
        if (!x.isPointer() && !y.isPointer()) {
            return common(left, right, at);
        }
        if (isNullConstant(left) || !x.isPointer()) {
            return y;
        }
        if (isNullConstant(right) || !y.isPointer()) {
            return x;
        }
        return ((PointerType) y).target().isVoid() ? y : x;
    }

    /** An integer constant 0, or that cast to {@code void *} (C11 6.3.2.3). */
    private static boolean isNullConstant(Term term) {
        return term instanceof Term.Constant constant
                && constant.value() == 0
                && (!(constant.type() instanceof PointerType pointer) || pointer.target().isVoid());
    }

    /** {@code place op= operand}. */
    Term assignWith(Operator operator, Term place, Term operand, IASTNode at) {
        return lowering.places()
                .update(place, once -> lowering.places().assign(once, arithmetic(operator, once, operand, at), at));
    }

    /** {@code ++} and {@code --}. */
    Term increment(Term place, long delta, boolean givesOld, IASTNode at) {
        Term step = new Term.Constant(IntegerType.INT, Math.abs(delta));
        Operator operator = delta < 0 ? Operator.SUBTRACT : Operator.ADD;
        CType type = place.type().plain();
        if (place instanceof Term.Register register) {
            long scale = type instanceof PointerType pointer ? pointer.target().size() : 1;
            return new Term.Value(type, new Values.Increment(register.register(), delta * scale, type, givesOld));
        }
        if (!givesOld) {
            return assignWith(operator, place, step, at);
        }
        int old = lowering.function().newRegister();
        return lowering.places().update(place, once -> {
            Expression remember = new Values.WriteRegister(old, value(once, at));
            Term changed = arithmetic(operator, new Term.Value(type, new Values.ReadRegister(old)), step, at);
            Expression store = value(lowering.places().assign(once, changed, at), at);
            return new Term.Value(
                    type, new Values.Sequence(List.of(remember, store), new Values.ReadRegister(old)));
        });
    }
}
