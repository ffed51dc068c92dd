package org.svalinn.source.parse;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.svalinn.source.preprocess.Preprocessor;
import org.svalinn.source.preprocess.Token;

/** Cuts the tokens of a preprocessed unit into the declarations at file scope. */
final class UnitBuilder implements Preprocessor.Output {
    private static final Set<String> BUILT_IN_TYPES = Set.of("__builtin_va_list", "__int128_t", "__uint128_t");

    private final UnitText.Builder text = new UnitText.Builder();
    private final List<TopLevel> declarations = new ArrayList<>();
    private final Set<String> types = new HashSet<>(BUILT_IN_TYPES);
    private List<Token> tokens = new ArrayList<>();
    private int start;
    private int depth;
    private Specifier specifier = Specifier.NONE;
    private boolean initializing;
    private boolean inBody;

    /** What of a structure's or enumeration's specifier has been seen. */
    private enum Specifier {
        NONE,
        KEYWORD,
        TAG
    }

    @Override
    public void token(Token token, String path, int line) {
        String word = token.text();
        int offset = text.append(word, path, line);
        if (tokens.isEmpty()) {
            start = offset;
        }
        tokens.add(token);
        if (Outline.opens(word)) {
            open(word);
        } else if (Outline.closes(word)) {
            depth--;
            if (depth == 0 && inBody && word.equals("}")) {
                end(offset + 1);
            }
        } else if (depth == 0) {
            if (word.equals(";")) {
                end(offset + 1);
            } else {
                outside(token);
            }
        }
    }

    private void open(String bracket) {
        if (depth == 0 && bracket.equals("{")) {
            inBody = specifier == Specifier.NONE && !initializing;
            specifier = Specifier.NONE;
        }
        depth++;
    }

    private void outside(Token token) {
        switch (token.text()) {
            case "struct", "union", "enum" -> specifier = Specifier.KEYWORD;
            case "=" -> initializing = true;
            case "," -> initializing = false;
            case "__attribute__", "__attribute", "_Alignas" -> {}
            default -> {
                boolean isTag = specifier == Specifier.KEYWORD && token.kind() == Token.Kind.IDENTIFIER;
                specifier = isTag ? Specifier.TAG : Specifier.NONE;
            }
        }
    }

    private void end(int end) {
        if (tokens.size() > 1) {
            Outline outline = Outline.of(tokens, types::contains);
            declarations.add(new TopLevel(start, end, outline.names(), outline.tags()));
            for (Outline.Name name : outline.names()) {
                if (name.isType()) {
                    types.add(name.text());
                }
            }
        }
        tokens = new ArrayList<>();
        depth = 0;
        specifier = Specifier.NONE;
        initializing = false;
        inBody = false;
    }

    UnitText text() {
        return text.build();
    }

    List<TopLevel> declarations() {
        return declarations;
    }

    static boolean isBuiltInType(String name) {
        return BUILT_IN_TYPES.contains(name);
    }
}
