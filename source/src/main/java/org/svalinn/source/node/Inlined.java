package org.svalinn.source.node;

import org.svalinn.source.runtime.CFunction;
import org.svalinn.source.runtime.Frame;

/** The body of a function in the place of a call of it, in the caller's frame. */
public final class Inlined extends Expression {
    private final CFunction function;
    private final Expression[] parameters;
    private final Expression body;

    /** @param parameters puts the arguments into registers */
    public Inlined(CFunction function, Expression[] parameters, Expression body) {
        this.function = function;
        this.parameters = parameters.clone();
        this.body = body;
    }

    @Override
    public long eval(Frame frame) {
        function.countCall();
        for (Expression parameter : parameters) {
            parameter.eval(frame);
        }
        return body.eval(frame);
    }

    @Override
    public boolean test(Frame frame) {
        function.countCall();
        for (Expression parameter : parameters) {
            parameter.eval(frame);
        }
        return body.test(frame);
    }
}
