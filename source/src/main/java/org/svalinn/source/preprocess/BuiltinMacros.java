package org.svalinn.source.preprocess;

import org.jspecify.annotations.Nullable;

/** {@code __FILE__}, {@code __LINE__} and {@code __COUNTER__}. */
final class BuiltinMacros {
    private int counter;

    static boolean isDefined(String name) {
        return switch (name) {
            case "__FILE__", "__LINE__", "__COUNTER__" -> true;
            default -> false;
        };
    }

    /** What {@code token}, used at that place, stands for; null if it is none of these. */
    @Nullable Token value(Token token, String path, int line) {
        return switch (token.text()) {
            case "__FILE__" -> as(token, Token.Kind.STRING, "\"" + path + "\"");
            case "__LINE__" -> as(token, Token.Kind.NUMBER, Integer.toString(line));
            case "__COUNTER__" -> as(token, Token.Kind.NUMBER, Integer.toString(counter++));
            default -> null;
        };
    }

    private static Token as(Token token, Token.Kind kind, String text) {
        return new Token(kind, text, token.spaced(), false, token.line());
    }
}
