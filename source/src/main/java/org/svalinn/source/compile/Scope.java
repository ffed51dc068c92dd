package org.svalinn.source.compile;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.svalinn.source.type.RecordType;

/** The names that a block, or a file, adds to those around it. */
class Scope {
    private final @Nullable Scope outer;
    private final Map<String, Symbol> identifiers = new HashMap<>();
    private final Map<String, Tag> tags = new HashMap<>();

    /** What stands behind {@code struct name}, {@code union name} or {@code enum name}. */
    sealed interface Tag {
        record OfRecord(RecordType type) implements Tag {}

        record OfEnum(EnumDefinition definition) implements Tag {}
    }

    Scope(@Nullable Scope outer) {
        this.outer = outer;
    }

    final void declare(Symbol symbol) {
        identifiers.put(symbol.name(), symbol);
    }

    final void declareTag(String name, Tag tag) {
        tags.put(name, tag);
    }

    final @Nullable Symbol find(String name) {
        Symbol own = findHere(name);
        return own != null || outer == null ? own : outer.find(name);
    }

    @Nullable Symbol findHere(String name) {
        return identifiers.get(name);
    }

    final @Nullable Tag findTag(String name) {
        Tag own = findTagHere(name);
        return own != null || outer == null ? own : outer.findTag(name);
    }

    @Nullable Tag findTagHere(String name) {
        return tags.get(name);
    }

    /** The scope of the file. */
    FileScope file() {
        if (outer == null) {
            throw new IllegalStateException("a scope outside of any file");
        }
        return outer.file();
    }
}
