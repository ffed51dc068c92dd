package org.svalinn.source.compile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.cdt.core.dom.ast.IASTDeclSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTDeclaration;
import org.eclipse.cdt.core.dom.ast.IASTDeclarator;
import org.eclipse.cdt.core.dom.ast.IASTElaboratedTypeSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTEnumerationSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTFunctionDefinition;
import org.eclipse.cdt.core.dom.ast.IASTSimpleDeclaration;
import org.eclipse.cdt.core.dom.ast.c.ICASTCompositeTypeSpecifier;
import org.jspecify.annotations.Nullable;
import org.svalinn.source.node.Address;
import org.svalinn.source.parse.TranslationUnit;
import org.svalinn.source.type.CType;
import org.svalinn.source.type.FunctionType;
import org.svalinn.source.type.IntegerType;
import org.svalinn.source.type.RecordType;

/**
 * The names of one translation unit. A name becomes a symbol, with a type, only when it is first looked up: a kernel
 * file declares tens of thousands and uses a few hundred.
 */
final class FileScope extends Scope {
    private final TranslationUnit unit;
    private final Linker linker;
    private final Set<String> known = new HashSet<>();
    private final Set<String> knownTags = new HashSet<>();
    private final Map<IASTDeclSpecifier, Tag> byNode = new IdentityHashMap<>();

    /** One declaration of a name. */
    private record Declared(
            IASTDeclSpecifier specifier, IASTDeclarator declarator, @Nullable IASTFunctionDefinition definition) {
        boolean isStatic() {
            return specifier.getStorageClass() == IASTDeclSpecifier.sc_static;
        }

        boolean isExtern() {
            return specifier.getStorageClass() == IASTDeclSpecifier.sc_extern;
        }

        boolean isTypedef() {
            return specifier.getStorageClass() == IASTDeclSpecifier.sc_typedef;
        }
    }

    FileScope(TranslationUnit unit, Linker linker) {
        super(null);
        this.unit = unit;
        this.linker = linker;
        declareBuiltInTypes();
    }

    private void declareBuiltInTypes() {
        declare(new Symbol.Typedef("__int128_t", Lazy.of(IntegerType.INT128)));
        declare(new Symbol.Typedef("__uint128_t", Lazy.of(IntegerType.UNSIGNED_INT128)));
        declare(new Symbol.Typedef("__builtin_va_list", Lazy.of(VariableArguments.LIST)));
    }

    TranslationUnit unit() {
        return unit;
    }

    Linker linker() {
        return linker;
    }

    String path() {
        return unit.path();
    }

    @Override
    FileScope file() {
        return this;
    }

    @Override
    @Nullable Symbol findHere(String name) {
        Symbol symbol = super.findHere(name);
        if (symbol == null && known.add(name)) {
            symbol = resolve(name);
            if (symbol != null) {
                declare(symbol);
            }
        }
        return symbol;
    }

    private @Nullable Symbol resolve(String name) {
        List<Declared> all = declarationsOf(name);
        if (all.isEmpty()) {
            IASTEnumerationSpecifier enumeration = enumerationOf(name);
            return enumeration == null ? null : new Symbol.Enumerator(name, enumeration(enumeration));
        }
        Declared first = all.getFirst();
        if (first.isTypedef()) {
            return new Symbol.Typedef(name, new Lazy<>(() -> types().declaredType(first.specifier, first.declarator)));
        }
        return Types.declaresFunction(first.declarator) ? function(name, all) : global(name, all);
    }

    /** The declarators of the name, in the order of the text. */
    private List<Declared> declarationsOf(String name) {
        var all = new ArrayList<Declared>();
        for (IASTDeclaration declaration : unit.declarationsOf(name)) {
            if (declaration instanceof IASTFunctionDefinition function) {
                addIfNamed(
                        name,
                        new Declared(function.getDeclSpecifier(), Types.outermost(function.getDeclarator()), function),
                        all);
            } else if (declaration instanceof IASTSimpleDeclaration simple) {
                for (IASTDeclarator declarator : simple.getDeclarators()) {
                    addIfNamed(name, new Declared(simple.getDeclSpecifier(), declarator, null), all);
                }
            }
        }
        return all;
    }

    private static void addIfNamed(String name, Declared declared, List<Declared> all) {
        if (Types.nameOf(declared.declarator).equals(name)) {
            all.add(declared);
        }
    }

    private @Nullable IASTEnumerationSpecifier enumerationOf(String constant) {
        for (IASTDeclaration declaration : unit.declarationsOf(constant)) {
            for (IASTDeclSpecifier specifier : Specifiers.in(declaration)) {
                if (specifier instanceof IASTEnumerationSpecifier enumeration
                        && Arrays.stream(enumeration.getEnumerators())
                                .anyMatch(one -> one.getName().toString().equals(constant))) {
                    return enumeration;
                }
            }
        }
        return null;
    }

