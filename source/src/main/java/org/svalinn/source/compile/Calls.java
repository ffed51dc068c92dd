package org.svalinn.source.compile;

import java.util.ArrayList;
import java.util.List;
import org.eclipse.cdt.core.dom.ast.IASTExpression;
import org.eclipse.cdt.core.dom.ast.IASTFunctionCallExpression;
import org.eclipse.cdt.core.dom.ast.IASTIdExpression;
import org.eclipse.cdt.core.dom.ast.IASTInitializerClause;
import org.svalinn.source.node.Address;
import org.svalinn.source.node.Call;
import org.svalinn.source.node.Expression;
import org.svalinn.source.node.Values;
import org.svalinn.source.type.CType;
import org.svalinn.source.type.FunctionType;
import org.svalinn.source.type.IntegerType;
import org.svalinn.source.type.PointerType;
import org.svalinn.source.type.VoidType;

/** Function calls. */
final class Calls {
    private final Lowering lowering;

    Calls(Lowering lowering) {
        this.lowering = lowering;
    }

    Term call(IASTFunctionCallExpression call) {
        IASTExpression name = Expressions.withoutParentheses(call.getFunctionNameExpression());
        if (name instanceof IASTIdExpression id) {
            String text = id.getName().toString();
            if (text.equals("_Static_assert")) {
                // Among statements the parser takes it for a call. Layouts are checked elsewhere.
                return new Term.Value(VoidType.VOID, new Values.Constant(0));
            }
            if (text.startsWith("__builtin_") && lowering.scope().find(text) == null) {
                return new Builtins(lowering, text, call).term();
            }
        }
        Term callee = lowering.expressions().term(name);
        FunctionType type = functionType(callee, call);
        List<Term> arguments = arguments(type, call);
        if (callee instanceof Term.Function function) {
            Term inlined = new Inlining(lowering, call).inlined(function.symbol(), arguments);
            return inlined != null ? inlined : direct(function.symbol(), type, arguments, call);
        }
        return new Term.Value(
                type.result().plain(),
                Call.indirect(lowering.places().value(callee, call), signature(type, arguments, call)));
    }

    private Term direct(
            Symbol.Function function, FunctionType type, List<Term> arguments, IASTFunctionCallExpression call) {
        return new Term.Value(
                type.result().plain(), Call.direct(function.target(), signature(type, arguments, call)));
    }

    /** A call of a function that the source names otherwise. */
    Term callOf(Symbol.Function function, IASTFunctionCallExpression call) {
        return direct(function, function.type(), arguments(function.type(), call), call);
    }

    private static FunctionType functionType(Term callee, IASTFunctionCallExpression call) {
        CType type = callee.type().plain();
        CType function = type instanceof PointerType pointer ? pointer.target().plain() : type;
        if (function instanceof FunctionType result) {
            return result;
        }
        throw new CompileProblem("call of " + type, call);
    }

    /** The arguments, converted to the types of the parameters or, beyond these, promoted. */
    private List<Term> arguments(FunctionType type, IASTFunctionCallExpression call) {
        IASTInitializerClause[] given = call.getArguments();
        var arguments = new ArrayList<Term>();
        for (int i = 0; i < given.length; i++) {
            Term argument = lowering.places().decay(lowering.expressions().term(given[i]));
            if (i < type.parameters().size()) {
                argument = lowering.operators().convert(argument, type.parameters().get(i), given[i]);
            } else if (argument.type().isInteger()) {
                IntegerType promoted = lowering.operators().promoted(argument, given[i]);
                argument = lowering.operators().convert(argument, promoted, given[i]);
            }
            arguments.add(argument);
        }
        return arguments;
    }

    private Call.Signature signature(FunctionType type, List<Term> arguments, IASTFunctionCallExpression call) {
        Expression[] values = new Expression[arguments.size()];
        long[] records = new long[values.length];
        for (int i = 0; i < values.length; i++) {
            Term argument = arguments.get(i);
            values[i] = lowering.places().value(argument, call);
            records[i] = argument.type().isRecord() ? argument.type().size() : 0;
        }
        CType result = type.result().plain();
        long slot = result.isRecord()
                ? ((Address.OnStack) lowering.function().newLocal(result)).offset()
                : 0;
        return new Call.Signature(values, records, result, slot, lowering.site(call));
    }
}
