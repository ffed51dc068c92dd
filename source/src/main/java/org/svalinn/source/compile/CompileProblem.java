package org.svalinn.source.compile;

import org.eclipse.cdt.core.dom.ast.IASTNode;

/** Something in the C that the compiler does not translate. It becomes a failure when that place is reached. */
final class CompileProblem extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient IASTNode node;

    CompileProblem(String message, IASTNode node) {
        super(message, null, false, false);
        this.node = node;
    }

    IASTNode node() {
        return node;
    }

    String text() {
        return String.valueOf(getMessage());
    }
}
