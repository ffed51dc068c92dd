package org.svalinn.source.compile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
 * The names of one translation unit. Its declarations are sorted by name at once, but a name becomes a symbol, with a
 * type, only when it is first looked up: a kernel file declares tens of thousands and uses a few hundred.
 */
final class FileScope extends Scope {
    private final TranslationUnit unit;
    private final Linker linker;
    private final Map<String, List<Declared>> declarations = new HashMap<>();
    private final Map<String, IASTDeclSpecifier> tagDefinitions = new HashMap<>();
    private final Map<String, IASTEnumerationSpecifier> enumerators = new HashMap<>();

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
        for (IASTDeclaration declaration : unit.declarations()) {
            index(declaration);
        }
    }

    private void declareBuiltInTypes() {
        declare(new Symbol.Typedef("__int128_t", Lazy.of(IntegerType.INT128)));
        declare(new Symbol.Typedef("__uint128_t", Lazy.of(IntegerType.UNSIGNED_INT128)));
        declare(new Symbol.Typedef("__builtin_va_list", Lazy.of(VariableArguments.LIST)));
    }

    private void index(IASTDeclaration declaration) {
        if (declaration instanceof IASTFunctionDefinition function) {
            indexTags(function.getDeclSpecifier());
            add(new Declared(function.getDeclSpecifier(), Types.outermost(function.getDeclarator()), function));
        } else if (declaration instanceof IASTSimpleDeclaration simple) {
            indexTags(simple.getDeclSpecifier());
            for (IASTDeclarator declarator : simple.getDeclarators()) {
                add(new Declared(simple.getDeclSpecifier(), declarator, null));
            }
        }
    }

    private void add(Declared declared) {
        declarations
                .computeIfAbsent(Types.nameOf(declared.declarator), name -> new ArrayList<>(1))
                .add(declared);
    }

    private void indexTags(IASTDeclSpecifier specifier) {
        if (specifier instanceof ICASTCompositeTypeSpecifier composite) {
            if (!composite.getName().toString().isEmpty()) {
                tagDefinitions.putIfAbsent(composite.getName().toString(), composite);
            }
            for (IASTDeclaration member : composite.getMembers()) {
                if (member instanceof IASTSimpleDeclaration simple) {
                    indexTags(simple.getDeclSpecifier());
                }
            }
        } else if (specifier instanceof IASTEnumerationSpecifier enumeration) {
            if (!enumeration.getName().toString().isEmpty()) {
                tagDefinitions.putIfAbsent(enumeration.getName().toString(), enumeration);
            }
            for (IASTEnumerationSpecifier.IASTEnumerator enumerator : enumeration.getEnumerators()) {
                enumerators.putIfAbsent(enumerator.getName().toString(), enumeration);
            }
        }
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
        Symbol known = super.findHere(name);
        if (known == null) {
            known = resolve(name);
            if (known != null) {
                declare(known);
            }
        }
        return known;
    }

    private @Nullable Symbol resolve(String name) {
        List<Declared> all = declarations.get(name);
        if (all == null) {
            IASTEnumerationSpecifier enumeration = enumerators.get(name);
            return enumeration == null ? null : new Symbol.Enumerator(name, enumeration(enumeration));
        }
        Declared first = all.getFirst();
        if (first.isTypedef()) {
            return new Symbol.Typedef(name, new Lazy<>(() -> types().declaredType(first.specifier, first.declarator)));
        }
        return Types.declaresFunction(first.declarator) ? function(name, all) : global(name, all);
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
        List<Declared> all = declarations.get(name);
        if (all == null || !(findHere(name) instanceof Symbol.Global global)) {
            return null;
        }
        Declared chosen = definition(all);
        return chosen.isExtern() && chosen.declarator.getInitializer() == null
                ? null
                : new GlobalDefinition(
                        this, global.type(), chosen.declarator, all.stream().anyMatch(Declared::isStatic));
    }

    /** Whether the file has a definition of a function of this name. */
    Symbol.@Nullable Function functionDefinition(String name) {
        return declarations.containsKey(name)
                        && findHere(name) instanceof Symbol.Function function
                        && function.definition() != null
                ? function
                : null;
    }

    @Override
    @Nullable Tag findTagHere(String name) {
        Tag known = super.findTagHere(name);
        if (known == null) {
            IASTDeclSpecifier definition = tagDefinitions.get(name);
            if (definition instanceof ICASTCompositeTypeSpecifier composite) {
                record(composite);
            } else if (definition instanceof IASTEnumerationSpecifier enumeration) {
                enumeration(enumeration);
            }
            known = super.findTagHere(name);
        }
        return known;
    }

    private final Map<IASTDeclSpecifier, Tag> byNode = new HashMap<>();

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

    /** Every tag that the file defines. */
    List<String> definedTags() {
        return tagDefinitions.keySet().stream().sorted().toList();
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
