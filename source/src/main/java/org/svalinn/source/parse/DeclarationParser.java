package org.svalinn.source.parse;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.eclipse.cdt.core.dom.ast.IASTDeclaration;
import org.eclipse.cdt.core.parser.IToken;
import org.svalinn.source.preprocess.Lexer;
import org.svalinn.source.preprocess.Token;

/**
 * Parses one declaration at file scope by itself.
 *
 * <p>What C's grammar needs to know of the rest of the file is only which identifiers name types: it decides whether
 * {@code (a)(b)} is a cast or a call, and {@code a * b;} a declaration or a product. CDT parses both ways and asks its
 * bindings afterwards. So the declaration is preceded by two that declare all the identifiers it uses, those that name
 * types as types, the others as objects, and CDT comes to the right answer by its own rules of scope.
 */
final class DeclarationParser {
    private final Predicate<String> types;

    /** @param types says which identifiers name types in the file */
    DeclarationParser(Predicate<String> types) {
        this.types = types;
    }

    /** The syntax tree of the declaration in {@code text}, with offsets as if it began at {@code start}. */
    IASTDeclaration parse(String text, int start) {
        List<IToken> all = new ArrayList<>();
        int introductions = introduce(Lexer.tokens(text), all);
        addTokens(text, start, all);
        IASTDeclaration[] declarations = new KernelParser(new TokenScanner(all)).parse().getDeclarations();
        return declarations[introductions];
    }

    /** Declares the identifiers; gives the number of declarations. Their offsets are before all others. */
    private int introduce(List<Token> tokens, List<IToken> out) {
        Set<String> typeNames = new LinkedHashSet<>();
        Set<String> otherNames = new LinkedHashSet<>();
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            boolean isMember = i > 0 && (tokens.get(i - 1).text().equals(".") || tokens.get(i - 1).text().equals("->"));
            if (token.kind() == Token.Kind.IDENTIFIER && !isMember && !TokenScanner.isKeyword(token.text())) {
                (types.test(token.text()) ? typeNames : otherNames).add(token.text());
            }
        }
        int offset = -2 * (typeNames.size() + otherNames.size()) - 4;
        int declarations = 0;
        if (!typeNames.isEmpty()) {
            out.add(TokenScanner.word("typedef", offset++));
            offset = declare(typeNames, offset, out);
            declarations++;
        }
        if (!otherNames.isEmpty()) {
            declare(otherNames, offset, out);
            declarations++;
        }
        return declarations;
    }

    private static int declare(Set<String> names, int from, List<IToken> out) {
        int offset = from;
        out.add(TokenScanner.word("int", offset));
        boolean first = true;
        for (String name : names) {
            if (!first) {
                out.add(TokenScanner.token(IToken.tCOMMA, offset, new char[] {','}));
            }
            first = false;
            out.add(TokenScanner.word(name, ++offset));
            offset++;
        }
        out.add(TokenScanner.token(IToken.tSEMI, offset, new char[] {';'}));
        return offset + 1;
    }

    /** Appends CDT's tokens for {@code text}, with offsets as if it began at {@code start}. */
    static void addTokens(String text, int start, List<IToken> out) {
        List<Token> tokens = Lexer.tokens(text);
        int at = 0;
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            int offset = text.indexOf(token.text(), at);
            at = offset + token.text().length();
            int joined = i;
            StringBuilder literal = new StringBuilder(token.text());
            while (token.kind() == Token.Kind.STRING && isString(tokens, joined + 1)) {
                String next = tokens.get(++joined).text();
                literal.setLength(literal.length() - 1);
                literal.append(next, 1, next.length());
                at = text.indexOf(next, at) + next.length();
            }
            i = joined;
            out.add(convert(token, literal.toString(), start + offset));
        }
    }

    private static boolean isString(List<Token> tokens, int index) {
        return index < tokens.size()
                && tokens.get(index).kind() == Token.Kind.STRING
                && tokens.get(index).text().startsWith("\"");
    }

    private static IToken convert(Token token, String image, int offset) {
        return switch (token.kind()) {
            case IDENTIFIER -> TokenScanner.word(image, offset);
            case NUMBER -> TokenScanner.token(
                    isFloating(image) ? IToken.tFLOATINGPT : IToken.tINTEGER, offset, image.toCharArray());
            case STRING -> TokenScanner.token(
                    image.startsWith("\"") ? IToken.tSTRING : IToken.tLSTRING, offset, image.toCharArray());
            case CHARACTER -> TokenScanner.token(
                    image.startsWith("'") ? IToken.tCHAR : IToken.tLCHAR, offset, image.toCharArray());
            case PUNCTUATOR -> TokenScanner.token(Punctuators.type(image), offset, image.toCharArray());
            case OTHER, PLACEMARKER, END -> TokenScanner.token(IToken.tUNKNOWN_CHAR, offset, image.toCharArray());
        };
    }

    private static boolean isFloating(String number) {
        boolean hexadecimal = number.startsWith("0x") || number.startsWith("0X");
        for (int i = 0; i < number.length(); i++) {
            char c = Character.toLowerCase(number.charAt(i));
            if (c == '.' || (hexadecimal ? c == 'p' : c == 'e')) {
                return true;
            }
        }
        return false;
    }
}
