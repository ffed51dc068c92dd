package org.svalinn.source.floor;

import org.svalinn.source.type.ArrayType;
import org.svalinn.source.type.CType;
import org.svalinn.source.type.Field;
import org.svalinn.source.type.RecordType;

/** Names what lies at an offset of an object, as C would write it. */
final class FieldPath {
    private FieldPath() {}

    /** The path of the innermost member that holds this offset, such as {@code .mn.users} or {@code .fd[2]}; may be empty. */
    static String at(CType type, long offset) {
        switch (type.plain()) {
            case RecordType record -> {
                for (Field field : record.fields()) {
                    long within = offset - field.offset();
                    if (within >= 0 && within < Math.max(1, field.type().size())) {
                        return (field.name().isEmpty() ? "" : "." + field.name()) + at(field.type(), within);
                    }
                }
                return "";
            }
            case ArrayType array when array.element().size() > 0 -> {
                long index = offset / array.element().size();
                return "[" + index + "]" + at(array.element(), offset % array.element().size());
            }
            default -> {
                return "";
            }
        }
    }

    /** The offset of the first member of this record type inside of {@code type}, or -1. */
    static long find(CType type, String tag) {
        if (!(type.plain() instanceof RecordType record)) {
            return -1;
        }
        if (record.tag().equals(tag)) {
            return 0;
        }
        for (Field field : record.fields()) {
            long inner = find(field.type(), tag);
            if (inner >= 0) {
                return field.offset() + inner;
            }
        }
        return -1;
    }
}
