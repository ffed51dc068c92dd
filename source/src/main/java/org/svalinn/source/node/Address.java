package org.svalinn.source.node;

import java.util.function.LongSupplier;
import org.svalinn.source.runtime.Frame;

/** Where something is in memory: a base, and a constant offset from it. */
public sealed interface Address {
    /** The address that an expression gives, taken apart. */
    static Address of(Expression pointer) {
        return switch (pointer) {
            case Values.Constant constant -> new Absolute(constant.value());
            case StackAddress stack -> new OnStack(stack.offset);
            case ObjectAddress object -> new InObject(object.object, object.offset);
            case Arithmetic.AddConstant sum -> new Computed(sum.left, sum.right);
            default -> new Computed(pointer, 0);
        };
    }

    /** The same base, further on. */
    Address plus(long more);

    /** The address as a value. */
    Expression node();

    /** A constant, as in {@code &((struct s *)0)->field}. */
    record Absolute(long address) implements Address {
        @Override
        public Address plus(long more) {
            return new Absolute(address + more);
        }

        @Override
        public Expression node() {
            return new Values.Constant(address);
        }
    }

    /** In the frame of the running function. */
    record OnStack(long offset) implements Address {
        @Override
        public Address plus(long more) {
            return new OnStack(offset + more);
        }

        @Override
        public Expression node() {
            return new StackAddress(offset);
        }
    }

    /** In an object with static storage, which is placed when it is first needed. */
    record InObject(StaticObject object, long offset) implements Address {
        @Override
        public Address plus(long more) {
            return new InObject(object, offset + more);
        }

        @Override
        public Expression node() {
            return new ObjectAddress(object, offset);
        }
    }

    /** At a computed address. */
    record Computed(Expression base, long offset) implements Address {
        @Override
        public Address plus(long more) {
            return new Computed(base, offset + more);
        }

        @Override
        public Expression node() {
            return Arithmetic.offset(base, offset);
        }
    }

    /** A global, a static local, a string literal or a function: something with one address, known once it is needed. */
    final class StaticObject {
        private final LongSupplier placement;
        private long address;

        public StaticObject(LongSupplier placement) {
            this.placement = placement;
        }

        public long address() {
            if (address == 0) {
                address = placement.getAsLong();
            }
            return address;
        }
    }

    /** An address in the frame of the running function. */
    final class StackAddress extends Expression {
        private final long offset;

        StackAddress(long offset) {
            this.offset = offset;
        }

        @Override
        public long eval(Frame frame) {
            return frame.stack + offset;
        }
    }

    /** The address of a static object, or some way into it. */
    final class ObjectAddress extends Expression {
        private final StaticObject object;
        private final long offset;

        ObjectAddress(StaticObject object, long offset) {
            this.object = object;
            this.offset = offset;
        }

        @Override
        public long eval(Frame frame) {
            return object.address() + offset;
        }
    }
}
