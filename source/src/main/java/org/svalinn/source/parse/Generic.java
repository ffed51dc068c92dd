package org.svalinn.source.parse;

import java.util.ArrayList;
import java.util.List;
import org.eclipse.cdt.core.dom.ast.IASTExpression;
import org.eclipse.cdt.core.dom.ast.IASTTypeId;
import org.jspecify.annotations.Nullable;

/** {@code _Generic(control, type: value, ..., default: value)} (C11 6.5.1.1). */
public final class Generic extends ExtensionExpression {
    private final List<@Nullable IASTTypeId> types;

    Generic(IASTExpression control, List<@Nullable IASTTypeId> types, List<IASTExpression> values) {
        adopt(control);
        for (int i = 0; i < values.size(); i++) {
            IASTTypeId type = types.get(i);
            if (type != null) {
                adopt(type);
            }
            adopt(values.get(i));
        }
        this.types = types;
    }

    /** The expression whose type selects; it is not evaluated. */
    public IASTExpression control() {
        return (IASTExpression) child(0);
    }

    /** The associations in order; at most one has no type: the default. */
    public List<Association> associations() {
        List<Association> associations = new ArrayList<>();
        int at = 1;
        for (IASTTypeId type : types) {
            at += type == null ? 0 : 1;
            associations.add(new Association(type, (IASTExpression) child(at)));
            at++;
        }
        return associations;
    }

    /**
     * One {@code type: value}.
     *
     * @param type null for {@code default}
     */
    public record Association(@Nullable IASTTypeId type, IASTExpression value) {}
}
