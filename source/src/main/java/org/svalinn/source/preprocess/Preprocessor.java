package org.svalinn.source.preprocess;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.svalinn.source.preprocess.SourceFile.Directive;
import org.svalinn.source.tree.BadInput;

/**
 * Preprocesses one translation unit (C11 6.10).
 *
 * <p>Files lie on a stack, each with the line it has come to. A directive is executed when the reading comes to it,
 * be it in the middle of a macro's arguments.
 */
public final class Preprocessor {
    private static final int DEEPEST_INCLUDE = 200;

    private final Headers headers;
    private final MacroTable macros = new MacroTable();
    private final Deque<Reader> readers = new ArrayDeque<>();
    private final Expander expander = new Expander(macros, new Files());
    private final Packing packing = new Packing();
    private final Set<String> read = new LinkedHashSet<>();
    private final Set<String> absent = new LinkedHashSet<>();

    /** Takes the tokens of the preprocessed unit. */
    public interface Output {
        /**
         * The next token.
         *
         * @param path the file that it, or the outermost macro's use that it comes from, is in
         * @param line the line there
         */
        void token(Token token, String path, int line);
    }

    /** A preprocessor of one unit. */
    public Preprocessor(Headers headers) {
        this.headers = headers;
    }

    /** Defines the macros of a text so that no later {@code #define} or {@code #undef} changes them. */
    public void fix(String path, String text, Output output) {
        readers.push(new Reader(headers.cut(path, text), -1, true));
        drain(output);
    }

    /** Preprocesses a file that must be in the tree. */
    public void file(String path, Output output) {
        SourceFile file = headers.file(path);
        if (file == null) {
            throw new BadInput("the tree has no file " + path);
        }
        read.add(path);
        readers.push(new Reader(file, -1, false));
        drain(output);
    }

    /** Preprocesses a text as if it were a file of that path. */
    public void text(String path, String text, Output output) {
        readers.push(new Reader(headers.cut(path, text), -1, false));
        drain(output);
    }

    /** The files of the tree that were read, in the order of their first reading. */
    public Set<String> read() {
        return Collections.unmodifiableSet(read);
    }

    /** The files that were looked for and are not in the tree. */
    public Set<String> absent() {
        return Collections.unmodifiableSet(absent);
    }

    private void drain(Output output) {
        try {
            for (Token token = expander.next(); token != Token.END; token = expander.next()) {
                if (token.text().equals("_Pragma")) {
                    skipPragmaOperator();
                    continue;
                }
                output.token(token, expander.path(), expander.line());
                if (packing.isTight() && (token.text().equals("struct") || token.text().equals("union"))) {
                    Packing.ATTRIBUTE.forEach(part -> output.token(part, expander.path(), expander.line()));
                }
            }
        } catch (MacroProblem e) {
            Reader reader = readers.peek();
            String place = reader == null ? "" : reader.file.path() + ":" + reader.line + ": ";
            throw new BadInput(place + e.getMessage(), e);
        }
    }

    private void skipPragmaOperator() {
        int depth = 0;
        do {
            Token token = expander.next();
            depth += token.is("(") ? 1 : token.is(")") || token == Token.END ? -1 : 0;
        } while (depth > 0);
    }

    /** The reading of one file. */
    private static final class Reader {
        private final SourceFile file;
        private final int folder;
        private final boolean fixing;
        private List<Token> tokens = List.of();
        private int nextToken;
        private int nextLine;
        private int line = 1;

        Reader(SourceFile file, int folder, boolean fixing) {
            this.file = file;
            this.folder = folder;
            this.fixing = fixing;
        }
    }

    private final class Files implements Expander.Input {
        @Override
        public Token read() {
            while (true) {
                Reader reader = readers.peek();
                if (reader == null) {
                    return Token.END;
                }
                if (reader.nextToken < reader.tokens.size()) {
                    return reader.tokens.get(reader.nextToken++);
                }
                if (reader.nextLine == reader.file.lines().size()) {
                    readers.pop();
                    continue;
                }
                SourceLine next = reader.file.lines().get(reader.nextLine++);
                reader.line = next.number();
                if (next.directive() == Directive.TEXT) {
                    reader.tokens = next.tokens();
                    reader.nextToken = 0;
                } else {
                    execute(reader, next);
                }
            }
        }

