package org.svalinn.source.preprocess;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A text cut into logical lines, with the structure of its conditionals found once, so that many translation units
 * can share it: an excluded group is skipped in one jump and its text is never cut into tokens.
 */
final class SourceFile {
    private final String path;
    private final List<SourceLine> lines;
    private final @Nullable String guard;

    private SourceFile(String path, List<SourceLine> lines, @Nullable String guard) {
        this.path = path;
        this.lines = lines;
        this.guard = guard;
    }

    /** Cuts {@code text}. */
    static SourceFile of(String path, String text, UnaryOperator<String> interner) {
        List<SourceLine> lines = new LineCutter(text, interner).lines();
        Deque<Integer> open = new ArrayDeque<>();
        for (int i = 0; i < lines.size(); i++) {
            Directive directive = lines.get(i).directive();
            if (directive.continuesGroup() && !open.isEmpty()) {
                lines.get(open.pop()).linkTo(i);
            }
            if (directive.opensGroup() || (directive.continuesGroup() && directive != Directive.ENDIF)) {
                open.push(i);
            }
        }
        return new SourceFile(path, lines, guardOf(lines));
    }

    /** The macro whose definition makes the whole file empty: {@code #ifndef} first, its {@code #endif} last. */
    private static @Nullable String guardOf(List<SourceLine> lines) {
        if (lines.isEmpty() || lines.getFirst().directive() != Directive.IFNDEF) {
            return null;
        }
        List<Token> operand = lines.getFirst().tokens();
        boolean whole = lines.getFirst().next() == lines.size() - 1
                && lines.getLast().directive() == Directive.ENDIF;
        return whole && operand.size() == 1 ? operand.getFirst().text() : null;
    }

    String path() {
        return path;
    }

    List<SourceLine> lines() {
        return lines;
    }

    @Nullable String guard() {
        return guard;
    }

    /** What a logical line is. */
    enum Directive {
        TEXT,
        IF,
        IFDEF,
        IFNDEF,
        ELIF,
        ELSE,
        ENDIF,
        DEFINE,
        UNDEF,
        INCLUDE,
        INCLUDE_NEXT,
        ERROR,
        PRAGMA,
        /** {@code #warning}, {@code #ident}, {@code #line}: without meaning here. */
        IGNORED;

        boolean opensGroup() {
            return this == IF || this == IFDEF || this == IFNDEF;
        }

        boolean continuesGroup() {
            return this == ELIF || this == ELSE || this == ENDIF;
        }

        static Directive named(String word) {
            return switch (word) {
                case "if" -> IF;
                case "ifdef" -> IFDEF;
                case "ifndef" -> IFNDEF;
                case "elif" -> ELIF;
                case "else" -> ELSE;
                case "endif" -> ENDIF;
                case "define" -> DEFINE;
                case "undef" -> UNDEF;
                case "include" -> INCLUDE;
                case "include_next" -> INCLUDE_NEXT;
                case "error" -> ERROR;
                case "pragma" -> PRAGMA;
                default -> IGNORED;
            };
        }
    }

    /** Finds where logical lines end: at a newline that is in no comment and has no backslash before it. */
    private static final class LineCutter {
        private final String text;
        private final UnaryOperator<String> interner;
        private final List<SourceLine> lines = new ArrayList<>();
        private int at;
        private int line = 1;

        LineCutter(String text, UnaryOperator<String> interner) {
            this.text = text;
            this.interner = interner;
        }

        List<SourceLine> lines() {
            while (at < text.length()) {
                int startLine = line;
                int first = skipToEnd();
                if (first >= 0) {
                    lines.add(SourceLine.of(text, first, at, startLine + newlines(first), interner));
                }
                at++;
                line++;
            }
            return lines;
        }

        private int lineStart;

        private int newlines(int first) {
            int count = 0;
            for (int i = lineStart; i < first; i++) {
                count += text.charAt(i) == '\n' ? 1 : 0;
            }
            return count;
        }

        /** Moves to the newline that ends this logical line; gives where its first token is, -1 if it has none. */
        private int skipToEnd() {
            lineStart = at;
            int first = -1;
            for (; at < text.length(); at++) {
                char c = text.charAt(at);
                if (c == '\n') {
                    return first;
                }
                if (c == '\\') {
                    first = first < 0 ? at : first;
                    skipEscape();
                } else if (c == '/' && text.startsWith("/*", at)) {
                    skipComment();
                } else if (c == '/' && text.startsWith("//", at)) {
                    while (at + 1 < text.length() && text.charAt(at + 1) != '\n') {
                        at++;
                    }
                } else if (c > ' ') {
                    first = first < 0 ? at : first;
                    if (c == '"' || c == '\'') {
                        skipLiteral(c);
                    }
                }
            }
            return first;
        }

        private void skipEscape() {
            if (text.startsWith("\r\n", at + 1)) {
                at++;
            }
            if (text.startsWith("\n", at + 1)) {
                at++;
                line++;
            }
        }

        private void skipComment() {
            int close = text.indexOf("*/", at + 2);
            int stop = close < 0 ? text.length() - 1 : close + 1;
            for (; at < stop; at++) {
                line += text.charAt(at) == '\n' ? 1 : 0;
            }
        }

        private void skipLiteral(char quote) {
            for (int i = at + 1; i < text.length() && text.charAt(i) != '\n'; i++) {
                char c = text.charAt(i);
                if (c == '\\') {
                    line += text.startsWith("\n", i + 1) ? 1 : 0;
                    i++;
                } else if (c == quote) {
                    at = i;
                    return;
                }
            }
        }
    }
}
