package org.svalinn.source.node;

import org.svalinn.source.runtime.Frame;

/**
 * An expression of a function's executable tree. Its value is what a register holds: an integer sign- or zero-extended
 * as its type is, an address, or for a struct the address of its bytes.
 */
public abstract class Expression {
    public abstract long eval(Frame frame);

    /** Whether the value is not zero. */
    public boolean test(Frame frame) {
        return eval(frame) != 0;
    }

    /** An expression for what is too rare to deserve a class. */
    public static Expression of(Evaluation evaluation) {
        return new Expression() {
            @Override
            public long eval(Frame frame) {
                return evaluation.eval(frame);
            }
        };
    }

    @FunctionalInterface
    public interface Evaluation {
        long eval(Frame frame);
    }
}
