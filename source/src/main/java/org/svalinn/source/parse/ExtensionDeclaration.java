package org.svalinn.source.parse;

import org.eclipse.cdt.core.dom.ast.ASTVisitor;
import org.eclipse.cdt.core.dom.ast.IASTDeclaration;

/** A declaration, or a statement in the form of one, that CDT does not know. */
abstract class ExtensionDeclaration extends ExtensionNode implements IASTDeclaration {
    @Override
    public IASTDeclaration copy() {
        throw notCopied();
    }

    @Override
    public IASTDeclaration copy(CopyStyle style) {
        throw notCopied();
    }

    @Override
    public final boolean accept(ASTVisitor visitor) {
        if (visitor.shouldVisitDeclarations) {
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
                && !(visitor.shouldVisitDeclarations && visitor.leave(this) == ASTVisitor.PROCESS_ABORT);
    }
}
