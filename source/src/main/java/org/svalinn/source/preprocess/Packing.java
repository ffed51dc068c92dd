package org.svalinn.source.preprocess;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code #pragma pack}: the structures defined under {@code pack(1)} get the attribute {@code packed}, which says the
 * same and stays with them. Other packings stop the preprocessor: no attribute says them.
 */
final class Packing {
    /** What a structure's keyword is followed by under {@code pack(1)}. */
    static final List<Token> ATTRIBUTE = Lexer.tokens("__attribute__((__packed__))");

    private static final Pattern PRAGMA =
            Pattern.compile("pack\\s*\\(\\s*(push|pop)?\\s*,?\\s*(\\d+)?\\s*\\).*", Pattern.DOTALL);

    private final Deque<Integer> outer = new ArrayDeque<>();
    private int alignment;

    /** Obeys a pragma if it is about packing. */
    void pragma(String text) {
        String pragma = text.toLowerCase(Locale.ROOT);
        if (!pragma.startsWith("pack")) {
            return;
        }
        Matcher form = PRAGMA.matcher(pragma);
        if (!form.matches()) {
            throw new MacroProblem("#pragma " + text + " is not understood");
        }
        if ("push".equals(form.group(1))) {
            outer.push(alignment);
        } else if ("pop".equals(form.group(1))) {
            alignment = outer.isEmpty() ? 0 : outer.pop();
            return;
        } else {
            alignment = 0;
        }
        if (form.group(2) != null) {
            alignment = Integer.parseInt(form.group(2));
        }
        if (alignment > 1) {
            throw new MacroProblem("#pragma " + text + " is not supported: only pack(1) is");
        }
    }

    boolean isTight() {
        return alignment == 1;
    }
}
