package org.svalinn.source.compile;

import java.util.function.Supplier;
import org.eclipse.cdt.core.dom.ast.IASTEnumerationSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTNode;
import org.eclipse.cdt.core.dom.ast.c.ICASTCompositeTypeSpecifier;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Site;
import org.svalinn.source.type.RecordType;

/** One translation under way, of a function or of something at file scope: its parts, and the scope they are in. */
final class Lowering {
    private final FunctionContext function;
    private Scope scope;
    private final Types types = new Types(this);
    private final Expressions expressions = new Expressions(this);
    private final Operators operators = new Operators(this);
    private final Places places = new Places(this);
    private final Calls calls = new Calls(this);
    private final Initialisers initialisers = new Initialisers(this);
    private final StatementCompiler statements = new StatementCompiler(this);

    private final @Nullable Inline inline;

    /** That a function is being inlined, at a call; and the same of the function around it. */
    private record Inline(Symbol.Function function, Site call, @Nullable Inline outer, int depth) {}

    Lowering(FunctionContext function, Scope scope) {
        this(function, scope, null);
    }

    private Lowering(FunctionContext function, Scope scope, @Nullable Inline inline) {
        this.function = function;
        this.scope = scope;
        this.inline = inline;
    }

    /** For the body of a function that is inlined at a call in this one. */
    Lowering inlining(FunctionContext context, Scope bodyScope, Symbol.Function callee, Site call) {
        return new Lowering(context, bodyScope, new Inline(callee, call, inline, depth() + 1));
    }

    /** How many functions around this one it is inlined in. */
    int depth() {
        return inline == null ? 0 : inline.depth;
    }

    /** Whether it is inlined in itself. */
    boolean isInlining(Symbol.Function callee) {
        for (Inline outer = inline; outer != null; outer = outer.outer) {
            if (outer.function.definition() == callee.definition()) {
                return true;
            }
        }
        return false;
    }

    /** For constant expressions and types outside of any function. */
    static Lowering atFileScope(Scope scope) {
        return new Lowering(FunctionContext.none(), scope);
    }

    FunctionContext function() {
        return function;
    }

    Scope scope() {
        return scope;
    }

    Linker linker() {
        return scope.file().linker();
    }

    /** Does something in a scope of its own inside of the current one. */
    <T> T inNewScope(Supplier<T> action) {
        Scope outer = scope;
        scope = new Scope(outer);
        try {
            return action.get();
        } finally {
            scope = outer;
        }
    }

    Types types() {
        return types;
    }

    Expressions expressions() {
        return expressions;
    }

    Operators operators() {
        return operators;
    }

    Places places() {
        return places;
    }

    Calls calls() {
        return calls;
    }

    Initialisers initialisers() {
        return initialisers;
    }

    StatementCompiler statements() {
        return statements;
    }

    Site site(IASTNode node) {
        Site place = scope.file().unit().site(node);
        var site = new Site(place.file(), place.line(), function.name());
        if (inline != null) {
            linker().noteInlined(site, inline.call);
        }
        return site;
    }

    /** The record that a specifier defines here. */
    RecordType record(ICASTCompositeTypeSpecifier specifier) {
        if (scope instanceof FileScope || isAtFileScope(specifier)) {
            return scope.file().record(specifier);
        }
        RecordType known = function.records().get(specifier);
        if (known != null) {
            return known;
        }
        String name = specifier.getName().toString();
        var type = new RecordType(name, specifier.getKey() == ICASTCompositeTypeSpecifier.k_union);
        function.records().put(specifier, type);
        if (!name.isEmpty()) {
            scope.declareTag(name, new Scope.Tag.OfRecord(type));
        }
        Scope here = scope;
        type.define(() -> new Lowering(function, here).types().layout(type, specifier));
        return type;
    }

    /** The enumeration that a specifier defines here; its constants are declared. */
    EnumDefinition enumeration(IASTEnumerationSpecifier specifier) {
        if (scope instanceof FileScope || isAtFileScope(specifier)) {
            return scope.file().enumeration(specifier);
        }
        var definition = new EnumDefinition(specifier, scope);
        if (!specifier.getName().toString().isEmpty()) {
            scope.declareTag(specifier.getName().toString(), new Scope.Tag.OfEnum(definition));
        }
        for (IASTEnumerationSpecifier.IASTEnumerator enumerator : specifier.getEnumerators()) {
            scope.declare(new Symbol.Enumerator(enumerator.getName().toString(), definition));
        }
        return definition;
    }

    /** A type at file scope may be looked at from inside of a function. */
    private static boolean isAtFileScope(IASTNode node) {
        for (IASTNode outer = node.getParent(); outer != null; outer = outer.getParent()) {
            if (outer instanceof org.eclipse.cdt.core.dom.ast.IASTStatement
                    || outer instanceof org.eclipse.cdt.core.dom.ast.IASTFunctionDefinition) {
                return false;
            }
        }
        return true;
    }
}
