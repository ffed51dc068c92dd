package org.svalinn.source.compile;

import java.util.HashSet;
import java.util.Set;
import org.eclipse.cdt.core.dom.ast.ASTVisitor;
import org.eclipse.cdt.core.dom.ast.IASTExpression;
import org.eclipse.cdt.core.dom.ast.IASTIdExpression;
import org.eclipse.cdt.core.dom.ast.IASTNode;
import org.eclipse.cdt.core.dom.ast.IASTUnaryExpression;

/**
 * Finds the variables that must be in memory because something points to them. It goes by names: a variable whose
 * namesake in the same function has its address taken is in memory as well, which costs a little and is never wrong.
 */
final class AddressTaken extends ASTVisitor {
    private final Set<String> names = new HashSet<>();

    private AddressTaken() {
        shouldVisitExpressions = true;
    }

    static Set<String> in(IASTNode function) {
        var visitor = new AddressTaken();
        function.accept(visitor);
        return visitor.names;
    }

    @Override
    public int visit(IASTExpression expression) {
        if (expression instanceof IASTUnaryExpression unary
                && unary.getOperator() == IASTUnaryExpression.op_amper
                && Expressions.withoutParentheses(unary.getOperand()) instanceof IASTIdExpression name) {
            names.add(name.getName().toString());
        }
        return PROCESS_CONTINUE;
    }
}
