package org.svalinn.source.tree;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A tree in memory. */
public final class TextTree implements SourceTree {
    private final Map<String, String> files = new HashMap<>();
    private final Set<String> leftOut = new HashSet<>();

    public TextTree with(String path, String text) {
        files.put(path, text);
        return this;
    }

    TextTree without(String path) {
        leftOut.add(path);
        return this;
    }

    @Override
    public String name() {
        return "the tree";
    }

    @Override
    public boolean exists(String path) {
        return files.containsKey(path);
    }

    @Override
    public @Nullable String text(String path) {
        return files.get(path);
    }

    @Override
    public @Nullable String stamp(String path) {
        String text = files.get(path);
        return text == null ? null : Stamps.of(text);
    }

    @Override
    public boolean keeps(String path) {
        return !leftOut.contains(path);
    }
}
