package org.svalinn.source.parse;

import org.eclipse.cdt.core.dom.ast.IASTTypeId;

/** {@code __builtin_types_compatible_p(first, second)}. */
public final class TypesCompatible extends ExtensionExpression {
    TypesCompatible(IASTTypeId first, IASTTypeId second) {
        adopt(first);
        adopt(second);
    }

    /** The first type. */
    public IASTTypeId first() {
        return (IASTTypeId) child(0);
    }

    /** The second type. */
    public IASTTypeId second() {
        return (IASTTypeId) child(1);
    }
}
