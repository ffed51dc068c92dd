package org.svalinn.source.node;

import org.svalinn.explore.Site;
import org.svalinn.source.runtime.Frame;
import org.svalinn.source.type.CType;

/** Stores. The value of a store is the value stored. */
public final class Store {
    private Store() {}

    /** Stores a value that already has the type of the place. */
    public static Expression node(Address address, CType type, Expression value, Site site) {
        int size = (int) type.size();
        if (address instanceof Address.OnStack onStack) {
            return new ToStack(onStack.offset(), size, value);
        }
        return address instanceof Address.Computed computed
                ? new ToPointer(computed.base(), computed.offset(), size, value, type.isVolatile(), site)
                : new ToPointer(address.node(), 0, size, value, type.isVolatile(), site);
    }

    /** Copies a struct; the value is the address it is copied to. */
    public static Expression record(Expression to, Expression from, long size, Site site) {
        return Expression.of(frame -> {
            long target = to.eval(frame);
            frame.cpu.copy(target, from.eval(frame), size, site);
            return target;
        });
    }

    private static final class ToStack extends Expression {
        private final long offset;
        private final int size;
        private final Expression value;

        ToStack(long offset, int size, Expression value) {
            this.offset = offset;
            this.size = size;
            this.value = value;
        }

        @Override
        public long eval(Frame frame) {
            long result = value.eval(frame);
            frame.memory.store(frame.stack + offset, size, result);
            return result;
        }
    }

    private static final class ToPointer extends Expression {
        private final Expression base;
        private final long offset;
        private final int size;
        private final Expression value;
        private final boolean marked;
        private final Site site;

        ToPointer(Expression base, long offset, int size, Expression value, boolean marked, Site site) {
            this.base = base;
            this.offset = offset;
            this.size = size;
            this.value = value;
            this.marked = marked;
            this.site = site;
        }

        @Override
        public long eval(Frame frame) {
            long address = base.eval(frame) + offset;
            long result = value.eval(frame);
            frame.cpu.store(address, size, result, marked, site);
            return result;
        }
    }
}
