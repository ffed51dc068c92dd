package org.svalinn.source.type;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A struct or union. It is laid out when first asked, since most of the thousands that the kernel's headers declare
 * are never used; until it is defined it is incomplete. Two records are the same type only if they are the same object.
 */
public final class RecordType implements CType {
    private final String tag;
    private final boolean union;
    private @Nullable Supplier<RecordLayout> definition;
    private @Nullable RecordLayout layout;
    private boolean isBeingLaidOut;

    /** An incomplete record. */
    public RecordType(String tag, boolean union) {
        this.tag = tag;
        this.union = union;
    }

    /** Gives the record its members, to be asked for when they are needed. */
    public void define(Supplier<RecordLayout> definition) {
        this.definition = definition;
    }

    public String tag() {
        return tag;
    }

    public boolean isUnion() {
        return union;
    }

    public boolean isDefined() {
        return definition != null;
    }

    /** Its layout; that of an incomplete record is empty. */
    public RecordLayout layout() {
        RecordLayout known = layout;
        if (known != null) {
            return known;
        }
        if (definition == null) {
            return RecordLayout.EMPTY;
        }
        if (isBeingLaidOut) {
            throw new IllegalStateException(this + " contains itself");
        }
        isBeingLaidOut = true;
        try {
            RecordLayout made = definition.get();
            layout = made;
            return made;
        } finally {
            isBeingLaidOut = false;
        }
    }

    public List<Field> fields() {
        return layout().fields();
    }

    /** The field of this name, also inside anonymous members; its offset is from the start of this record. */
    public Optional<Field> find(String name) {
        return layout().find(name);
    }

    /**
     * The field at a dotted path such as {@code context.id}; its offset is from the start of this record.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Field field(String path) {
        RecordType record = this;
        Field field = null;
        for (String name : path.split("\\.")) {
            if (field != null) {
                record = field.type().plain() instanceof RecordType inner ? inner : new RecordType("", false);
            }
            Field found = record.find(name)
                    .orElseThrow(() -> new IllegalArgumentException(this + " has no field " + path));
            field = field == null ? found : found.within(field.offset());
        }
        if (field == null) {
            throw new IllegalArgumentException("empty path");
        }
        return field;
    }

    /** The offset in bytes of the field at a dotted path. */
    public long offset(String path) {
        return field(path).offset();
    }

    @Override
    public long size() {
        return layout().size();
    }

    @Override
    public int alignment() {
        return layout().alignment();
    }

    @Override
    public String toString() {
        return (union ? "union " : "struct ") + tag;
    }
}
