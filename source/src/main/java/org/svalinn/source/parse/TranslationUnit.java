package org.svalinn.source.parse;

import java.util.List;
import org.eclipse.cdt.core.dom.ast.IASTDeclaration;
import org.eclipse.cdt.core.dom.ast.IASTFileLocation;
import org.eclipse.cdt.core.dom.ast.IASTNode;
import org.eclipse.cdt.core.dom.ast.IASTTranslationUnit;
import org.svalinn.explore.Site;

/** One file of the kernel with all that it includes, as a syntax tree. */
public final class TranslationUnit {
    private final String path;
    private final IASTTranslationUnit ast;

    TranslationUnit(String path, IASTTranslationUnit ast) {
        this.path = path;
        this.ast = ast;
    }

    /** The file, relative to its tree. */
    public String path() {
        return path;
    }

    /** The syntax tree of the preprocessed text. */
    public IASTTranslationUnit ast() {
        return ast;
    }

    /** The declarations at file scope in the order of the text. */
    public List<IASTDeclaration> declarations() {
        return List.of(ast.getDeclarations());
    }

    /** Where a node comes from: the place of the outermost macro's use if it is in a macro. */
    public Site site(IASTNode node) {
        IASTFileLocation location = node.getFileLocation();
        return location == null ? new Site(path, 0, "") : new Site(location.getFileName().substring(1), location.getStartingLineNumber(), "");
    }
}
