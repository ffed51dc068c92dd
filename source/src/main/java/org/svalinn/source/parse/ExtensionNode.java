package org.svalinn.source.parse;

import java.util.ArrayList;
import java.util.List;
import org.eclipse.cdt.core.dom.ast.ASTNodeProperty;
import org.eclipse.cdt.core.dom.ast.ASTVisitor;
import org.eclipse.cdt.core.dom.ast.IASTNode;
import org.eclipse.cdt.internal.core.dom.parser.ASTNode;
import org.eclipse.cdt.internal.core.dom.parser.IASTAmbiguityParent;

/**
 * A node for syntax that CDT's own tree has no word for. Its children are ordinary nodes in the order of the text;
 * CDT replaces a child in place once it has resolved an ambiguity in it.
 */
abstract class ExtensionNode extends ASTNode implements IASTAmbiguityParent {
    private static final ASTNodeProperty CHILD = new ASTNodeProperty("ExtensionNode.CHILD");

    private final List<IASTNode> children = new ArrayList<>();

    /** Makes {@code node} the next child. */
    final void adopt(IASTNode node) {
        node.setParent(this);
        node.setPropertyInParent(CHILD);
        children.add(node);
    }

    final IASTNode child(int index) {
        return children.get(index);
    }

    @Override
    public final IASTNode[] getChildren() {
        return children.toArray(new IASTNode[0]);
    }

    @Override
    public final void replace(IASTNode child, IASTNode other) {
        int index = children.indexOf(child);
        other.setParent(this);
        other.setPropertyInParent(CHILD);
        children.set(index, other);
    }

    /** Visits the children in order; a child may be replaced meanwhile. */
    final boolean acceptChildren(ASTVisitor visitor) {
        for (int i = 0; i < children.size(); i++) {
            if (!children.get(i).accept(visitor)) {
                return false;
            }
        }
        return true;
    }

    static UnsupportedOperationException notCopied() {
        return new UnsupportedOperationException("syntax trees of kernel files are not copied");
    }
}
