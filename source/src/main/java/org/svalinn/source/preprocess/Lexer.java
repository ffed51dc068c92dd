package org.svalinn.source.preprocess;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Cuts text into preprocessing tokens (C11 6.4). Comments and spliced lines are white space. */
public final class Lexer {
    /** The punctuators of more than one character, longest first. */
    private static final String[] LONG_PUNCTUATORS = {
        "...", "<<=", ">>=", "->", "++", "--", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "*=", "/=", "%=", "+=",
        "-=", "&=", "^=", "|=", "##"
    };
    private static final String PUNCTUATORS = "[](){}.&*+-~!/%<>^|?:;=,#";
    private static final String[] SINGLE = new String[128];

    static {
        for (int i = 0; i < PUNCTUATORS.length(); i++) {
            SINGLE[PUNCTUATORS.charAt(i)] = PUNCTUATORS.substring(i, i + 1);
        }
    }

    private final String text;
    private final int end;
    private final UnaryOperator<String> interner;
    private int at;
    private int line;
    private boolean spaced;

    private Lexer(String text, int from, int end, int line, UnaryOperator<String> interner) {
        this.text = text;
        this.at = from;
        this.end = end;
        this.line = line;
        this.interner = interner;
    }

    /** The tokens of {@code text} from {@code from} to {@code end}, which begins in {@code line}. */
    static List<Token> tokens(String text, int from, int end, int line, UnaryOperator<String> interner) {
        Lexer lexer = new Lexer(text, from, end, line, interner);
        List<Token> tokens = new ArrayList<>();
        for (Token token = lexer.next(); token != Token.END; token = lexer.next()) {
            tokens.add(token);
        }
        return tokens;
    }

    /** The tokens of a whole text. */
    public static List<Token> tokens(String text) {
        return tokens(text, 0, text.length(), 1, UnaryOperator.identity());
    }

    private Token next() {
        spaced = false;
        skipBlanks();
        if (at >= end) {
            return Token.END;
        }
        int start = at;
        int startLine = line;
        Token.Kind kind = scan();
        String image = text.substring(start, at);
        if (line != startLine) {
            image = image.replace("\\\r\n", "").replace("\\\n", "");
        }
        return new Token(kind, kind == Token.Kind.PUNCTUATOR ? punctuator(image) : interner.apply(image), spaced, false,
                startLine);
    }

    private static String punctuator(String image) {
        return image.length() == 1 ? SINGLE[image.charAt(0)] : image.intern();
    }

    private void skipBlanks() {
        while (at < end) {
            char c = text.charAt(at);
            if (c == '\n') {
                line++;
                at++;
            } else if (c <= ' ') {
                at++;
            } else if (c == '\\' && isSplice()) {
                splice();
                continue;
            } else if (c == '/' && peek(1) == '*') {
                int close = text.indexOf("*/", at + 2);
                int stop = close < 0 || close + 2 > end ? end : close + 2;
                for (; at < stop; at++) {
                    line += text.charAt(at) == '\n' ? 1 : 0;
                }
            } else if (c == '/' && peek(1) == '/') {
                while (at < end && text.charAt(at) != '\n') {
                    skipSplicedChar();
                }
            } else {
                return;
            }
            spaced = true;
        }
    }

    private char peek(int ahead) {
        return at + ahead < end ? text.charAt(at + ahead) : 0;
    }

    private boolean isSplice() {
        return peek(1) == '\n' || (peek(1) == '\r' && peek(2) == '\n');
    }

    private void splice() {
        at += peek(1) == '\n' ? 2 : 3;
        line++;
    }

    private void skipSplicedChar() {
        if (text.charAt(at) == '\\' && isSplice()) {
            splice();
        } else {
            at++;
        }
    }

    /** Moves behind the token that begins here. */
    private Token.Kind scan() {
        char c = text.charAt(at);
        if (isWordStart(c)) {
            int quote = at;
            while (quote < end && quote - at < 3 && isWordPart(text.charAt(quote))) {
                quote++;
            }
            if (quote < end && (text.charAt(quote) == '"' || text.charAt(quote) == '\'') && isPrefix(quote)) {
                at = quote;
                return literal();
            }
            skipWord();
            return Token.Kind.IDENTIFIER;
        }
        if (isDigit(c) || (c == '.' && isDigit(peek(1)))) {
            skipNumber();
            return Token.Kind.NUMBER;
        }
        if (c == '"' || c == '\'') {
            return literal();
        }
        for (String punctuator : LONG_PUNCTUATORS) {
            if (punctuator.charAt(0) == c && text.startsWith(punctuator, at) && at + punctuator.length() <= end) {
                at += punctuator.length();
                return Token.Kind.PUNCTUATOR;
            }
        }
        at++;
        return c < 128 && SINGLE[c] != null ? Token.Kind.PUNCTUATOR : Token.Kind.OTHER;
    }

    private boolean isPrefix(int quote) {
        String prefix = text.substring(at, quote);
        return prefix.equals("L") || prefix.equals("u8") || prefix.equals("u") || prefix.equals("U");
    }

    private void skipWord() {
        while (at < end && (isWordPart(text.charAt(at)) || (text.charAt(at) == '\\' && isSplice()))) {
            skipSplicedChar();
        }
    }

    private void skipNumber() {
        while (at < end) {
            char c = text.charAt(at);
            boolean exponent = "eEpP".indexOf(c) >= 0 && (peek(1) == '+' || peek(1) == '-');
            if (exponent && !isHexadecimalE(c)) {
                at += 2;
            } else if (isWordPart(c) || c == '.') {
                at++;
            } else {
                return;
            }
        }
    }

    /** C makes {@code 0xe+1} one token; no text means it so. */
    private boolean isHexadecimalE(char c) {
        if (c != 'e' && c != 'E') {
            return false;
        }
        int start = at;
        while (start > 0 && isWordPart(text.charAt(start - 1))) {
            start--;
        }
        return text.startsWith("0x", start) || text.startsWith("0X", start);
    }

    /** A literal ends at its quote, or unfinished at the end of its line: so does an apostrophe in assembly. */
    private Token.Kind literal() {
        char quote = text.charAt(at++);
        while (at < end) {
            char c = text.charAt(at);
            if (c == '\\' && isSplice()) {
                splice();
            } else if (c == '\\' && at + 1 < end) {
                at += 2;
            } else if (c == '\n') {
                return Token.Kind.OTHER;
            } else {
                at++;
                if (c == quote) {
                    return quote == '"' ? Token.Kind.STRING : Token.Kind.CHARACTER;
                }
            }
        }
        return Token.Kind.OTHER;
    }

    static boolean isWordStart(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' || c >= 128;
    }

    static boolean isWordPart(char c) {
        return isWordStart(c) || isDigit(c);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
