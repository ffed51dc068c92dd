package org.svalinn.source.node;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Site;
import org.svalinn.source.runtime.CFunction;
import org.svalinn.source.runtime.Frame;
import org.svalinn.source.type.CType;

/** Calls. The arguments already have the types of the parameters. */
public final class Call {
    private Call() {}

    /** What a call passes and expects. */
    public static final class Signature {
        private final Expression[] arguments;
        private final long[] records;
        private final CType result;
        private final boolean givesRecord;
        private final long resultSlot;
        private final Site site;

        /**
         * @param arguments a struct by value is the address of its bytes
         * @param records for each argument its size if it is a struct by value, else 0
         * @param result the type of the function's result
         * @param resultSlot where in the caller's frame a struct that the function returns is kept
         */
        public Signature(Expression[] arguments, long[] records, CType result, long resultSlot, Site site) {
            this.arguments = arguments.clone();
            this.records = records.clone();
            this.result = result;
            this.givesRecord = result.isRecord();
            this.resultSlot = resultSlot;
            this.site = site;
        }

        long call(Frame frame, CFunction callee) {
            Expression[] expressions = arguments;
            long[] values = callee.arguments(expressions.length, frame.cpu, site);
            for (int i = 0; i < expressions.length; i++) {
                values[i] = expressions[i].eval(frame);
            }
            long value = callee.invoke(frame.cpu, values, expressions.length, site);
            return givesRecord ? keepRecord(frame, value) : value;
        }

        /** The bytes may lie in the part of the stack that the callee just left: nothing has touched it yet. */
        private long keepRecord(Frame frame, long address) {
            frame.cpu.copy(frame.stack + resultSlot, address, result.size(), site);
            return frame.stack + resultSlot;
        }

        /** As {@link #call}, with structs of up to 8 bytes as their bytes, and the result made to fit its type. */
        long callFloor(Frame frame, CFunction callee) {
            int count = arguments.length;
            long[] values = callee.arguments(count, frame.cpu, site);
            for (int i = 0; i < count; i++) {
                values[i] = arguments[i].eval(frame);
                if (records[i] > 0 && records[i] <= 8) {
                    values[i] = loadBytes(frame, values[i], (int) records[i]);
                }
            }
            long value = callee.invoke(frame.cpu, values, count, site);
            return givesRecord ? keepBytes(frame, callee, value) : result.wrap(value);
        }

        private long keepBytes(Frame frame, CFunction callee, long bytes) {
            if (result.size() > 8) {
                throw frame.cpu.unmodelled(callee.name() + " returns a struct of over 8 bytes from the floor", site);
            }
            for (int i = 0; i < result.size(); i++) {
                frame.memory.store(frame.stack + resultSlot + i, 1, bytes >>> 8 * i);
            }
            return frame.stack + resultSlot;
        }

        private long loadBytes(Frame frame, long address, int size) {
            long bytes = 0;
            if (frame.cpu.read(address, size, false, site)) {
                for (int i = 0; i < size; i++) {
                    bytes |= frame.memory.load(address + i, 1) << 8 * i;
                }
            }
            return bytes;
        }
    }

    /** A call of a function by its name, which is looked up when it is first called. */
    public static Expression direct(Supplier<CFunction> function, Signature signature) {
        return new Direct(function, signature);
    }

    /** A call through a pointer. */
    public static Expression indirect(Expression pointer, Signature signature) {
        return new Indirect(pointer, signature);
    }

    private static final class Direct extends Expression {
        private final Supplier<CFunction> function;
        private final Signature signature;
        private @Nullable CFunction callee;
        private boolean isFloor;

        Direct(Supplier<CFunction> function, Signature signature) {
            this.function = function;
            this.signature = signature;
        }

        @Override
        public long eval(Frame frame) {
            CFunction target = callee;
            if (target == null) {
                target = function.get();
                isFloor = target.isFloor();
                callee = target;
            }
            return isFloor ? signature.callFloor(frame, target) : signature.call(frame, target);
        }
    }

    private static final class Indirect extends Expression {
        private final Expression pointer;
        private final Signature signature;

        Indirect(Expression pointer, Signature signature) {
            this.pointer = pointer;
            this.signature = signature;
        }

        @Override
        public long eval(Frame frame) {
            CFunction target = frame.cpu.functionAt(pointer.eval(frame), signature.site);
            return target.isFloor() ? signature.callFloor(frame, target) : signature.call(frame, target);
        }
    }
}
