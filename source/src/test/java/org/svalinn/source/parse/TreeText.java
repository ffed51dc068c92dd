package org.svalinn.source.parse;

import org.eclipse.cdt.core.dom.ast.IASTBinaryExpression;
import org.eclipse.cdt.core.dom.ast.IASTDeclSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTLiteralExpression;
import org.eclipse.cdt.core.dom.ast.IASTName;
import org.eclipse.cdt.core.dom.ast.IASTNode;
import org.eclipse.cdt.core.dom.ast.IASTSimpleDeclSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTUnaryExpression;

/** A syntax tree written out, for tests to compare. */
final class TreeText {
    private TreeText() {}

    /** The tree of {@code root} with its names, operators and sites. */
    static String of(IASTNode root, TranslationUnit unit) {
        StringBuilder text = new StringBuilder();
        write(root, unit, text);
        return text.toString();
    }

    private static void write(IASTNode node, TranslationUnit unit, StringBuilder text) {
        text.append(node.getClass().getSimpleName());
        switch (node) {
            case IASTName name -> text.append(' ').append(name);
            case IASTLiteralExpression literal -> text.append(' ').append(literal);
            case IASTBinaryExpression binary -> text.append(' ').append(binary.getOperator());
            case IASTUnaryExpression unary -> text.append(' ').append(unary.getOperator());
            case IASTSimpleDeclSpecifier simple ->
                text.append(' ').append(simple.getType()).append(simple.isUnsigned()).append(simple.isLong());
            case IASTDeclSpecifier specifier ->
                text.append(' ').append(specifier.getStorageClass()).append(specifier.isConst());
            default -> {}
        }
        text.append('@').append(unit.site(node)).append('(');
        for (IASTNode child : node.getChildren()) {
            write(child, unit, text);
        }
        text.append(')');
    }
}
