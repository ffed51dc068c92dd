package org.svalinn.source.preprocess;

import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.svalinn.source.preprocess.SourceFile.Directive;

/** A logical line: text or one directive. Its tokens, and the macro it defines, are found when first asked for. */
final class SourceLine {
    private final String text;
    private final int start;
    private final int end;
    private final int number;
    private final Directive directive;
    private final UnaryOperator<String> interner;
    private int next = -1;
    private volatile @Nullable List<Token> tokens;
    private volatile @Nullable Macro macro;

    private SourceLine(
            String text, int start, int end, int number, Directive directive, UnaryOperator<String> interner) {
        this.text = text;
        this.start = start;
        this.end = end;
        this.number = number;
        this.directive = directive;
        this.interner = interner;
    }

    /** The line whose first token begins at {@code first}. */
    static SourceLine of(String text, int first, int end, int number, UnaryOperator<String> interner) {
        if (text.charAt(first) != '#') {
            return new SourceLine(text, first, end, number, Directive.TEXT, interner);
        }
        int word = first + 1;
        while (word < end && text.charAt(word) <= ' ') {
            word++;
        }
        int wordEnd = word;
        while (wordEnd < end && Lexer.isWordPart(text.charAt(wordEnd))) {
            wordEnd++;
        }
        Directive directive = Directive.named(text.substring(word, wordEnd));
        return new SourceLine(text, wordEnd, end, number, directive, interner);
    }

    void linkTo(int index) {
        next = index;
    }

    /** For a conditional directive the line index of the next one of its group; -1 when there is none. */
    int next() {
        return next;
    }

    int number() {
        return number;
    }

    Directive directive() {
        return directive;
    }

    /** The tokens of a text, or those behind a directive's word. */
    List<Token> tokens() {
        List<Token> known = tokens;
        if (known == null) {
            known = Lexer.tokens(text, start, end, number, interner);
            tokens = known;
        }
        return known;
    }

    /** What is behind the directive's word, as written. */
    String rest() {
        return text.substring(start, end).strip();
    }

    /** What a {@code #define} defines. */
    Macro macro() {
        Macro known = macro;
        if (known == null) {
            known = Macro.parse(Lexer.tokens(text, start, end, number, interner));
            macro = known;
        }
        return known;
    }
}
