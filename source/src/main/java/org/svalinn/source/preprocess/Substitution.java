package org.svalinn.source.preprocess;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The replacement of one use of a macro: parameters substituted, {@code #} and {@code ##} done, not yet rescanned. */
final class Substitution {
    private final Macro macro;
    private final List<List<Token>> arguments;
    private final @Nullable List<Token>[] expanded;
    private final Expander expander;
    private final List<Token> out = new ArrayList<>();

    @SuppressWarnings({"unchecked", "rawtypes"})
    Substitution(Macro macro, List<List<Token>> arguments, Expander expander) {
        this.macro = macro;
        this.arguments = arguments;
        this.expanded = new List[arguments.size()];
        this.expander = expander;
    }

    List<Token> tokens() {
        List<Token> body = macro.body();
        for (int i = 0; i < body.size(); i++) {
            Token token = body.get(i);
            boolean stringized = isStringized(i);
            if (token.is("##") && !out.isEmpty() && i + 1 < body.size()) {
                i = paste(i + 1);
            } else if (stringized) {
                out.add(stringize(arguments.get(macro.parameter(body.get(++i))), token));
            } else {
                boolean pasted = i + 1 < body.size() && body.get(i + 1).is("##");
                append(token, pasted);
            }
        }
        out.removeIf(token -> token == Token.PLACEMARKER);
        return out;
    }

    private boolean isStringized(int index) {
        List<Token> body = macro.body();
        return body.get(index).is("#") && index + 1 < body.size() && macro.parameter(body.get(index + 1)) >= 0;
    }

    private void append(Token token, boolean besidePaste) {
        int parameter = macro.parameter(token);
        if (parameter < 0) {
            out.add(token);
            return;
        }
        List<Token> argument = besidePaste ? arguments.get(parameter) : expanded(parameter);
        if (argument.isEmpty()) {
            out.add(Token.PLACEMARKER);
        } else {
            out.add(argument.getFirst().withSpace(token.spaced()));
            out.addAll(argument.subList(1, argument.size()));
        }
    }

    /** Pastes the operand at {@code index} to what is there; gives the index of its last token. */
    private int paste(int index) {
        List<Token> body = macro.body();
        Token operand = body.get(index);
        int parameter = macro.parameter(operand);
        Token left = out.getLast();
        boolean swallowsComma = left.is(",") && macro.variadic() && parameter == arguments.size() - 1;
        if (swallowsComma) { // GNU: , ## args
            if (arguments.get(parameter).isEmpty()) {
                out.removeLast();
            } else {
                append(operand, false);
            }
            return index;
        }
        List<Token> right;
        int last = index;
        if (isStringized(index)) {
            last++;
            right = List.of(stringize(arguments.get(macro.parameter(body.get(last))), operand));
        } else {
            right = parameter < 0 ? List.of(operand) : arguments.get(parameter);
        }
        if (right.isEmpty()) {
            return last;
        }
        out.removeLast();
        if (left == Token.PLACEMARKER) {
            out.addAll(right);
        } else {
            List<Token> joined = Lexer.tokens(left.text() + right.getFirst().text());
            for (Token token : joined) {
                out.add(new Token(token.kind(), token.text().intern(), left.spaced(), false, left.line()));
            }
            out.addAll(right.subList(1, right.size()));
        }
        return last;
    }

    private List<Token> expanded(int parameter) {
        List<Token> known = expanded[parameter];
        if (known == null) {
            known = expander.expandAll(arguments.get(parameter));
            expanded[parameter] = known;
        }
        return known;
    }

    private static Token stringize(List<Token> argument, Token operator) {
        StringBuilder text = new StringBuilder("\"");
        for (int i = 0; i < argument.size(); i++) {
            Token token = argument.get(i);
            if (i > 0 && token.spaced()) {
                text.append(' ');
            }
            boolean literal = token.kind() == Token.Kind.STRING || token.kind() == Token.Kind.CHARACTER;
            text.append(literal ? token.text().replace("\\", "\\\\").replace("\"", "\\\"") : token.text());
        }
        return new Token(Token.Kind.STRING, text.append('"').toString(), operator.spaced(), false, operator.line());
    }
}
