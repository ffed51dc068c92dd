package org.svalinn.source.parse;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.eclipse.cdt.core.dom.ast.ASTVisitor;
import org.eclipse.cdt.core.dom.ast.IASTDeclaration;
import org.eclipse.cdt.core.dom.ast.IASTNode;
import org.eclipse.cdt.core.dom.ast.IASTProblem;
import org.eclipse.cdt.internal.core.dom.parser.ASTNode;
import org.svalinn.explore.Site;
import org.svalinn.source.tree.BadInput;

/**
 * One file of the kernel with all that it includes. What it declares is known at once; a declaration is parsed when it
 * is first asked for.
 *
 * <p>A unit may come from the cache with only those declarations that were of use before. Nobody can tell, except by
 * the time it takes: asked for more, it reads the whole. May be used by several threads.
 */
public final class TranslationUnit {
    private final String path;
    private final Supplier<WholeUnit> reader;
    private final Consumer<Slice> cache;
    private final SortedMap<Integer, IASTDeclaration> parsed = new TreeMap<>();
    private final Set<Integer> keptBefore = new TreeSet<>();
    private final Map<String, List<TopLevel>> byKey = new HashMap<>();
    private final DeclarationParser parser;
    private UnitContent content;

    /**
     * A unit.
     *
     * @param reader gives the whole of it
     * @param cache keeps a slice of it
     */
    TranslationUnit(String path, UnitContent content, Supplier<WholeUnit> reader, Consumer<Slice> cache) {
        this.path = path;
        this.reader = reader;
        this.cache = cache;
        this.content = content;
        this.parser = new DeclarationParser(name -> this.content.isType(name) || BuiltInTypes.has(name));
        index();
    }

    private void index() {
        byKey.clear();
        for (TopLevel declaration : content.declarations()) {
            for (Outline.Name name : declaration.names()) {
                byKey.computeIfAbsent(name.text(), n -> new ArrayList<>(1)).add(declaration);
            }
            for (String tag : declaration.tags()) {
                byKey.computeIfAbsent(UnitContent.tagKey(tag), t -> new ArrayList<>(1))
                        .add(declaration);
            }
        }
    }

    /** The file, relative to its tree. */
    public String path() {
        return path;
    }

    /** Whether only a part of the unit has been read. */
    public synchronized boolean isSlice() {
        return content instanceof Slice;
    }

    /**
     * The declarations at file scope that declare an ordinary identifier, in the order of the text: a typedef, the
     * prototypes and the definition of a function, the declarations of a variable, the enumeration of a constant.
     *
     * @throws BadInput when one of them cannot be parsed
     */
    public synchronized List<IASTDeclaration> declarationsOf(String name) {
        return parse(find(name));
    }

    /**
     * The declarations at file scope in which a structure, union or enumeration of that tag is defined.
     *
     * @throws BadInput when one of them cannot be parsed
     */
    public synchronized List<IASTDeclaration> definitionsOfTag(String tag) {
        return parse(find(UnitContent.tagKey(tag)));
    }

    /**
     * Whether the file has the body of a function of that name, or declares a variable of that name as more than
     * {@code extern}. Nothing is read or parsed to answer it.
     */
    public synchronized boolean defines(String name) {
        return content.defines(name);
    }

    /**
     * All declarations at file scope in the order of the text. Parses them all.
     *
     * @throws BadInput when one of them cannot be parsed
     */
    public synchronized List<IASTDeclaration> declarations() {
        return parse(whole().declarations());
    }

    /** The text of all declarations at file scope after preprocessing, as a compiler could read it. */
    public synchronized String text() {
        StringBuilder joined = new StringBuilder();
        for (TopLevel declaration : whole().declarations()) {
            joined.append(declaration.text()).append('\n');
        }
        return joined.toString();
    }

    /** Where a node of this unit comes from: the place of the outermost macro's use if it is in a macro. */
    public synchronized Site site(IASTNode node) {
        IASTNode written = node;
        while (((ASTNode) written).getLength() == 0 && written.getParent() instanceof ASTNode parent) {
            written = parent; // an anonymous structure's name is nowhere
        }
        return content.site(((ASTNode) written).getOffset());
    }

    /**
     * Keeps in the cache what has been asked of this unit so far, together with what was there before, so that the
     * next run reads no more than that.
     */
    public synchronized void keep() {
        if (content instanceof WholeUnit whole) {
            Set<Integer> wanted = new TreeSet<>(keptBefore);
            wanted.addAll(parsed.keySet());
            cache.accept(Slice.of(whole, wanted));
        }
    }

    /** The declarations before they are parsed. */
    synchronized List<TopLevel> topLevels() {
        return whole().declarations();
    }

    private List<TopLevel> find(String key) {
        List<TopLevel> found = byKey.get(key);
        if (found == null && content.declares(key)) {
            whole();
            found = byKey.get(key);
        }
        return found == null ? List.of() : found;
    }

    private WholeUnit whole() {
        if (content instanceof WholeUnit whole) {
            return whole;
        }
        WholeUnit whole = reader.get();
        for (TopLevel declaration : content.declarations()) {
            if (!whole.declarations().get(declaration.ordinal()).equals(declaration)) {
                throw new BadInput(path + " or a header it includes was edited while it was read: run again");
            }
            keptBefore.add(declaration.ordinal());
        }
        content = whole;
        index();
        return whole;
    }

    private List<IASTDeclaration> parse(List<TopLevel> wanted) {
        List<IASTDeclaration> found = new ArrayList<>(wanted.size());
        for (TopLevel declaration : wanted) {
            found.add(parse(declaration));
        }
        return found;
    }

    private IASTDeclaration parse(TopLevel wanted) {
        IASTDeclaration known = parsed.get(wanted.ordinal());
        if (known == null) {
            known = parser.parse(wanted.text(), wanted.start());
            known.accept(new NoProblems());
            parsed.put(wanted.ordinal(), known);
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
