package org.svalinn.source.preprocess;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.svalinn.source.tree.Paths;
import org.svalinn.source.tree.SourceTree;

/**
 * The files that includes find, cut into lines once for all translation units of a tree. May be used by several
 * threads.
 */
public final class Headers {
    private final SourceTree tree;
    private final List<String> searchPath;
    private final Map<String, Optional<SourceFile>> files = new ConcurrentHashMap<>();
    private final Map<Query, Found> found = new ConcurrentHashMap<>();
    private final Map<String, String> names = new ConcurrentHashMap<>();
    private final UnaryOperator<String> interner = name -> {
        String known = names.putIfAbsent(name, name);
        return known == null ? name : known;
    };

    /**
     * Headers of a tree.
     *
     * @param searchPath folders of the tree in the order of search; the root is the empty string
     */
    public Headers(SourceTree tree, List<String> searchPath) {
        this.tree = tree;
        this.searchPath = List.copyOf(searchPath);
    }

    /** The file of that path, null if the tree has none. */
    @Nullable SourceFile file(String path) {
        return files.computeIfAbsent(path, p -> {
                    String text = tree.text(p);
                    return text == null ? Optional.empty() : Optional.of(SourceFile.of(p, text, interner));
                })
                .orElse(null);
    }

    /** A text that is in no tree, cut into lines. */
    SourceFile cut(String path, String text) {
        return SourceFile.of(path, text, interner);
    }

    /** What {@code #include <name>} means. */
    Found find(String name) {
        return found.computeIfAbsent(new Query(name, 0), this::search);
    }

    /** What {@code #include "name"} in {@code includer} means. */
    Found findQuoted(String name, String includer) {
        String beside = Paths.resolve(includer.substring(0, includer.lastIndexOf('/') + 1), name);
        if (beside == null) {
            return find(name);
        }
        if (tree.exists(beside)) {
            return new Found(beside, -1, List.of());
        }
        Found further = find(name);
        List<String> absent = new ArrayList<>(further.absent());
        absent.add(beside);
        return new Found(further.path(), further.folder(), absent);
    }

    /** What {@code #include_next <name>} means in a file that was found in the folder of that index. */
    Found findNext(String name, int folder) {
        return found.computeIfAbsent(new Query(name, folder + 1), this::search);
    }

    private Found search(Query query) {
        List<String> absent = new ArrayList<>();
        for (int i = query.from(); i < searchPath.size(); i++) {
            String folder = searchPath.get(i);
            String path = Paths.resolve(folder.isEmpty() ? "" : folder + "/", query.name());
            if (path == null) {
                continue;
            }
            if (tree.exists(path)) {
                return new Found(path, i, List.copyOf(absent));
            }
            absent.add(path);
        }
        return new Found(null, searchPath.size(), List.copyOf(absent));
    }

    private record Query(String name, int from) {}

    /**
     * What an include means.
     *
     * @param path null when nothing is found
     * @param folder the index in the search path, -1 when it lay beside its includer
     * @param absent where it was looked for in vain before
     */
    record Found(@Nullable String path, int folder, List<String> absent) {}
}