        @Override
        public void unread(Token token) {
            if (token != Token.END) {
                current().nextToken--;
            }
        }

        @Override
        public String path() {
            Reader reader = readers.peek();
            return reader == null ? "" : reader.file.path();
        }
    }

    private Reader current() {
        return readers.getFirst();
    }

    private void execute(Reader reader, SourceLine line) {
        switch (line.directive()) {
            case IF, IFDEF, IFNDEF -> enterGroup(reader, line);
            case ELIF, ELSE -> leaveGroup(reader, line);
            case DEFINE -> {
                if (reader.fixing) {
                    macros.fix(line.macro());
                } else {
                    macros.define(line.macro());
                }
            }
            case UNDEF -> macros.undefine(name(line));
            case INCLUDE, INCLUDE_NEXT -> include(reader, line);
            case ERROR -> throw new MacroProblem("#error " + line.rest());
            case PRAGMA -> packing.pragma(line.rest());
            case ENDIF, IGNORED, TEXT -> {}
        }
    }

    private static String name(SourceLine line) {
        if (line.tokens().isEmpty() || !line.tokens().getFirst().isIdentifier()) {
            throw new MacroProblem("a directive lacks its name");
        }
        return line.tokens().getFirst().text();
    }

    /** Moves into the first part of a conditional group whose condition holds, or behind the group. */
    private void enterGroup(Reader reader, SourceLine opening) {
        SourceLine part = opening;
        while (!holds(part)) {
            int next = next(part);
            reader.nextLine = next + 1;
            part = reader.file.lines().get(next);
            reader.line = part.number();
        }
    }

    private boolean holds(SourceLine part) {
        return switch (part.directive()) {
            case IFDEF -> isDefined(name(part));
            case IFNDEF -> !isDefined(name(part));
            case IF, ELIF -> Condition.holds(expander.expandCondition(part.tokens()));
            default -> true;
        };
    }

    private boolean isDefined(String name) {
        return macros.isDefined(name) || BuiltinMacros.isDefined(name);
    }

    /** The part that was taken is over: moves behind the group. */
    private static void leaveGroup(Reader reader, SourceLine part) {
        SourceLine at = part;
        while (at.directive() != Directive.ENDIF) {
            int next = next(at);
            reader.nextLine = next + 1;
            at = reader.file.lines().get(next);
        }
    }

    private static int next(SourceLine part) {
        if (part.next() < 0) {
            throw new MacroProblem("a conditional has no #endif");
        }
        return part.next();
    }

    private void include(Reader reader, SourceLine line) {
        List<Token> tokens = line.tokens();
        boolean literal = !tokens.isEmpty()
                && (tokens.getFirst().is("<") || tokens.getFirst().kind() == Token.Kind.STRING);
        String operand = literal ? line.rest() : spelling(expander.expandAll(tokens));
        boolean quoted = operand.startsWith("\"");
        int end = operand.indexOf(quoted ? '"' : '>', 1);
        if (end < 0 || (!quoted && !operand.startsWith("<"))) {
            throw new MacroProblem("bad #include " + operand);
        }
        String name = operand.substring(1, end);
        Headers.Found found;
        if (line.directive() == Directive.INCLUDE_NEXT) {
            found = headers.findNext(name, reader.folder);
        } else {
            found = quoted ? headers.findQuoted(name, reader.file.path()) : headers.find(name);
        }
        absent.addAll(found.absent());
        if (found.path() == null) {
            throw new MacroProblem("the tree has no file " + name + " to include");
        }
        push(found.path(), found.folder());
    }

    private static String spelling(List<Token> tokens) {
        StringBuilder spelling = new StringBuilder();
        for (Token token : tokens) {
            spelling.append(token.spaced() && !spelling.isEmpty() ? " " : "").append(token.text());
        }
        return spelling.toString();
    }

    private void push(String path, int folder) {
        SourceFile file = headers.file(path);
        if (file == null) {
            throw new MacroProblem("the tree has no file " + path + " any more");
        }
        read.add(path);
        if (file.guard() != null && macros.isDefined(file.guard())) {
            return;
        }
        if (readers.size() > DEEPEST_INCLUDE) {
            throw new MacroProblem("#include nested deeper than " + DEEPEST_INCLUDE);
        }
        readers.push(new Reader(file, folder, false));
    }
}
