package org.svalinn.source.compile;

import org.eclipse.cdt.core.dom.ast.ASTVisitor;
import org.eclipse.cdt.core.dom.ast.IASTBreakStatement;
import org.eclipse.cdt.core.dom.ast.IASTContinueStatement;
import org.eclipse.cdt.core.dom.ast.IASTGotoStatement;
import org.eclipse.cdt.core.dom.ast.IASTNode;
import org.eclipse.cdt.core.dom.ast.IASTReturnStatement;
import org.eclipse.cdt.core.dom.ast.IASTStatement;

/** Finds statements by which control may leave what is around them; some only leave a loop inside of it. */
final class Departures extends ASTVisitor {
    private boolean found;

    private Departures() {
        shouldVisitStatements = true;
    }

    static boolean areIn(IASTNode node) {
        var visitor = new Departures();
        node.accept(visitor);
        return visitor.found;
    }

    @Override
    public int visit(IASTStatement statement) {
        found |= statement instanceof IASTReturnStatement
                || statement instanceof IASTGotoStatement
                || statement instanceof IASTBreakStatement
                || statement instanceof IASTContinueStatement;
        return found ? PROCESS_ABORT : PROCESS_CONTINUE;
    }
}
