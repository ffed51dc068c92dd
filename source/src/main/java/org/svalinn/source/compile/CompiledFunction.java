package org.svalinn.source.compile;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.eclipse.cdt.core.dom.ast.IASTFunctionDefinition;
import org.eclipse.cdt.core.dom.ast.IASTNode;
import org.eclipse.cdt.core.dom.ast.IASTParameterDeclaration;
import org.eclipse.cdt.core.dom.ast.IASTStandardFunctionDeclarator;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Site;
import org.svalinn.source.node.Address;
import org.svalinn.source.node.Expression;
import org.svalinn.source.node.Statement;
import org.svalinn.source.node.Store;
import org.svalinn.source.node.Values;
import org.svalinn.source.runtime.CFunction;
import org.svalinn.source.runtime.Cpu;
import org.svalinn.source.runtime.Frame;
import org.svalinn.source.type.CType;
import org.svalinn.source.type.FunctionType;

/** A function of C, compiled at its first call. */
final class CompiledFunction extends CFunction {
    private final Symbol.Function symbol;
    private @Nullable Body body;

    /**
     * A function's executable tree.
     *
     * @param prologue moves to the stack the parameters that must be there
     */
    private record Body(
            Statement statement, Expression[] prologue, int parameters, boolean isVariadic, int registers, int stack) {}

    CompiledFunction(Symbol.Function symbol, long address, Consumer<CFunction> onFirstCall) {
        super(symbol.name(), symbol.file().path(), address, onFirstCall);
        this.symbol = symbol;
    }

    @Override
    public boolean isFloor() {
        return false;
    }

    Symbol.Function symbol() {
        return symbol;
    }

    private Body body() {
        Body compiled = body;
        if (compiled == null) {
            compiled = compile();
            body = compiled;
        }
        return compiled;
    }

    @Override
    public long[] arguments(int count, Cpu cpu, Site site) {
        return new long[Math.max(count, body().registers)];
    }

    @Override
    public long invoke(Cpu cpu, long[] arguments, int count, Site site) {
        countCall();
        cpu.tick(site);
        Body compiled = body == null ? body() : body;
        int extra = Math.max(0, count - compiled.parameters);
        Frame frame = cpu.enter(this, arguments, compiled.stack + (extra + 1 & -2) * 8, site);
        if (extra > 0) {
            passExtra(frame, compiled, count);
        }
        for (Expression step : compiled.prologue) {
            step.eval(frame);
        }
        if (compiled.statement.execute(frame) == Statement.GOTO) {
            throw cpu.unmodelled("goto " + frame.target + ", which " + name() + " does not have,", site);
        }
        cpu.leave(frame);
        return frame.result;
    }

    /** The arguments beyond the prototype go to the stack; the registers they came in belong to locals. */
    private static void passExtra(Frame frame, Body compiled, int count) {
        frame.variadic = frame.stack + compiled.stack;
        for (int i = compiled.parameters; i < count; i++) {
            if (compiled.isVariadic) {
                frame.memory.store(frame.variadic + 8L * (i - compiled.parameters), 8, frame.registers[i]);
            }
            frame.registers[i] = 0;
        }
    }

    private Body compile() {
        IASTFunctionDefinition definition = symbol.definition();
        if (definition == null) {
            throw new IllegalStateException(name() + " has no definition");
        }
        FunctionType type = symbol.type();
        var context = new FunctionContext(name(), type.result(), AddressTaken.in(definition));
        var scope = new Scope(symbol.file());
        var lowering = new Lowering(context, scope);
        List<CType> parameters = type.parameters();
        parameters.forEach(parameter -> context.newRegister());
        var prologue = new ArrayList<Expression>();
        List<String> names = parameterNames(definition);
        for (int i = 0; i < parameters.size(); i++) {
            declareParameter(lowering, names.get(i), parameters.get(i), i, prologue, definition);
        }
        Statement statement = lowering.statements().statement(definition.getBody());
        return new Body(
                statement,
                prologue.toArray(new Expression[0]),
                parameters.size(),
                type.isVariadic(),
                context.registers(),
                context.stackBytes());
    }

    static List<String> parameterNames(IASTFunctionDefinition definition) {
        IASTNode declarator = Types.innermost(definition.getDeclarator());
        while (!(declarator instanceof IASTStandardFunctionDeclarator function)) {
            declarator = declarator.getParent();
        }
        var names = new ArrayList<String>();
        for (IASTParameterDeclaration parameter : function.getParameters()) {
            names.add(Types.nameOf(parameter.getDeclarator()));
        }
        return names;
    }

    private static void declareParameter(
            Lowering lowering, String name, CType type, int register, List<Expression> prologue, IASTNode at) {
        var value = new Values.ReadRegister(register);
        if (type.isRecord()) {
            Address address = lowering.function().newLocal(type);
            prologue.add(Store.record(address.node(), value, type.size(), lowering.site(at)));
            lowering.scope().declare(new Symbol.Local(name, type, address));
        } else if (lowering.function().isAddressTaken(name)) {
            Address address = lowering.function().newLocal(type);
            prologue.add(Store.node(address, type, value, lowering.site(at)));
            lowering.scope().declare(new Symbol.Local(name, type, address));
        } else {
            lowering.scope().declare(new Symbol.Register(name, type, register));
        }
    }
}
