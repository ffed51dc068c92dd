package org.svalinn.source.parse;

import java.util.List;
import java.util.Map;
import org.eclipse.cdt.core.dom.ast.IMacroBinding;
import org.eclipse.cdt.core.dom.parser.GNUScannerExtensionConfiguration;
import org.eclipse.cdt.core.parser.EndOfFileException;
import org.eclipse.cdt.core.parser.GCCKeywords;
import org.eclipse.cdt.core.parser.IGCCToken;
import org.eclipse.cdt.core.parser.IScanner;
import org.eclipse.cdt.core.parser.IToken;
import org.eclipse.cdt.core.parser.IncludeExportPatterns;
import org.eclipse.cdt.core.parser.Keywords;
import org.eclipse.cdt.core.parser.util.CharArrayIntMap;
import org.eclipse.cdt.internal.core.parser.scanner.ILocationResolver;
import org.eclipse.cdt.internal.core.parser.scanner.Lexer.LexerOptions;
import org.eclipse.cdt.internal.core.parser.scanner.LocationMap;
import org.eclipse.cdt.internal.core.parser.scanner.TokenWithImage;

/** Gives tokens that are preprocessed already to CDT's parser. */
final class TokenScanner implements IScanner {
    private static final CharArrayIntMap KEYWORDS = keywords();

    private final List<IToken> tokens;
    private final ILocationResolver locations = new LocationMap(new LexerOptions());
    private int next;

    TokenScanner(List<IToken> tokens) {
        this.tokens = tokens;
    }

    private static CharArrayIntMap keywords() {
        CharArrayIntMap keywords = new CharArrayIntMap(100, IToken.tIDENTIFIER);
        Keywords.addKeywordsC(keywords);
        GNUScannerExtensionConfiguration.addAdditionalGNUKeywords(keywords);
        keywords.put(GCCKeywords.cp__int128, IGCCToken.t__int128);
        return keywords;
    }

    /** CDT's token for a word of C. */
    static IToken word(String image, int offset) {
        char[] chars = image.toCharArray();
        int keyword = KEYWORDS.get(chars);
        return token(keyword < 0 ? IToken.tIDENTIFIER : keyword, offset, chars);
    }

    /** Whether a word is a keyword. */
    static boolean isKeyword(String word) {
        return KEYWORDS.containsKey(word.toCharArray());
    }

    /** CDT's token of that type. */
    static IToken token(int type, int offset, char[] image) {
        return new TokenWithImage(type, null, offset, offset + image.length, image);
    }

    @Override
    public IToken nextToken() throws EndOfFileException {
        if (next == tokens.size()) {
            throw new EndOfFileException(tokens.isEmpty() ? 0 : tokens.getLast().getEndOffset());
        }
        return tokens.get(next++);
    }

    @Override
    public ILocationResolver getLocationResolver() {
        return locations;
    }

    @Override
    public Map<String, IMacroBinding> getMacroDefinitions() {
        return Map.of();
    }

    @Override
    public boolean isOnTopContext() {
        return true;
    }

    @Override
    public char[] getAdditionalNumericLiteralSuffixes() {
        return new char[0];
    }

    @Override
    public int getCodeBranchNesting() {
        return 0;
    }

    @Override
    public void cancel() {}

    @Override
    public void setContentAssistMode(int offset) {}

    @Override
    public void setSplitShiftROperator(boolean split) {}

    @Override
    public void setComputeImageLocations(boolean compute) {}

    @Override
    public void setTrackIncludeExport(IncludeExportPatterns patterns) {}

    @Override
    public void setProcessInactiveCode(boolean process) {}

    @Override
    public void skipInactiveCode() {}
}
