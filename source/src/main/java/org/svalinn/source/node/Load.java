package org.svalinn.source.node;

import org.svalinn.explore.Site;
import org.svalinn.source.runtime.Frame;
import org.svalinn.source.type.CType;

/** Loads of one value of 1, 2, 4 or 8 bytes. */
public final class Load {
    private Load() {}

    /** The value at an address, as its type has it. */
    public static Expression node(Address address, CType type, Site site) {
        var access = new Access((int) type.size(), !type.isUnsigned(), type.isVolatile(), site);
        return switch (address) {
            case Address.OnStack onStack -> new FromStack(onStack.offset(), access);
            case Address.Computed computed when computed.base() instanceof Values.ReadRegister pointer ->
                access.size == 8
                        ? new LongFromRegister(pointer.register, computed.offset(), access)
                        : new FromRegister(pointer.register, computed.offset(), access);
            case Address.Computed computed -> new FromPointer(computed.base(), computed.offset(), access);
            case Address.Absolute absolute -> new FromPointer(absolute.node(), 0, access);
            case Address.InObject object -> new FromPointer(object.node(), 0, access);
        };
    }

    /** How a load reads: its size, whether it sign-extends, whether it is volatile, and where it is. */
    private static final class Access {
        final int size;
        /** Shifted up and back down by this, a loaded value has its sign. */
        final int shift;

        final boolean marked;
        final Site site;

        Access(int size, boolean signed, boolean marked, Site site) {
            this.size = size;
            this.shift = signed ? 64 - 8 * size : 0;
            this.marked = marked;
            this.site = site;
        }

        long load(Frame frame, long address) {
            return frame.cpu.load(address, size, marked, site) << shift >> shift;
        }
    }

    private static final class FromStack extends Expression {
        private final long offset;
        private final int size;
        private final int shift;

        FromStack(long offset, Access access) {
            this.offset = offset;
            this.size = access.size;
            this.shift = access.shift;
        }

        @Override
        public long eval(Frame frame) {
            return frame.memory.load(frame.stack + offset, size) << shift >> shift;
        }
    }

    private static final class FromRegister extends Expression {
        private final int register;
        private final long offset;
        private final Access access;

        FromRegister(int register, long offset, Access access) {
            this.register = register;
            this.offset = offset;
            this.access = access;
        }

        @Override
        public long eval(Frame frame) {
            return access.load(frame, frame.registers[register] + offset);
        }
    }

    private static final class LongFromRegister extends Expression {
        private final int register;
        private final long offset;
        private final boolean marked;
        private final Site site;

        LongFromRegister(int register, long offset, Access access) {
            this.register = register;
            this.offset = offset;
            this.marked = access.marked;
            this.site = access.site;
        }

        @Override
        public long eval(Frame frame) {
            return frame.cpu.loadLong(frame.registers[register] + offset, marked, site);
        }
    }

    private static final class FromPointer extends Expression {
        private final Expression base;
        private final long offset;
        private final Access access;

        FromPointer(Expression base, long offset, Access access) {
            this.base = base;
            this.offset = offset;
            this.access = access;
        }

        @Override
        public long eval(Frame frame) {
            return access.load(frame, base.eval(frame) + offset);
        }
    }
}
