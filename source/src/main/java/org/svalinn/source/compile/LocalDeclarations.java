package org.svalinn.source.compile;

import java.util.ArrayList;
import java.util.List;
import org.eclipse.cdt.core.dom.ast.IASTDeclSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTDeclaration;
import org.eclipse.cdt.core.dom.ast.IASTDeclarator;
import org.eclipse.cdt.core.dom.ast.IASTEnumerationSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTEqualsInitializer;
import org.eclipse.cdt.core.dom.ast.IASTInitializerClause;
import org.eclipse.cdt.core.dom.ast.IASTNamedTypeSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTSimpleDeclaration;
import org.eclipse.cdt.core.dom.ast.c.ICASTCompositeTypeSpecifier;
import org.jspecify.annotations.Nullable;
import org.svalinn.source.node.Address;
import org.svalinn.source.node.Call;
import org.svalinn.source.node.Expression;
import org.svalinn.source.node.Statement;
import org.svalinn.source.node.Statements;
import org.svalinn.source.node.Values;
import org.svalinn.source.parse.InlineAssembly;
import org.svalinn.source.parse.StaticAssertion;
import org.svalinn.source.type.CType;
import org.svalinn.source.type.VoidType;

/** Declarations inside of functions. */
final class LocalDeclarations {
    private final Lowering lowering;

    /**
     * What is done when a variable goes out of scope.
     *
     * @param reached the register that is 1 once the declaration was reached
     */
    record Cleanup(int reached, Expression call) {}

    LocalDeclarations(Lowering lowering) {
        this.lowering = lowering;
    }

    /** Declares names in the current scope; gives what the declaration does, and adds its cleanups. */
    List<Statement> declare(IASTDeclaration declaration, List<Cleanup> cleanups) {
        return switch (declaration) {
            case InlineAssembly assembly -> List.of(new Assembly(lowering, assembly).statement());
            case StaticAssertion assertion -> List.of();
            case IASTSimpleDeclaration simple -> declare(simple, cleanups);
            default ->
                throw new CompileProblem(
                        "local declaration " + declaration.getClass().getSimpleName(), declaration);
        };
    }

    private List<Statement> declare(IASTSimpleDeclaration declaration, List<Cleanup> cleanups) {
        IASTDeclSpecifier specifier = declaration.getDeclSpecifier();
        if (isNamed(specifier, "__label__")) {
            return List.of();
        }
        if (specifier instanceof ICASTCompositeTypeSpecifier composite) {
            lowering.record(composite);
        } else if (specifier instanceof IASTEnumerationSpecifier enumeration
                && declaration.getDeclarators().length == 0) {
            lowering.enumeration(enumeration);
        }
        var statements = new ArrayList<Statement>();
        for (IASTDeclarator declarator : declaration.getDeclarators()) {
            Statement statement = declare(specifier, declarator, cleanups);
            if (statement != null) {
                statements.add(statement);
            }
        }
        return statements;
    }

    private static boolean isNamed(IASTDeclSpecifier specifier, String name) {
        return specifier instanceof IASTNamedTypeSpecifier named
                && named.getName().toString().equals(name);
    }

    private @Nullable Statement declare(
            IASTDeclSpecifier specifier, IASTDeclarator declarator, List<Cleanup> cleanups) {
        String name = Types.nameOf(declarator);
        Scope scope = lowering.scope();
        int storage = specifier.getStorageClass();
        if (storage == IASTDeclSpecifier.sc_typedef) {
            scope.declare(new Symbol.Typedef(name, Lazy.of(lowering.types().declaredType(specifier, declarator))));
            return null;
        }
        if (Types.declaresFunction(declarator)) {
            declareFunction(name, specifier, declarator);
            return null;
        }
        if (storage == IASTDeclSpecifier.sc_extern) {
            Linker linker = lowering.linker();
            FileScope file = scope.file();
            Symbol known = file.find(name);
            CType type = lowering.types().declaredType(specifier, declarator);
            scope.declare(
                    known != null
                            ? known
                            : new Symbol.Global(
                                    name,
                                    Lazy.of(type),
                                    new Address.StaticObject(() -> linker.externalGlobal(name, type))));
            return null;
        }
        IASTInitializerClause initialiser = declarator.getInitializer() instanceof IASTEqualsInitializer equals
                ? equals.getInitializerClause()
                : null;
        return storage == IASTDeclSpecifier.sc_static
                ? declareStatic(name, specifier, declarator, initialiser)
                : declareVariable(name, specifier, declarator, initialiser, cleanups);
    }

