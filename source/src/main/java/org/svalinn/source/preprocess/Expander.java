package org.svalinn.source.preprocess;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.svalinn.source.preprocess.MacroTable.Definition;

/**
 * Replaces macros (C11 6.10.3), as GCC's preprocessor does.
 *
 * <p>The input is a stack: the file at the bottom, above it the replacement of a macro that is being expanded, and
 * so on. A macro is <em>active</em> while its replacement is on the stack; its name met meanwhile is frozen for
 * good. A replacement leaves the stack when more is asked for than it has, so that its last word can be the name of
 * a macro whose arguments follow in what is below. An argument is expanded by itself, above a barrier that nothing
 * reads past.
 */
final class Expander {
    /** The tokens of the file, directives executed and gone. */
    interface Input {
        /** The next token; {@link Token#END} for ever at the end. */
        Token read();

        /** Makes the last token come again. */
        void unread(Token token);

        /** The file that the last token came from. */
        String path();
    }

    private final MacroTable macros;
    private final Input input;
    private final BuiltinMacros builtins = new BuiltinMacros();
    private final Deque<Level> levels = new ArrayDeque<>();
    private boolean fromInput;
    private int conditions;
    private String path = "";
    private int line;

    Expander(MacroTable macros, Input input) {
        this.macros = macros;
        this.input = input;
    }

    /** The file of the last token, or of the outermost macro's use that it comes from. */
    String path() {
        return path;
    }

    /** The line of the last token, or of the outermost macro's use that it comes from. */
    int line() {
        return line;
    }

    /** The next token that is not replaced. */
    Token next() {
        while (true) {
            Token token = raw();
            if (fromInput) {
                path = input.path();
                line = token.line();
            }
            if (!token.isIdentifier() || token.frozen()) {
                return token;
            }
            if (conditions > 0 && token.text().equals("defined")) {
                return defined(token);
            }
            Definition definition = macros.find(token.text());
            if (definition == null) {
                Token value = builtins.value(token, path, line);
                return value == null ? token : value;
            }
            if (definition.isActive()) {
                return token.freeze();
            }
            if (!expand(token, definition)) {
                return token;
            }
        }
    }

    /** Expands tokens by themselves. */
    List<Token> expandAll(List<Token> tokens) {
        levels.push(new Level(tokens, null, true));
        List<Token> expanded = new ArrayList<>(tokens.size());
        for (Token token = next(); token != Token.END; token = next()) {
            expanded.add(token);
        }
        levels.pop();
        return expanded;
    }

    /** Expands the tokens of an {@code #if}, where {@code defined} has a value. */
    List<Token> expandCondition(List<Token> tokens) {
        conditions++;
        try {
            return expandAll(tokens);
        } finally {
            conditions--;
        }
    }

    private Token defined(Token word) {
        Token name = raw();
        boolean parenthesized = name.is("(");
        if (parenthesized) {
            name = raw();
        }
        if (!name.isIdentifier() || (parenthesized && !raw().is(")"))) {
            throw new MacroProblem("defined without a name");
        }
        boolean known = macros.isDefined(name.text()) || BuiltinMacros.isDefined(name.text());
        return new Token(Token.Kind.NUMBER, known ? "1" : "0", word.spaced(), false, word.line());
    }

    private Token raw() {
        while (true) {
            Level level = levels.peek();
            if (level == null) {
                fromInput = true;
                return input.read();
            }
            if (level.hasNext()) {
                fromInput = false;
                return level.next();
            }
            if (level.barrier) {
                fromInput = false;
                return Token.END;
            }
            levels.pop();
            level.leave();
        }
    }

    /** Puts the replacement of {@code name} on the stack; false if it is no use of the macro after all. */
    private boolean expand(Token name, Definition definition) {
        Macro macro = definition.macro();
        List<Token> replacement;
        if (macro.parameters() == null) {
            replacement = new Substitution(macro, List.of(), this).tokens();
        } else {
            if (!openingFollows()) {
                return false;
            }
            replacement = new Substitution(macro, arguments(macro), this).tokens();
        }
        if (!replacement.isEmpty()) {
            replacement.set(0, replacement.getFirst().withSpace(name.spaced()));
        }
        definition.setActive(true);
        levels.push(new Level(replacement, definition, false));
        return true;
    }

    private boolean openingFollows() {
        Token token = raw();
        if (token.is("(")) {
            return true;
        }
        if (fromInput) {
            input.unread(token);
        } else if (token != Token.END) {
            levels.push(new Level(List.of(token), null, false));
        }
        return false;
    }

    /** The arguments up to the closing parenthesis, one for each parameter. */
    private List<List<Token>> arguments(Macro macro) {
        List<String> parameters = macro.requiredParameters();
        List<List<Token>> arguments = new ArrayList<>();
        List<Token> argument = new ArrayList<>();
        int depth = 0;
        while (true) {
            Token token = raw();
            if (token == Token.END) {
                throw new MacroProblem("the arguments of macro " + macro.name() + " have no end");
            }
            if (depth == 0 && token.is(")")) {
                break;
            }
            boolean inLast = macro.variadic() && arguments.size() == parameters.size() - 1;
            if (depth == 0 && token.is(",") && !inLast) {
                arguments.add(argument);
                argument = new ArrayList<>();
                continue;
            }
            depth += token.is("(") ? 1 : token.is(")") ? -1 : 0;
            argument.add(frozenIfActive(token));
        }
        if (!parameters.isEmpty() || !argument.isEmpty()) {
            arguments.add(argument);
        }
        if (macro.variadic() && arguments.size() == parameters.size() - 1) {
            arguments.add(List.of());
        }
        if (arguments.size() != parameters.size()) {
            throw new MacroProblem("macro " + macro.name() + " takes " + parameters.size() + " arguments, here are "
                    + arguments.size());
        }
        return arguments;
    }

    private Token frozenIfActive(Token token) {
        if (!token.isIdentifier() || token.frozen()) {
            return token;
        }
        Definition definition = macros.find(token.text());
        return definition != null && definition.isActive() ? token.freeze() : token;
    }

    /** One level of the stack. */
    private static final class Level {
        private final List<Token> tokens;
        private final @Nullable Definition definition;
        private final boolean barrier;
        private int position;

        Level(List<Token> tokens, @Nullable Definition definition, boolean barrier) {
            this.tokens = tokens;
            this.definition = definition;
            this.barrier = barrier;
        }

        boolean hasNext() {
            return position < tokens.size();
        }

        Token next() {
            return tokens.get(position++);
        }

        void leave() {
            if (definition != null) {
                definition.setActive(false);
            }
        }
    }
}
