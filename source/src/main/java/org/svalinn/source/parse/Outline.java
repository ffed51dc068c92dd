package org.svalinn.source.parse;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.svalinn.source.preprocess.Token;

/**
 * What a declaration at file scope declares, found without parsing it.
 *
 * <p>A kernel file declares some ten thousand things and uses a few hundred; only those are worth a syntax tree. C's
 * grammar makes their names easy to find: behind the specifiers, the first identifier of a declarator that is not in
 * an attribute is the name it declares, however the declarator goes on. Specifiers are known by keyword, except for
 * an identifier that an earlier typedef declares, where no type has been given yet.
 */
final class Outline {
    private static final Set<String> TYPE_WORDS = Set.of(
            "void", "char", "short", "int", "long", "float", "double", "signed", "__signed", "__signed__", "unsigned",
            "_Bool", "_Complex", "__int128", "__complex__");
    private static final Set<String> PLAIN_WORDS = Set.of(
            "extern", "static", "inline", "__inline", "__inline__", "register", "auto", "const", "__const", "__const__",
            "volatile", "__volatile", "__volatile__", "restrict", "__restrict", "__restrict__", "_Noreturn",
            "_Thread_local", "__thread", "__extension__");
    private static final Set<String> WORDS_WITH_PARENTHESES = Set.of(
            "__attribute__", "__attribute", "asm", "__asm__", "__asm", "_Alignas", "__declspec");
    private static final Set<String> TYPEOF = Set.of("typeof", "__typeof", "__typeof__");

    private final List<Token> tokens;
    private final Predicate<String> types;
    private final List<Name> names = new ArrayList<>();
    private final List<String> tags = new ArrayList<>();
    private int at;
    private boolean isTypedef;
    private boolean isExtern;
    private boolean typeSeen;

    /**
     * A name that a declaration declares.
     *
     * @param isType whether it is a typedef's
     * @param isDefinition whether it is a function with its body, or a variable that is not merely {@code extern}
     */
    record Name(String text, boolean isType, boolean isDefinition) {}

    private Outline(List<Token> tokens, Predicate<String> types) {
        this.tokens = tokens;
        this.types = types;
    }

    /**
     * The outline of one declaration, which ends with its {@code ;} or the brace that closes a function's body.
     *
     * @param types says which identifiers name types at this point of the file
     */
    static Outline of(List<Token> tokens, Predicate<String> types) {
        Outline outline = new Outline(tokens, types);
        outline.read();
        return outline;
    }

    /** The ordinary identifiers it declares, constants of enumerations included. */
    List<Name> names() {
        return names;
    }

    /** The tags of the structures, unions and enumerations it defines. */
    List<String> tags() {
        return tags;
    }

    private void read() {
        if (isAny(WORDS_WITH_PARENTHESES) && !isAttribute() || is("_Static_assert")) {
            return;
        }
        specifiers();
        while (at < tokens.size() && !is(";")) {
            declarator();
            if (is(",")) {
                at++;
            } else if (!is(";")) {
                return; // the body of a function
            }
        }
    }

    private boolean isAttribute() {
        String text = tokens.get(at).text();
        return text.equals("__attribute__") || text.equals("__attribute");
    }

    private void specifiers() {
        while (at < tokens.size()) {
            Token token = tokens.get(at);
            if (token.kind() != Token.Kind.IDENTIFIER) {
                return;
            }
            String word = token.text();
            if (word.equals("struct") || word.equals("union") || word.equals("enum")) {
                record();
                typeSeen = true;
            } else if (TYPEOF.contains(word)) {
                at++;
                skipGroup();
                typeSeen = true;
            } else if (WORDS_WITH_PARENTHESES.contains(word)) {
                at++;
                skipGroup();
            } else if (TYPE_WORDS.contains(word)) {
                typeSeen = true;
                at++;
            } else if (PLAIN_WORDS.contains(word) || word.equals("typedef")) {
                isTypedef |= word.equals("typedef");
                isExtern |= word.equals("extern");
                at++;
            } else if (!typeSeen && types.test(word)) {
                typeSeen = true;
                at++;
            } else {
                return;
            }
        }
    }

