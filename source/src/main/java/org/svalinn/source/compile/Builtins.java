package org.svalinn.source.compile;

import java.math.BigInteger;
import java.util.List;
import java.util.Set;
import java.util.function.LongUnaryOperator;
import org.eclipse.cdt.core.dom.ast.IASTFunctionCallExpression;
import org.eclipse.cdt.core.dom.ast.IASTInitializerClause;
import org.svalinn.source.node.Arithmetic.Operator;
import org.svalinn.source.node.Expression;
import org.svalinn.source.node.Values;
import org.svalinn.source.type.CType;
import org.svalinn.source.type.IntegerType;
import org.svalinn.source.type.PointerType;
import org.svalinn.source.type.VoidType;

/** A call of one of the compiler's built-in functions. */
final class Builtins {
    private static final Set<String> LIBRARY = Set.of(
            "memcpy", "memmove", "memset", "memcmp", "memchr", "strlen", "strcmp", "strncmp", "strcpy", "strncpy",
            "strcat", "strncat", "strchr", "strrchr", "strstr", "strnlen", "printf", "snprintf", "sprintf");

    private final Lowering lowering;
    private final String name;
    private final IASTFunctionCallExpression call;
    private final IASTInitializerClause[] arguments;

    Builtins(Lowering lowering, String name, IASTFunctionCallExpression call) {
        this.lowering = lowering;
        this.name = name.substring("__builtin_".length());
        this.call = call;
        this.arguments = call.getArguments();
    }

    Term term() {
        return switch (name) {
            case "expect", "expect_with_probability" ->
                lowering.operators().convert(argument(0), IntegerType.LONG, call);
            case "constant_p" -> constant(IntegerType.INT, isConstant() ? 1 : 0);
            case "choose_expr" ->
                lowering.expressions()
                        .term(arguments[lowering.expressions().constant(arguments[0]) != 0 ? 1 : 2]);
            case "unreachable", "trap" -> failure();
            case "object_size", "dynamic_object_size" -> constant(IntegerType.UNSIGNED_LONG, -1);
            case "return_address", "frame_address" -> constant(new PointerType(VoidType.VOID), Linker.LABELS);
            case "extract_return_addr", "assume_aligned", "launder" -> lowering.places().decay(argument(0));
            case "prefetch" -> new Term.Value(VoidType.VOID, new Values.Constant(0));
            case "clz" -> bits(IntegerType.UNSIGNED_INT, v -> Integer.numberOfLeadingZeros((int) v));
            case "clzl", "clzll" -> bits(IntegerType.UNSIGNED_LONG, Long::numberOfLeadingZeros);
            case "ctz" -> bits(IntegerType.UNSIGNED_INT, v -> Integer.numberOfTrailingZeros((int) v));
            case "ctzl", "ctzll" -> bits(IntegerType.UNSIGNED_LONG, Long::numberOfTrailingZeros);
            case "ffs" -> bits(IntegerType.UNSIGNED_INT, Builtins::findFirstSet);
            case "ffsl", "ffsll" -> bits(IntegerType.UNSIGNED_LONG, Builtins::findFirstSet);
            case "popcount" -> bits(IntegerType.UNSIGNED_INT, Long::bitCount);
            case "popcountl", "popcountll" -> bits(IntegerType.UNSIGNED_LONG, Long::bitCount);
            case "parity" -> bits(IntegerType.UNSIGNED_INT, v -> Long.bitCount(v) & 1);
            case "parityl", "parityll" -> bits(IntegerType.UNSIGNED_LONG, v -> Long.bitCount(v) & 1);
            case "bswap16" -> swap(IntegerType.UNSIGNED_SHORT, v -> Short.toUnsignedLong(Short.reverseBytes((short) v)));
            case "bswap32" -> swap(IntegerType.UNSIGNED_INT, v -> Integer.toUnsignedLong(Integer.reverseBytes((int) v)));
            case "bswap64" -> swap(IntegerType.UNSIGNED_LONG_LONG, Long::reverseBytes);
            case "add_overflow" -> overflow(Operator.ADD);
            case "sub_overflow" -> overflow(Operator.SUBTRACT);
            case "mul_overflow" -> overflow(Operator.MULTIPLY);
            case "abs", "labs", "llabs" -> absolute();
            case "offsetof" -> throw new CompileProblem("offsetof in this form", call);
            case "va_start" -> effect(VariableArguments.start(lowering, argument(0), call));
            case "va_end" -> new Term.Value(VoidType.VOID, new Values.Constant(0));
            case "va_copy" -> effect(lowering.places().assign(argument(0), argument(1), call));
            default -> library();
        };
    }

    private Term argument(int index) {
        if (index >= arguments.length) {
            throw new CompileProblem("too few arguments of __builtin_" + name, call);
        }
        return lowering.expressions().term(arguments[index]);
    }

    private static Term constant(CType type, long value) {
        return new Term.Constant(type, value);
    }

