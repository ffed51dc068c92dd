package org.svalinn.source.parse;

import org.eclipse.cdt.core.dom.ast.IASTExpression;
import org.eclipse.cdt.core.dom.ast.IASTTypeId;

/**
 * {@code __builtin_offsetof(type, member)}. The member, such as {@code a.b[2].c}, is parsed as if it were an
 * expression: field references and subscripts over a name that is the outermost member.
 */
public final class OffsetOf extends ExtensionExpression {
    OffsetOf(IASTTypeId type, IASTExpression member) {
        adopt(type);
        adopt(member);
    }

    /** The structure or union. */
    public IASTTypeId type() {
        return (IASTTypeId) child(0);
    }

    /** What is looked for in it; the innermost name in it is a member of {@link #type}, not a variable. */
    public IASTExpression member() {
        return (IASTExpression) child(1);
    }
}
