package org.svalinn.source.preprocess;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A macro's definition.
 *
 * @param parameters null for an object-like macro; the last stands for all further arguments if it is variadic
 */
record Macro(String name, @Nullable List<String> parameters, boolean variadic, List<Token> body) {
    /** Reads what follows {@code #define}. */
    static Macro parse(List<Token> tokens) {
        if (tokens.isEmpty() || !tokens.getFirst().isIdentifier()) {
            throw new MacroProblem("#define of no name");
        }
        String name = tokens.getFirst().text();
        if (tokens.size() < 2 || !tokens.get(1).is("(") || tokens.get(1).spaced()) {
            return new Macro(name, null, false, List.copyOf(tokens.subList(1, tokens.size())));
        }
        List<String> parameters = new ArrayList<>();
        boolean variadic = false;
        int i = 2;
        for (; i < tokens.size() && !tokens.get(i).is(")"); i++) {
            Token token = tokens.get(i);
            if (token.is("...")) {
                variadic = true;
                if (tokens.get(i - 1).isIdentifier()) {
                    continue; // GNU: args... names the rest
                }
                parameters.add("__VA_ARGS__");
            } else if (token.isIdentifier()) {
                parameters.add(token.text());
            } else if (!token.is(",")) {
                throw new MacroProblem("bad parameter of macro " + name);
            }
        }
        if (i == tokens.size()) {
            throw new MacroProblem("the parameters of macro " + name + " have no end");
        }
        return new Macro(name, List.copyOf(parameters), variadic, List.copyOf(tokens.subList(i + 1, tokens.size())));
    }

    /** The index of the parameter that a token of the body names, -1 if it names none. */
    int parameter(Token token) {
        return parameters != null && token.isIdentifier() ? parameters.indexOf(token.text()) : -1;
    }

    /** The parameters of a function-like macro. */
    List<String> requiredParameters() {
        if (parameters == null) {
            throw new IllegalStateException(name + " is not a function-like macro");
        }
        return parameters;
    }
}