    /** {@code struct}, {@code union} or {@code enum} with what belongs to it. */
    private void record() {
        boolean isEnum = is("enum");
        at++;
        while (at < tokens.size() && isAny(WORDS_WITH_PARENTHESES)) {
            at++;
            skipGroup();
        }
        String tag = "";
        if (at < tokens.size() && tokens.get(at).kind() == Token.Kind.IDENTIFIER) {
            tag = tokens.get(at++).text();
        }
        if (!is("{")) {
            return;
        }
        if (!tag.isEmpty()) {
            tags.add(tag);
        }
        int end = groupEnd(at);
        if (isEnum) {
            enumerators(end);
        } else {
            members(end);
        }
        at = end;
    }

    private void enumerators(int end) {
        int depth = 0;
        for (at++; at < end - 1; at++) {
            String text = tokens.get(at).text();
            boolean first = tokens.get(at - 1).is("{") || (tokens.get(at - 1).is(",") && depth == 0);
            if (depth == 0 && first && tokens.get(at).kind() == Token.Kind.IDENTIFIER) {
                names.add(new Name(text, false, false));
            }
            depth += opens(text) ? 1 : closes(text) ? -1 : 0;
        }
    }

    /** A structure's members: what they define in turn belongs to the file's scope too. */
    private void members(int end) {
        at++;
        while (at < end - 1) {
            if (is("struct") || is("union") || is("enum")) {
                record();
            } else {
                at++;
            }
        }
    }

    private void declarator() {
        String name = "";
        boolean isFunction = false;
        boolean initialized = false;
        int depth = 0;
        while (at < tokens.size()) {
            Token token = tokens.get(at);
            String text = token.text();
            if (depth == 0 && (text.equals(",") || text.equals(";"))) {
                break;
            }
            if (depth == 0 && text.equals("=")) {
                initialized = true;
                skipInitializer();
                break;
            }
            if (depth == 0 && text.equals("{")) {
                names.add(new Name(name, false, true));
                at = groupEnd(at);
                return;
            }
            if (WORDS_WITH_PARENTHESES.contains(text) || TYPEOF.contains(text)) {
                at++;
                skipGroup();
                continue;
            }
            if (name.isEmpty() && token.kind() == Token.Kind.IDENTIFIER && !PLAIN_WORDS.contains(text)) {
                name = text;
                isFunction = at + 1 < tokens.size() && tokens.get(at + 1).is("(");
                at++;
                continue;
            }
            if (!name.isEmpty() && opens(text)) {
                at = groupEnd(at); // parameters, or an array's size
                continue;
            }
            depth += opens(text) ? 1 : closes(text) ? -1 : 0;
            at++;
        }
        if (!name.isEmpty()) {
            boolean isVariable = !isTypedef && !isFunction;
            names.add(new Name(name, isTypedef, isVariable && (initialized || !isExtern)));
        }
    }

    private void skipInitializer() {
        int depth = 0;
        for (; at < tokens.size(); at++) {
            String text = tokens.get(at).text();
            if (depth == 0 && (text.equals(",") || text.equals(";"))) {
                return;
            }
            depth += opens(text) ? 1 : closes(text) ? -1 : 0;
        }
    }

    private boolean is(String text) {
        return at < tokens.size() && tokens.get(at).text().equals(text);
    }

    private boolean isAny(Set<String> words) {
        return words.contains(tokens.get(at).text());
    }

    private void skipGroup() {
        while (at < tokens.size() && !is("(")) {
            at++; // asm volatile (
        }
        at = groupEnd(at);
    }

    /** The index behind the bracket that closes the one at {@code index}. */
    private int groupEnd(int index) {
        int depth = 0;
        for (int i = index; i < tokens.size(); i++) {
            String text = tokens.get(i).text();
            depth += opens(text) ? 1 : closes(text) ? -1 : 0;
            if (depth == 0) {
                return i + 1;
            }
        }
        return tokens.size();
    }

    static boolean opens(String text) {
        return text.length() == 1 && (text.charAt(0) == '(' || text.charAt(0) == '[' || text.charAt(0) == '{');
    }

    static boolean closes(String text) {
        return text.length() == 1 && (text.charAt(0) == ')' || text.charAt(0) == ']' || text.charAt(0) == '}');
    }
}
