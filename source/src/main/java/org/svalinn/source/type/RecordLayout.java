package org.svalinn.source.type;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where the members of a struct or union lie: the System V rules that gcc and clang follow on LP64 machines, with the
 * GNU attributes {@code packed} and {@code aligned}.
 *
 * <p>A member starts at the next multiple of its alignment. A bit-field goes right behind the last bit in use unless it
 * would cross a boundary of its declared type's size; then it starts at that boundary. A packed bit-field crosses. A
 * bit-field of width 0 ends the current unit. An unnamed bit-field takes room but lends the record no alignment.
 */
public final class RecordLayout {
    static final RecordLayout EMPTY = new RecordLayout(List.of(), 0, 1);

    private final List<Field> fields;
    private final Map<String, Field> byName = new HashMap<>();
    private final long size;
    private final int alignment;

    private RecordLayout(List<Field> fields, long size, int alignment) {
        this.fields = List.copyOf(fields);
        this.size = size;
        this.alignment = alignment;
        for (Field field : fields) {
            if (!field.name().isEmpty()) {
                byName.putIfAbsent(field.name(), field);
            } else if (field.type().plain() instanceof RecordType inner) {
                inner.layout().byName.forEach((name, nested) -> byName.putIfAbsent(name, nested.within(field.offset())));
            }
        }
    }

    /**
     * Lays out members in their order.
     *
     * @param packed whether an attribute packs the whole record
     * @param minimum the least alignment of the record, from its attribute
     */
    public static RecordLayout of(boolean union, boolean packed, int minimum, List<Member> members) {
        var fields = new ArrayList<Field>();
        long bits = 0;
        long extent = 0;
        int alignment = Math.max(1, minimum);
        for (Member member : members) {
            boolean isPacked = packed || member.isPacked();
            int own = isPacked
                    ? Math.max(1, member.alignment())
                    : Math.max(member.type().alignment(), member.alignment());
            if (union) {
                bits = 0;
            }
            if (member.width() >= 0) {
                long unit = member.type().size() * 8;
                if (member.width() == 0) {
                    bits = roundUp(bits, unit);
                    continue;
                }
                if (member.alignment() > 0) {
                    bits = roundUp(bits, member.alignment() * 8L);
                }
                if (!isPacked && bits / unit != (bits + member.width() - 1) / unit) {
                    bits = roundUp(bits, unit);
                }
                if (!member.name().isEmpty()) {
                    fields.add(new Field(member.name(), member.type(), bits / 8, (int) (bits % 8), member.width()));
                    alignment = Math.max(alignment, own);
                }
                bits += member.width();
            } else {
                bits = roundUp(bits, own * 8L);
                fields.add(new Field(member.name(), member.type(), bits / 8, -1, 0));
                bits += member.type().size() * 8;
                alignment = Math.max(alignment, own);
            }
            extent = Math.max(extent, bits);
        }
        return new RecordLayout(fields, roundUp(extent, alignment * 8L) / 8, alignment);
    }

    private static long roundUp(long value, long multiple) {
        return (value + multiple - 1) / multiple * multiple;
    }

    public List<Field> fields() {
        return fields;
    }

    public long size() {
        return size;
    }

    public int alignment() {
        return alignment;
    }

    /** The field of this name, also inside anonymous members. */
    public Optional<Field> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }
}
