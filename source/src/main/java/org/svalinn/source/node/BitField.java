package org.svalinn.source.node;

import org.svalinn.explore.Site;
import org.svalinn.source.runtime.Cpu;
import org.svalinn.source.runtime.Frame;
import org.svalinn.source.type.CType;
import org.svalinn.source.type.Field;

/**
 * Loads and stores of bit-fields. A load reads the bytes that hold a bit of the field, a store reads and then writes
 * them, as a compiled store does: two fields that share a byte race.
 */
public final class BitField {
    private BitField() {}

    public static Expression load(Address address, Field field, CType type, Site site) {
        var bits = new Bits(field, type, site);
        Expression base = address.node();
        return Expression.of(frame -> bits.load(frame.cpu, base.eval(frame)));
    }

    /** The value of the store is what a load would now give. */
    public static Expression store(Address address, Field field, CType type, Expression value, Site site) {
        var bits = new Bits(field, type, site);
        Expression base = address.node();
        return Expression.of(frame -> bits.store(frame, base.eval(frame), value));
    }

    /** What a field with these bits holds after a number is stored in it. */
    public static long truncate(long value, int width, boolean signed) {
        int shift = 64 - width;
        return signed ? value << shift >> shift : value << shift >>> shift;
    }

    private static final class Bits {
        private final int bit;
        private final int width;
        private final boolean signed;
        private final boolean marked;
        private final int bytes;
        private final Site site;

        Bits(Field field, CType type, Site site) {
            this.bit = field.bit();
            this.width = field.width();
            this.signed = !type.isUnsigned();
            this.marked = type.isVolatile();
            this.bytes = (bit + width + 7) / 8;
            this.site = site;
        }

        long load(Cpu cpu, long address) {
            return cpu.read(address, bytes, marked, site) ? truncate(gather(cpu, address) >>> bit, width, signed) : 0;
        }

        long store(Frame frame, long address, Expression value) {
            long result = value.eval(frame);
            Cpu cpu = frame.cpu;
            if (cpu.read(address, bytes, marked, site)) {
                long mask = truncate(-1, width, false) << bit;
                long old = gather(cpu, address);
                if (cpu.write(address, bytes, marked, site)) {
                    long merged = old & ~mask | result << bit & mask;
                    for (int i = 0; i < bytes; i++) {
                        cpu.memory().store(address + i, 1, merged >>> 8 * i);
                    }
                }
            }
            return truncate(result, width, signed);
        }

        private long gather(Cpu cpu, long address) {
            long gathered = 0;
            for (int i = 0; i < bytes; i++) {
                gathered |= cpu.memory().load(address + i, 1) << 8 * i;
            }
            return gathered;
        }
    }
}
