package org.svalinn.source.compile;

import java.util.ArrayList;
import java.util.List;
import org.eclipse.cdt.core.dom.ast.IASTNode;
import org.svalinn.explore.Site;
import org.svalinn.source.node.BitField;
import org.svalinn.source.node.Expression;
import org.svalinn.source.runtime.CFunction;
import org.svalinn.source.runtime.Cpu;
import org.svalinn.source.runtime.Frame;
import org.svalinn.source.type.ArrayType;
import org.svalinn.source.type.Field;

/** The bytes that the initialiser of an object with static storage puts into it. */
final class StaticContent {
    private final Lowering lowering;
    private final int size;
    private final Site site;
    private final List<Initialisers.Part> parts;
    private final List<Expression> values = new ArrayList<>();

    StaticContent(Lowering lowering, List<Initialisers.Part> parts, int size, IASTNode at) {
        this.lowering = lowering;
        this.parts = parts;
        this.size = size;
        this.site = lowering.site(at);
        for (Initialisers.Part part : parts) {
            values.add(lowering.places().value(part.value(), part.at()));
        }
    }

    /** Evaluates it; this needs the addresses of what it points to. */
    byte[] bytes(Cpu cpu, CFunction initialiser) {
        byte[] bytes = new byte[size];
        Frame frame = Frame.detached(cpu, initialiser, lowering.function().registers(), site);
        for (int i = 0; i < parts.size(); i++) {
            put(bytes, parts.get(i), values.get(i), frame);
        }
        return bytes;
    }

    private static void put(byte[] bytes, Initialisers.Part part, Expression value, Frame frame) {
        int offset = (int) part.offset();
        if (part.value() instanceof Term.Text text && part.type().plain() instanceof ArrayType array) {
            int length = array.length() < 0 ? text.bytes().length : (int) Math.min(array.length(), text.bytes().length);
            System.arraycopy(text.bytes(), 0, bytes, offset, length);
        } else if (part.type().isRecord()) {
            byte[] record = frame.memory.bytes(value.eval(frame), (int) part.type().size());
            System.arraycopy(record, 0, bytes, offset, record.length);
        } else if (part.bits() != null) {
            putBits(bytes, offset, part.bits(), value.eval(frame));
        } else {
            putNumber(bytes, offset, (int) part.type().size(), value.eval(frame));
        }
    }

    private static void putNumber(byte[] bytes, int offset, int size, long number) {
        for (int i = 0; i < size; i++) {
            bytes[offset + i] = (byte) (number >> 8 * i);
        }
    }

    private static void putBits(byte[] bytes, int offset, Field field, long number) {
        long value = BitField.truncate(number, field.width(), false);
        for (int i = 0; i < field.width(); i++) {
            int bit = field.bit() + i;
            int mask = 1 << bit % 8;
            int at = offset + bit / 8;
            bytes[at] = (byte) ((value >>> i & 1) != 0 ? bytes[at] | mask : bytes[at] & ~mask);
        }
    }
}