    private void declareFunction(String name, IASTDeclSpecifier specifier, IASTDeclarator declarator) {
        FileScope file = lowering.scope().file();
        if (file.find(name) instanceof Symbol.Function known) {
            lowering.scope().declare(known);
            return;
        }
        CType type = lowering.types().declaredType(specifier, declarator).plain();
        if (!(type instanceof org.svalinn.source.type.FunctionType function)) {
            throw new CompileProblem(name + " is not a function", declarator);
        }
        lowering.scope()
                .declare(new Symbol.Function(
                        name, Lazy.of(function), null, false, file, () -> file.linker().functionSeenFrom(file, name)));
    }

    private @Nullable Statement declareStatic(
            String name,
            IASTDeclSpecifier specifier,
            IASTDeclarator declarator,
            @Nullable IASTInitializerClause initialiser) {
        CType type = lowering.types().variableType(specifier, declarator);
        Scope scope = lowering.scope();
        Linker linker = lowering.linker();
        var object = new Address.StaticObject(() -> linker.placeStatic(declarator, type, initialiser, scope));
        scope.declare(new Symbol.Global(name, Lazy.of(type), object));
        return null;
    }

    private @Nullable Statement declareVariable(
            String name,
            IASTDeclSpecifier specifier,
            IASTDeclarator declarator,
            @Nullable IASTInitializerClause initialiser,
            List<Cleanup> cleanups) {
        if (isNamed(specifier, "__auto_type") && initialiser != null) {
            // The initialiser is outside of the scope of the variable that it gives its type to.
            Term value = lowering.places().decay(lowering.expressions().term(initialiser));
            Term place = declareIn(name, value.type().plain(), declarator, cleanups);
            return new Statements.Evaluate(
                    lowering.places().value(lowering.places().assign(place, value, declarator), declarator));
        }
        CType type = lowering.types().variableType(specifier, declarator);
        int before = cleanups.size();
        Term place = declareIn(name, type, declarator, cleanups);
        Expression initialise = initialiser == null ? null : initialise(place, initialiser);
        if (cleanups.size() > before) {
            Expression reached =
                    new Values.WriteRegister(cleanups.getLast().reached(), new Values.Constant(1));
            initialise = initialise == null ? reached : new Values.Sequence(List.of(initialise), reached);
        }
        return initialise == null ? null : new Statements.Evaluate(initialise);
    }

    private Expression initialise(Term place, IASTInitializerClause initialiser) {
        if (place instanceof Term.Place inMemory && !place.type().isScalar()) {
            return lowering.initialisers().node(inMemory.address(), place.type(), initialiser);
        }
        Initialisers.Part part =
                lowering.initialisers().parts(place.type(), initialiser).getFirst();
        return lowering.places().value(lowering.places().assign(place, part.value(), initialiser), initialiser);
    }

    /** Makes room for a variable and declares it. */
    private Term declareIn(String name, CType type, IASTDeclarator declarator, List<Cleanup> cleanups) {
        String cleanup = Attributes.of(declarator).argument("cleanup").orElse(null);
        FunctionContext function = lowering.function();
        if (cleanup == null && type.isScalar() && !function.isAddressTaken(name) && !is128(type)) {
            int register = function.newRegister();
            lowering.scope().declare(new Symbol.Register(name, type, register));
            return new Term.Register(type, register);
        }
        Address address = function.newLocal(type);
        lowering.scope().declare(new Symbol.Local(name, type, address));
        Term place = new Term.Place(type, address, null);
        if (cleanup != null) {
            cleanups.add(new Cleanup(function.newRegister(), cleanupCall(cleanup, place, declarator)));
        }
        return place;
    }

    private static boolean is128(CType type) {
        return type.size() > 8;
    }

    private Expression cleanupCall(String argument, Term place, IASTDeclarator declarator) {
        String name = argument.replaceAll("[() ]", "");
        if (!(lowering.scope().find(name) instanceof Symbol.Function function)) {
            throw new CompileProblem("cleanup function " + name, declarator);
        }
        Expression pointer =
                lowering.places().value(lowering.places().addressOf(place, declarator), declarator);
        return Call.direct(
                function.target(),
                new Call.Signature(
                        new Expression[] {pointer}, new long[] {0}, VoidType.VOID, 0, lowering.site(declarator)));
    }
}