    private Symbol function(String name, List<Declared> all) {
        Declared chosen = all.stream().filter(one -> one.definition != null).findFirst().orElse(all.getFirst());
        boolean isStatic = all.stream().anyMatch(Declared::isStatic);
        Lazy<FunctionType> type = new Lazy<>(() -> functionType(chosen));
        return new Symbol.Function(
                name, type, chosen.definition, isStatic, this, () -> linker.functionSeenFrom(this, name));
    }

    private FunctionType functionType(Declared declared) {
        CType type = types().declaredType(declared.specifier, declared.declarator).plain();
        if (type instanceof FunctionType function) {
            return function;
        }
        throw new CompileProblem(Types.nameOf(declared.declarator) + " is not a function", declared.declarator);
    }

    private Symbol global(String name, List<Declared> all) {
        Declared chosen = definition(all);
        Lazy<CType> type = new Lazy<>(() -> types().variableType(chosen.specifier, chosen.declarator));
        return new Symbol.Global(name, type, new Address.StaticObject(() -> linker.globalSeenFrom(this, name)));
    }

    private static Declared definition(List<Declared> all) {
        Declared chosen = all.getFirst();
        for (Declared candidate : all) {
            boolean isBetter = candidate.declarator.getInitializer() != null
                    || chosen.declarator.getInitializer() == null && (chosen.isExtern() || !candidate.isExtern());
            chosen = isBetter ? candidate : chosen;
        }
        return chosen;
    }

    /** A variable that this file defines. */
    record GlobalDefinition(FileScope file, CType type, IASTDeclarator declarator, boolean isStatic) {}

    /** The definition of a global variable in this file; null if the file only declares it, or not even that. */
    @Nullable GlobalDefinition globalDefinition(String name) {
        if (!unit.defines(name) || !(findHere(name) instanceof Symbol.Global global)) {
            return null;
        }
        List<Declared> all = declarationsOf(name);
        return new GlobalDefinition(
                this,
                global.type(),
                definition(all).declarator,
                all.stream().anyMatch(Declared::isStatic));
    }

    /** The definition of a function in this file; null if it has none. */
    Symbol.@Nullable Function functionDefinition(String name) {
        return unit.defines(name)
                        && findHere(name) instanceof Symbol.Function function
                        && function.definition() != null
                ? function
                : null;
    }

    @Override
    @Nullable Tag findTagHere(String name) {
        if (super.findTagHere(name) == null && knownTags.add(name)) {
            defineTag(name);
        }
        return super.findTagHere(name);
    }

    private void defineTag(String name) {
        for (IASTDeclaration declaration : unit.definitionsOfTag(name)) {
            for (IASTDeclSpecifier specifier : Specifiers.in(declaration)) {
                if (specifier instanceof ICASTCompositeTypeSpecifier composite
                        && composite.getName().toString().equals(name)) {
                    record(composite);
                } else if (specifier instanceof IASTEnumerationSpecifier enumeration
                        && enumeration.getName().toString().equals(name)) {
                    enumeration(enumeration);
                }
            }
        }
    }

    /** The record that a specifier at file scope defines, the same each time. */
    RecordType record(ICASTCompositeTypeSpecifier specifier) {
        Tag known = byNode.get(specifier);
        if (known instanceof Tag.OfRecord record) {
            return record.type();
        }
        String name = specifier.getName().toString();
        Tag tag = name.isEmpty() ? null : super.findTagHere(name);
        RecordType type = tag instanceof Tag.OfRecord record
                ? record.type()
                : new RecordType(name, specifier.getKey() == ICASTCompositeTypeSpecifier.k_union);
        var result = new Tag.OfRecord(type);
        byNode.put(specifier, result);
        if (!name.isEmpty()) {
            declareTag(name, result);
        }
        type.define(() -> types().layout(type, specifier));
        return type;
    }

    /** The enumeration that a specifier at file scope defines, the same each time. */
    EnumDefinition enumeration(IASTEnumerationSpecifier specifier) {
        if (byNode.get(specifier) instanceof Tag.OfEnum known) {
            return known.definition();
        }
        var definition = new EnumDefinition(specifier, this);
        var tag = new Tag.OfEnum(definition);
        byNode.put(specifier, tag);
        if (!specifier.getName().toString().isEmpty()) {
            declareTag(specifier.getName().toString(), tag);
        }
        return definition;
    }

    /** The incomplete record that a tag without a definition stands for, the same each time. */
    RecordType incomplete(IASTElaboratedTypeSpecifier specifier) {
        String name = specifier.getName().toString();
        var type = new RecordType(name, specifier.getKind() == IASTElaboratedTypeSpecifier.k_union);
        declareTag(name, new Tag.OfRecord(type));
        return type;
    }

    /** The type that text such as {@code struct mm_struct} or a typedef's name stands for; null if none does. */
    @Nullable CType named(String text) {
        String[] words = text.strip().split("\\s+");
        if (words.length == 1) {
            return findHere(words[0]) instanceof Symbol.Typedef typedef ? typedef.type() : null;
        }
        return findTagHere(words[1]) instanceof Tag.OfRecord record ? record.type() : null;
    }

    private Types types() {
        return Lowering.atFileScope(this).types();
    }

}
