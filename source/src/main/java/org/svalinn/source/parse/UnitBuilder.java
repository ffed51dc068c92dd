package org.svalinn.source.parse;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.svalinn.source.preprocess.Preprocessor;
import org.svalinn.source.preprocess.Token;

/** Cuts the tokens of a preprocessed unit into the declarations at file scope. */
final class UnitBuilder implements Preprocessor.Output {
    private final SiteMap.Builder sites = new SiteMap.Builder();
    private final List<TopLevel> declarations = new ArrayList<>();
    private final Set<String> types = new HashSet<>();
    private final StringBuilder text = new StringBuilder();
    private final List<Token> tokens = new ArrayList<>();
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
        sites.add(start + text.length(), path, line);
        text.append(word).append(' ');
        tokens.add(token);
        if (Outline.opens(word)) {
            open(word);
        } else if (Outline.closes(word)) {
            depth--;
            if (depth == 0 && inBody && word.equals("}")) {
                end();
            }
        } else if (depth == 0) {
            if (word.equals(";")) {
                end();
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

    private void end() {
        if (tokens.size() > 1) {
            Outline outline = Outline.of(tokens, name -> types.contains(name) || BuiltInTypes.has(name));
            declarations.add(
                    new TopLevel(declarations.size(), start, text.toString(), outline.names(), outline.tags()));
            for (Outline.Name name : outline.names()) {
                if (name.isType()) {
                    types.add(name.text());
                }
            }
        }
        start += text.length();
        text.setLength(0);
        tokens.clear();
        depth = 0;
        specifier = Specifier.NONE;
        initializing = false;
        inBody = false;
    }

    WholeUnit build(Footprint footprint) {
        return new WholeUnit(declarations, sites.build(), footprint);
    }
}
