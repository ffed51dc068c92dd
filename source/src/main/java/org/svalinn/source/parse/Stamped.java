package org.svalinn.source.parse;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.svalinn.source.tree.SourceTree;

/**
 * A tree whose files keep the stamps they had when they were first seen, before their texts were read: an edit made
 * meanwhile is noticed by the next run.
 */
final class Stamped implements SourceTree {
    private static final String ABSENT = "";

    private final SourceTree tree;
    private final Map<String, String> stamps = new ConcurrentHashMap<>();

    Stamped(SourceTree tree) {
        this.tree = tree;
    }

    @Override
    public String name() {
        return tree.name();
    }

    @Override
    public boolean exists(String path) {
        return stamp(path) != null;
    }

    @Override
    public @Nullable String text(String path) {
        return stamp(path) == null ? null : tree.text(path);
    }

    @Override
    public @Nullable String stamp(String path) {
        String stamp = stamps.computeIfAbsent(path, p -> {
            String now = tree.stamp(p);
            return now == null ? ABSENT : now;
        });
        return stamp.equals(ABSENT) ? null : stamp;
    }
}
