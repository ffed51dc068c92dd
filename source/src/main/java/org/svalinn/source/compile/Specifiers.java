package org.svalinn.source.compile;

import java.util.ArrayList;
import java.util.List;
import org.eclipse.cdt.core.dom.ast.IASTDeclSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTDeclaration;
import org.eclipse.cdt.core.dom.ast.IASTFunctionDefinition;
import org.eclipse.cdt.core.dom.ast.IASTSimpleDeclaration;
import org.eclipse.cdt.core.dom.ast.c.ICASTCompositeTypeSpecifier;

/** The type specifiers that a declaration at file scope holds: its own, and those of the members inside of it. */
final class Specifiers {
    private Specifiers() {}

    static List<IASTDeclSpecifier> in(IASTDeclaration declaration) {
        var specifiers = new ArrayList<IASTDeclSpecifier>();
        collect(declaration, specifiers);
        return specifiers;
    }

    private static void collect(IASTDeclaration declaration, List<IASTDeclSpecifier> specifiers) {
        if (declaration instanceof IASTFunctionDefinition function) {
            collect(function.getDeclSpecifier(), specifiers);
        } else if (declaration instanceof IASTSimpleDeclaration simple) {
            collect(simple.getDeclSpecifier(), specifiers);
        }
    }

    private static void collect(IASTDeclSpecifier specifier, List<IASTDeclSpecifier> specifiers) {
        specifiers.add(specifier);
        if (specifier instanceof ICASTCompositeTypeSpecifier composite) {
            for (IASTDeclaration member : composite.getMembers()) {
                collect(member, specifiers);
            }
        }
    }
}
