package org.svalinn.source.compile;

import java.io.ByteArrayOutputStream;
import org.eclipse.cdt.core.dom.ast.IASTNode;
import org.svalinn.source.type.IntegerType;

/** The text of literals (C11 6.4.4, 6.4.5). */
final class Literals {
    private Literals() {}

    static Term.Constant integer(String literal, IASTNode at) {
        int end = literal.length();
        boolean unsigned = false;
        int longs = 0;
        while (end > 0 && "uUlL".indexOf(literal.charAt(end - 1)) >= 0) {
            end--;
            if (Character.toLowerCase(literal.charAt(end)) == 'u') {
                unsigned = true;
            } else {
                longs++;
            }
        }
        String digits = literal.substring(0, end).toLowerCase(java.util.Locale.ROOT);
        try {
            boolean isDecimal = digits.length() == 1 || digits.charAt(0) != '0';
            long value = isDecimal ? Long.parseUnsignedLong(digits) : otherBase(digits);
            return new Term.Constant(type(value, isDecimal, unsigned, longs), value);
        } catch (NumberFormatException e) {
            throw new CompileProblem("literal " + literal, at);
        }
    }

    private static long otherBase(String digits) {
        if (digits.startsWith("0x")) {
            return Long.parseUnsignedLong(digits.substring(2), 16);
        }
        return digits.startsWith("0b")
                ? Long.parseUnsignedLong(digits.substring(2), 2)
                : Long.parseUnsignedLong(digits, 8);
    }

    private static IntegerType type(long value, boolean isDecimal, boolean unsigned, int longs) {
        boolean mayBeUnsigned = unsigned || !isDecimal;
        if (longs == 0 && !unsigned && value >= 0 && value <= Integer.MAX_VALUE) {
            return IntegerType.INT;
        }
        if (longs == 0 && mayBeUnsigned && value >= 0 && value <= 0xffffffffL) {
            return IntegerType.UNSIGNED_INT;
        }
        boolean isUnsigned = unsigned || value < 0;
        if (longs == 2) {
            return isUnsigned ? IntegerType.UNSIGNED_LONG_LONG : IntegerType.LONG_LONG;
        }
        return isUnsigned ? IntegerType.UNSIGNED_LONG : IntegerType.LONG;
    }

    /** The value of a character literal; several characters are unmodelled. */
    static long character(String literal, IASTNode at) {
        byte[] bytes = bytes(literal, '\'', at);
        if (bytes.length != 1) {
            throw new CompileProblem("character literal " + literal, at);
        }
        return bytes[0] & 0xff;
    }

    /** The bytes of string literals, adjacent ones joined, without the zero at the end. */
    static byte[] bytes(String literal, char quote, IASTNode at) {
        if (literal.charAt(0) != quote) {
            throw new CompileProblem("wide literal " + literal, at);
        }
        var bytes = new ByteArrayOutputStream();
        int end = literal.lastIndexOf(quote);
        for (int i = 1; i < end; i++) {
            char c = literal.charAt(i);
            if (c == quote) {
                i = literal.indexOf(quote, i + 1);
            } else if (c == '\\') {
                i = escape(literal, i + 1, end, bytes);
            } else {
                bytes.write(c);
            }
        }
        return bytes.toByteArray();
    }

    /** Writes the escape sequence whose letter is at {@code at}; gives the index of its last character. */
    private static int escape(String literal, int at, int end, ByteArrayOutputStream bytes) {
        char letter = literal.charAt(at);
        int last = at;
        if (letter == 'x' || letter >= '0' && letter <= '7') {
            int radix = letter == 'x' ? 16 : 8;
            int first = letter == 'x' ? at + 1 : at;
            int limit = letter == 'x' ? end : Math.min(end, at + 3);
            int value = 0;
            int i = first;
            while (i < limit && Character.digit(literal.charAt(i), radix) >= 0) {
                value = value * radix + Character.digit(literal.charAt(i), radix);
                i++;
            }
            bytes.write(value);
            last = i - 1;
        } else {
            bytes.write(
                    switch (letter) {
                        case 'n' -> '\n';
                        case 't' -> '\t';
                        case 'r' -> '\r';
                        case 'a' -> 7;
                        case 'b' -> '\b';
                        case 'f' -> '\f';
                        case 'v' -> 11;
                        case 'e' -> 27;
                        default -> letter;
                    });
        }
        return last;
    }
}
