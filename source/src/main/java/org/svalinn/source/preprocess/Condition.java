package org.svalinn.source.preprocess;

import java.util.List;
import java.util.Locale;

/** The value of an {@code #if} (C11 6.10.1): 64-bit arithmetic, an unknown name is 0. */
final class Condition {
    private final List<Token> tokens;
    private int at;

    private Condition(List<Token> tokens) {
        this.tokens = tokens;
    }

    /** Whether the expanded {@code tokens} are not 0. */
    static boolean holds(List<Token> tokens) {
        Condition condition = new Condition(tokens);
        Value value = condition.conditional();
        if (condition.at < tokens.size()) {
            throw new MacroProblem("#if does not end before " + tokens.get(condition.at).text());
        }
        return value.isTrue();
    }

    private record Value(long bits, boolean unsigned) {
        boolean isTrue() {
            return bits != 0;
        }

        static Value of(boolean truth) {
            return new Value(truth ? 1 : 0, false);
        }
    }

    private boolean accept(String punctuator) {
        if (at < tokens.size() && tokens.get(at).is(punctuator)) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(String punctuator) {
        if (!accept(punctuator)) {
            throw new MacroProblem("#if lacks " + punctuator);
        }
    }

    private Value conditional() {
        Value condition = binary(0);
        if (!accept("?")) {
            return condition;
        }
        Value first = conditional();
        expect(":");
        Value second = conditional();
        Value chosen = condition.isTrue() ? first : second;
        return new Value(chosen.bits, first.unsigned || second.unsigned);
    }

    private static int precedence(Token token) {
        if (token.kind() != Token.Kind.PUNCTUATOR) {
            return -1;
        }
        return switch (token.text()) {
            case "||" -> 0;
            case "&&" -> 1;
            case "|" -> 2;
            case "^" -> 3;
            case "&" -> 4;
            case "==", "!=" -> 5;
            case "<", ">", "<=", ">=" -> 6;
            case "<<", ">>" -> 7;
            case "+", "-" -> 8;
            case "*", "/", "%" -> 9;
            default -> -1;
        };
    }

    private Value binary(int least) {
        Value left = unary();
        while (at < tokens.size()) {
            Token operator = tokens.get(at);
            int precedence = precedence(operator);
            if (precedence < least || precedence < 0) {
                break;
            }
            at++;
            Value right = binary(precedence + 1);
            left = apply(operator.text(), left, right);
        }
        return left;
    }

    private static Value apply(String operator, Value left, Value right) {
        boolean unsigned = left.unsigned || right.unsigned;
        long a = left.bits;
        long b = right.bits;
        int order = unsigned ? Long.compareUnsigned(a, b) : Long.compare(a, b);
        return switch (operator) {
            case "||" -> Value.of(left.isTrue() || right.isTrue());
            case "&&" -> Value.of(left.isTrue() && right.isTrue());
            case "|" -> new Value(a | b, unsigned);
            case "^" -> new Value(a ^ b, unsigned);
            case "&" -> new Value(a & b, unsigned);
            case "==" -> Value.of(a == b);
            case "!=" -> Value.of(a != b);
            case "<" -> Value.of(order < 0);
            case ">" -> Value.of(order > 0);
            case "<=" -> Value.of(order <= 0);
            case ">=" -> Value.of(order >= 0);
            case "<<" -> new Value(a << b, left.unsigned);
            case ">>" -> new Value(left.unsigned ? a >>> b : a >> b, left.unsigned);
            case "+" -> new Value(a + b, unsigned);
            case "-" -> new Value(a - b, unsigned);
            case "*" -> new Value(a * b, unsigned);
            // An unevaluated side may divide by zero; a division that counts never does.
            case "/" -> new Value(b == 0 ? 0 : unsigned ? Long.divideUnsigned(a, b) : a / b, unsigned);
            default -> new Value(b == 0 ? 0 : unsigned ? Long.remainderUnsigned(a, b) : a % b, unsigned);
        };
    }

    private Value unary() {
        if (accept("!")) {
            return Value.of(!unary().isTrue());
        }
        if (accept("-")) {
            Value value = unary();
            return new Value(-value.bits, value.unsigned);
        }
        if (accept("+")) {
            return unary();
        }
        if (accept("~")) {
            Value value = unary();
            return new Value(~value.bits, value.unsigned);
        }
        if (accept("(")) {
            Value value = conditional();
            expect(")");
            return value;
        }
        if (at == tokens.size()) {
            throw new MacroProblem("#if ends too early");
        }
        Token token = tokens.get(at++);
        return switch (token.kind()) {
            case IDENTIFIER -> new Value(0, false);
            case NUMBER -> number(token.text());
            case CHARACTER -> character(token.text());
            default -> throw new MacroProblem("#if cannot have " + token.text());
        };
    }

    private static Value number(String text) {
        String digits = text.toLowerCase(Locale.ROOT);
        int end = digits.length();
        boolean hexadecimal = digits.startsWith("0x");
        while (end > 0 && (digits.charAt(end - 1) == 'u' || digits.charAt(end - 1) == 'l')) {
            end--;
        }
        boolean unsigned = digits.indexOf('u', end) >= 0;
        digits = digits.substring(0, end);
        try {
            long bits;
            if (hexadecimal) {
                bits = Long.parseUnsignedLong(digits.substring(2), 16);
            } else if (digits.startsWith("0b")) {
                bits = Long.parseUnsignedLong(digits.substring(2), 2);
            } else {
                bits = Long.parseUnsignedLong(digits, digits.startsWith("0") ? 8 : 10);
            }
            return new Value(bits, unsigned || bits < 0);
        } catch (NumberFormatException e) {
            throw new MacroProblem("#if has a bad number " + text);
        }
    }

    private static Value character(String text) {
        if (text.length() == 3) {
            return new Value(text.charAt(1), false);
        }
        throw new MacroProblem("#if has a character constant that is not plain: " + text);
    }
}
