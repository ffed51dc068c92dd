package org.svalinn.source.tree;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Paths in a tree. */
public final class Paths {
    private Paths() {}

    /**
     * What {@code path} means seen from a folder of the tree, without {@code .} and {@code ..}.
     *
     * @param folder empty for the root, else with a {@code /} at its end
     * @return null when it is absolute or leaves the tree
     */
    public static @Nullable String resolve(String folder, String path) {
        if (path.startsWith("/") || path.indexOf('\\') >= 0 || path.indexOf('\0') >= 0) {
            return null;
        }
        List<String> parts = new ArrayList<>();
        for (String part : (folder + path).split("/", -1)) {
            if (part.equals("..")) {
                if (parts.isEmpty()) {
                    return null;
                }
                parts.removeLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return String.join("/", parts);
    }
}