    private Term effect(Term term) {
        return new Term.Value(VoidType.VOID, lowering.operators().effect(term, call));
    }

    /** Literals, enumeration constants and what is computed of them; as a compiler without optimisation has it. */
    private boolean isConstant() {
        try {
            return lowering.operators().knownTruth(argument(0)) != null;
        } catch (CompileProblem problem) {
            return false;
        }
    }

    private Term failure() {
        var site = lowering.site(call);
        return new Term.Value(VoidType.VOID, Expression.of(frame -> {
            throw frame.cpu.unmodelled("__builtin_" + name, site);
        }));
    }

    private static long findFirstSet(long value) {
        return value == 0 ? 0 : Long.numberOfTrailingZeros(value) + 1;
    }

    private Term bits(IntegerType operand, LongUnaryOperator function) {
        return unary(operand, IntegerType.INT, function);
    }

    private Term swap(IntegerType type, LongUnaryOperator function) {
        return unary(type, type, function);
    }

    private Term unary(IntegerType operandType, IntegerType resultType, LongUnaryOperator function) {
        Term operand = lowering.operators().convert(argument(0), operandType, call);
        if (operand instanceof Term.Constant known) {
            return constant(resultType, function.applyAsLong(known.value()));
        }
        Expression node = lowering.places().value(operand, call);
        return new Term.Value(resultType, Expression.of(frame -> function.applyAsLong(node.eval(frame))));
    }

    private Term absolute() {
        IntegerType type = name.equals("abs") ? IntegerType.INT : IntegerType.LONG;
        return unary(type, type, v -> type.wrap(Math.abs(v)));
    }

    /** {@code __builtin_op_overflow(x, y, &result)}: as with infinite precision, then whether the result fits. */
    private Term overflow(Operator operator) {
        Term x = lowering.places().decay(argument(0));
        Term y = lowering.places().decay(argument(1));
        Term place = lowering.places().target(argument(2), call);
        if (!(place.type().plain() instanceof IntegerType type) || type.isWide()) {
            throw new CompileProblem("overflow of " + place.type(), call);
        }
        int register = lowering.function().newRegister();
        Expression left = lowering.places().value(x, call);
        Expression right = lowering.places().value(y, call);
        boolean leftUnsigned = x.type().isUnsigned();
        boolean rightUnsigned = y.type().isUnsigned();
        Expression compute = Expression.of(frame -> {
            BigInteger exact = exact(
                    operator, big(left.eval(frame), leftUnsigned), big(right.eval(frame), rightUnsigned));
            long wrapped = type.wrap(exact.longValue());
            frame.registers[register] = wrapped;
            return exact.equals(big(wrapped, !type.isSigned())) ? 0 : 1;
        });
        int overflowed = lowering.function().newRegister();
        Term result = new Term.Value(type, new Values.ReadRegister(register));
        Expression store = lowering.places().value(lowering.places().assign(place, result, call), call);
        return new Term.Value(
                IntegerType.BOOL,
                new Values.Sequence(
                        List.of(new Values.WriteRegister(overflowed, compute), store),
                        new Values.ReadRegister(overflowed)));
    }

    private static BigInteger exact(Operator operator, BigInteger x, BigInteger y) {
        return switch (operator) {
            case ADD -> x.add(y);
            case SUBTRACT -> x.subtract(y);
            default -> x.multiply(y);
        };
    }

    private static BigInteger big(long value, boolean unsigned) {
        return unsigned ? new BigInteger(Long.toUnsignedString(value)) : BigInteger.valueOf(value);
    }

    /** Functions of the C library that the compiler knows: the sizes known, a copy or fill is done at once. */
    private Term library() {
        if (!LIBRARY.contains(name)) {
            throw new CompileProblem("__builtin_" + name, call);
        }
        if (name.equals("strlen") && argument(0) instanceof Term.Text text) {
            return constant(IntegerType.UNSIGNED_LONG, text.bytes().length);
        }
        Expression[] values = new Expression[arguments.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = lowering.expressions().value(arguments[i]);
        }
        CType pointer = new PointerType(VoidType.VOID);
        var site = lowering.site(call);
        return switch (name) {
            case "memcpy", "memmove" ->
                new Term.Value(pointer, Expression.of(frame -> {
                    long to = values[0].eval(frame);
                    frame.cpu.copy(to, values[1].eval(frame), values[2].eval(frame), site);
                    return to;
                }));
            case "memset" ->
                new Term.Value(pointer, Expression.of(frame -> {
                    long to = values[0].eval(frame);
                    frame.cpu.fill(to, (int) values[1].eval(frame), values[2].eval(frame), site);
                    return to;
                }));
            default -> calledByName();
        };
    }

    /** The rest are calls of the function without the prefix. */
    private Term calledByName() {
        if (!(lowering.scope().file().find(name) instanceof Symbol.Function function)) {
            throw new CompileProblem("__builtin_" + name, call);
        }
        return lowering.calls().callOf(function, call);
    }
}
