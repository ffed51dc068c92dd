package org.svalinn.source.preprocess;

/**
 * A preprocessing token.
 *
 * @param spaced whether white space comes before it
 * @param frozen whether it names a macro that it must no longer be replaced by
 * @param line the line of its file, from 1
 */
public record Token(Kind kind, String text, boolean spaced, boolean frozen, int line) {
    /** What a token is. */
    public enum Kind {
        IDENTIFIER,
        NUMBER,
        /** With its quotes and prefix. */
        STRING,
        /** A character constant, with its quotes and prefix. */
        CHARACTER,
        PUNCTUATOR,
        /** A character that begins no token of C, such as {@code @} in assembly. */
        OTHER,
        /** Stands for an empty macro argument beside {@code ##}. */
        PLACEMARKER,
        END
    }

    static final Token END = new Token(Kind.END, "", false, false, 0);
    static final Token PLACEMARKER = new Token(Kind.PLACEMARKER, "", false, false, 0);

    boolean isIdentifier() {
        return kind == Kind.IDENTIFIER;
    }

    /** Whether it is that punctuator. */
    public boolean is(String punctuator) {
        return kind == Kind.PUNCTUATOR && text.equals(punctuator);
    }

    Token freeze() {
        return new Token(kind, text, spaced, true, line);
    }

    Token withSpace(boolean space) {
        return space == spaced ? this : new Token(kind, text, space, frozen, line);
    }
}
