package org.svalinn.source.compile;

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
        Call.Signature signature = signature(type, call);
        CType result = type.result().plain();
        if (callee instanceof Term.Function function) {
            return new Term.Value(result, Call.direct(function.symbol().target(), signature));
        }
        return new Term.Value(result, Call.indirect(lowering.places().value(callee, call), signature));
    }

    /** A call of a function that the source names otherwise. */
    Term callOf(Symbol.Function function, IASTFunctionCallExpression call) {
        return new Term.Value(
                function.type().result().plain(), Call.direct(function.target(), signature(function.type(), call)));
    }

    private static FunctionType functionType(Term callee, IASTFunctionCallExpression call) {
        CType type = callee.type().plain();
        CType function = type instanceof PointerType pointer ? pointer.target().plain() : type;
        if (function instanceof FunctionType result) {
            return result;
        }
        throw new CompileProblem("call of " + type, call);
    }

    private Call.Signature signature(FunctionType type, IASTFunctionCallExpression call) {
        IASTInitializerClause[] given = call.getArguments();
        Expression[] arguments = new Expression[given.length];
        long[] records = new long[given.length];
        for (int i = 0; i < given.length; i++) {
            Term argument = lowering.places().decay(lowering.expressions().term(given[i]));
            if (i < type.parameters().size()) {
                argument = lowering.operators().convert(argument, type.parameters().get(i), given[i]);
            } else if (argument.type().isInteger()) {
                IntegerType promoted = lowering.operators().promoted(argument, given[i]);
                argument = lowering.operators().convert(argument, promoted, given[i]);
            }
            arguments[i] = lowering.places().value(argument, given[i]);
            records[i] = argument.type().isRecord() ? argument.type().size() : 0;
        }
        CType result = type.result().plain();
        long slot = result.isRecord()
                ? ((Address.OnStack) lowering.function().newLocal(result)).offset()
                : 0;
        return new Call.Signature(arguments, records, result, slot, lowering.site(call));
    }
}
