package org.svalinn.source.parse;

import org.eclipse.cdt.core.dom.ast.IASTExpression;
import org.eclipse.cdt.core.dom.ast.IASTTypeId;

/** {@code __builtin_va_arg(list, type)}. */
public final class VaArg extends ExtensionExpression {
    VaArg(IASTExpression list, IASTTypeId type) {
        adopt(list);
        adopt(type);
    }

    /** The {@code va_list} that is advanced. */
    public IASTExpression list() {
        return (IASTExpression) child(0);
    }

    /** The type of the argument that is taken. */
    public IASTTypeId type() {
        return (IASTTypeId) child(1);
    }
}
