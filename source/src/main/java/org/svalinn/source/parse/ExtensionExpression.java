package org.svalinn.source.parse;

import org.eclipse.cdt.core.dom.ast.ASTVisitor;
import org.eclipse.cdt.core.dom.ast.IASTExpression;
import org.eclipse.cdt.core.dom.ast.IType;
import org.eclipse.cdt.internal.core.dom.parser.ProblemType;

/** An expression that CDT does not know. CDT's types and bindings are not used, so it has none for CDT. */
abstract class ExtensionExpression extends ExtensionNode implements IASTExpression {
    @Override
    public final IType getExpressionType() {
        return ProblemType.UNKNOWN_FOR_EXPRESSION;
    }

    @Override
    public final boolean isLValue() {
        return false;
    }

    @Override
    public final ValueCategory getValueCategory() {
        return ValueCategory.PRVALUE;
    }

    @Override
    public final IASTExpression copy() {
        throw notCopied();
    }

    @Override
    public final IASTExpression copy(CopyStyle style) {
        throw notCopied();
    }

    @Override
    public final boolean accept(ASTVisitor visitor) {
        if (visitor.shouldVisitExpressions) {
            switch (visitor.visit(this)) {
                case ASTVisitor.PROCESS_ABORT:
                    return false;
                case ASTVisitor.PROCESS_SKIP:
                    return true;
                default:
                    break;
            }
        }
        return acceptChildren(visitor)
                && !(visitor.shouldVisitExpressions && visitor.leave(this) == ASTVisitor.PROCESS_ABORT);
    }
}
