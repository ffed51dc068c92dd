package org.svalinn.source.parse;

import org.eclipse.cdt.core.dom.ast.IASTExpression;

/** {@code _Static_assert(condition, message)} (C11 6.7.10). */
public final class StaticAssertion extends ExtensionDeclaration {
    private final String message;

    StaticAssertion(IASTExpression condition, String message) {
        adopt(condition);
        this.message = message;
    }

    /** The constant expression that must not be 0. */
    public IASTExpression condition() {
        return (IASTExpression) child(0);
    }

    /** The message, without quotes; empty when there is none. */
    public String message() {
        return message;
    }
}
