package org.svalinn.source.parse;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.cdt.core.dom.ast.ASTVisitor;
import org.eclipse.cdt.core.dom.ast.IASTDeclaration;
import org.eclipse.cdt.core.dom.ast.IASTNode;
import org.eclipse.cdt.core.dom.ast.IASTProblem;
import org.eclipse.cdt.internal.core.dom.parser.ASTNode;
import org.svalinn.explore.Site;
import org.svalinn.source.tree.BadInput;

/**
 * One file of the kernel with all that it includes. What it declares is known at once; a declaration is parsed when it
 * is first asked for. To be used by one thread at a time.
 */
public final class TranslationUnit {
    private final String path;
    private final UnitText text;
    private final List<TopLevel> declarations;
    private final Map<String, List<TopLevel>> byName = new HashMap<>();
    private final Map<String, List<TopLevel>> byTag = new HashMap<>();
    private final Set<String> types = new HashSet<>();
    private final Set<String> defined = new HashSet<>();
    private final Map<TopLevel, IASTDeclaration> parsed = new IdentityHashMap<>();
    private final DeclarationParser parser =
            new DeclarationParser(name -> types.contains(name) || UnitBuilder.isBuiltInType(name));

    TranslationUnit(String path, UnitText text, List<TopLevel> declarations) {
        this.path = path;
        this.text = text;
        this.declarations = List.copyOf(declarations);
        for (TopLevel declaration : declarations) {
            for (Outline.Name name : declaration.names()) {
                byName.computeIfAbsent(name.text(), n -> new ArrayList<>(1)).add(declaration);
                if (name.isType()) {
                    types.add(name.text());
                }
                if (name.isDefinition()) {
                    defined.add(name.text());
                }
            }
            for (String tag : declaration.tags()) {
                byTag.computeIfAbsent(tag, t -> new ArrayList<>(1)).add(declaration);
            }
        }
    }

    /** The file, relative to its tree. */
    public String path() {
        return path;
    }

    /**
     * The declarations at file scope that declare an ordinary identifier, in the order of the text: a typedef, the
     * prototypes and the definition of a function, the declarations of a variable, the enumeration of a constant.
     */
    public List<IASTDeclaration> declarationsOf(String name) {
        return parse(byName.getOrDefault(name, List.of()));
    }

    /** The declarations at file scope in which a structure, union or enumeration of that tag is defined. */
    public List<IASTDeclaration> definitionsOfTag(String tag) {
        return parse(byTag.getOrDefault(tag, List.of()));
    }

    /**
     * Whether the file has the body of a function of that name, or declares a variable of that name as more than
     * {@code extern}. Nothing is parsed to answer it.
     */
    public boolean defines(String name) {
        return defined.contains(name);
    }

    /** All declarations at file scope in the order of the text. To parse them all takes long. */
    public List<IASTDeclaration> declarations() {
        return parse(declarations);
    }

    /** Where a node comes from: the place of the outermost macro's use if it is in a macro. */
    public Site site(IASTNode node) {
        return text.site(((ASTNode) node).getOffset());
    }

    private List<IASTDeclaration> parse(List<TopLevel> wanted) {
        List<IASTDeclaration> found = new ArrayList<>(wanted.size());
        for (TopLevel declaration : wanted) {
            found.add(parse(declaration));
        }
        return found;
    }

    private IASTDeclaration parse(TopLevel wanted) {
        IASTDeclaration known = parsed.get(wanted);
        if (known == null) {
            known = parser.parse(text.text().substring(wanted.start(), wanted.end()), wanted.start());
            known.accept(new NoProblems());
            parsed.put(wanted, known);
        }
        return known;
    }

    /** Stops at the first piece of text that could not be parsed. */
    private final class NoProblems extends ASTVisitor {
        NoProblems() {
            shouldVisitProblems = true;
        }

        @Override
        public int visit(IASTProblem problem) {
            Site site = site(problem);
            throw new BadInput(site.file() + ":" + site.line() + ": cannot parse this C: " + problem.getMessage());
        }
    }
}
