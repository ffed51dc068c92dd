package org.svalinn.source.compile;

import java.util.ArrayList;
import java.util.List;
import org.eclipse.cdt.core.dom.ast.IASTArrayDeclarator;
import org.eclipse.cdt.core.dom.ast.IASTArrayModifier;
import org.eclipse.cdt.core.dom.ast.IASTDeclSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTDeclaration;
import org.eclipse.cdt.core.dom.ast.IASTDeclarator;
import org.eclipse.cdt.core.dom.ast.IASTElaboratedTypeSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTEnumerationSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTEqualsInitializer;
import org.eclipse.cdt.core.dom.ast.IASTExpression;
import org.eclipse.cdt.core.dom.ast.IASTFieldDeclarator;
import org.eclipse.cdt.core.dom.ast.IASTFunctionDeclarator;
import org.eclipse.cdt.core.dom.ast.IASTNamedTypeSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTParameterDeclaration;
import org.eclipse.cdt.core.dom.ast.IASTPointer;
import org.eclipse.cdt.core.dom.ast.IASTPointerOperator;
import org.eclipse.cdt.core.dom.ast.IASTSimpleDeclSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTSimpleDeclaration;
import org.eclipse.cdt.core.dom.ast.IASTStandardFunctionDeclarator;
import org.eclipse.cdt.core.dom.ast.IASTTypeId;
import org.eclipse.cdt.core.dom.ast.IASTTypeIdExpression;
import org.eclipse.cdt.core.dom.ast.IASTUnaryExpression;
import org.eclipse.cdt.core.dom.ast.c.ICASTCompositeTypeSpecifier;
import org.jspecify.annotations.Nullable;
import org.svalinn.source.type.ArrayType;
import org.svalinn.source.type.CType;
import org.svalinn.source.type.FloatType;
import org.svalinn.source.type.FunctionType;
import org.svalinn.source.type.IntegerType;
import org.svalinn.source.type.Member;
import org.svalinn.source.type.PointerType;
import org.svalinn.source.type.RecordLayout;
import org.svalinn.source.type.RecordType;
import org.svalinn.source.type.VoidType;

/** From the syntax of declarations to types. */
final class Types {
    private final Lowering lowering;

    Types(Lowering lowering) {
        this.lowering = lowering;
    }

    /** The name that a declarator declares. */
    static String nameOf(IASTDeclarator declarator) {
        return innermost(declarator).getName().toString();
    }

    static IASTDeclarator innermost(IASTDeclarator declarator) {
        IASTDeclarator inner = declarator;
        while (inner.getNestedDeclarator() != null) {
            inner = inner.getNestedDeclarator();
        }
        return inner;
    }

    static IASTDeclarator outermost(IASTDeclarator declarator) {
        IASTDeclarator outer = declarator;
        while (outer.getParent() instanceof IASTDeclarator parent) {
            outer = parent;
        }
        return outer;
    }

    /** Whether it declares a function, not a pointer to one. */
    static boolean declaresFunction(IASTDeclarator declarator) {
        IASTDeclarator part = innermost(declarator);
        while (true) {
            if (part instanceof IASTFunctionDeclarator) {
                return true;
            }
            if (part == declarator || part instanceof IASTArrayDeclarator || part.getPointerOperators().length > 0) {
                return false;
            }
            part = (IASTDeclarator) part.getParent();
        }
    }

    /** The type of what is declared, with its alignment attribute. */
    CType declaredType(IASTDeclSpecifier specifier, IASTDeclarator declarator) {
        CType type = declarator(specifier(specifier), declarator);
        Attributes attributes = Attributes.of(
                specifier instanceof ICASTCompositeTypeSpecifier ? null : specifier,
                innermost(declarator),
                declarator == innermost(declarator) ? null : declarator);
        int alignment = attributes.alignment(lowering.scope());
        if (alignment == 0) {
            return type;
        }
        boolean isTypedef = specifier.getStorageClass() == IASTDeclSpecifier.sc_typedef;
        return type.aligned(isTypedef ? alignment : Math.max(alignment, type.alignment()));
    }

    /** As {@link #declaredType}, with the length that the initialiser gives to an array without one. */
    CType variableType(IASTDeclSpecifier specifier, IASTDeclarator declarator) {
        CType type = declaredType(specifier, declarator);
        return type.plain() instanceof ArrayType array
                        && array.length() < 0
                        && declarator.getInitializer() instanceof IASTEqualsInitializer initializer
                ? lengthened(type, array, initializer)
                : type;
    }

    private CType lengthened(CType type, ArrayType array, IASTEqualsInitializer initializer) {
        long length = lowering.initialisers().length(array, initializer.getInitializerClause());
        CType whole = new ArrayType(array.element(), length);
        return type.alignment() == whole.alignment() ? whole : whole.aligned(type.alignment());
    }

    CType typeId(IASTTypeId id) {
        return declarator(specifier(id.getDeclSpecifier()), id.getAbstractDeclarator());
    }

    CType specifier(IASTDeclSpecifier specifier) {
        return unqualified(specifier).qualified(specifier.isConst(), specifier.isVolatile());
    }

    private CType unqualified(IASTDeclSpecifier specifier) {
        return switch (specifier) {
            case ICASTCompositeTypeSpecifier composite -> lowering.record(composite);
            case IASTEnumerationSpecifier enumeration ->
                lowering.enumeration(enumeration).type();
            case IASTElaboratedTypeSpecifier elaborated -> elaborated(elaborated);
            case IASTNamedTypeSpecifier named -> named(named);
            case IASTSimpleDeclSpecifier simple -> simple(simple);
            default -> throw new CompileProblem("type specifier " + specifier.getClass().getSimpleName(), specifier);
        };
    }

    private CType elaborated(IASTElaboratedTypeSpecifier specifier) {
        return switch (lowering.scope().findTag(specifier.getName().toString())) {
            case Scope.Tag.OfRecord(RecordType type) -> type;
            case Scope.Tag.OfEnum(EnumDefinition definition) -> definition.type();
            case null ->
                specifier.getKind() == IASTElaboratedTypeSpecifier.k_enum
                        ? IntegerType.UNSIGNED_INT
                        : lowering.scope().file().incomplete(specifier);
        };
    }

    private CType named(IASTNamedTypeSpecifier specifier) {
        String name = specifier.getName().toString();
        if (lowering.scope().find(name) instanceof Symbol.Typedef typedef) {
            return typedef.type();
        }
        throw new CompileProblem("unknown type " + name, specifier);
    }

    private CType simple(IASTSimpleDeclSpecifier specifier) {
        boolean unsigned = specifier.isUnsigned();
        return switch (specifier.getType()) {
            case IASTSimpleDeclSpecifier.t_typeof -> typeof(specifier.getDeclTypeExpression());
            case IASTSimpleDeclSpecifier.t_void -> VoidType.VOID;
            case IASTSimpleDeclSpecifier.t_bool -> IntegerType.BOOL;
            case IASTSimpleDeclSpecifier.t_char ->
                unsigned
                        ? IntegerType.UNSIGNED_CHAR
                        : specifier.isSigned() ? IntegerType.SIGNED_CHAR : IntegerType.CHAR;
            case IASTSimpleDeclSpecifier.t_float -> FloatType.FLOAT;
            case IASTSimpleDeclSpecifier.t_double ->
                specifier.isLong() ? FloatType.LONG_DOUBLE : FloatType.DOUBLE;
            case IASTSimpleDeclSpecifier.t_int128 -> unsigned ? IntegerType.UNSIGNED_INT128 : IntegerType.INT128;
            default -> integer(specifier, unsigned);
        };
    }

    private static CType integer(IASTSimpleDeclSpecifier specifier, boolean unsigned) {
        if (specifier.isLongLong()) {
            return unsigned ? IntegerType.UNSIGNED_LONG_LONG : IntegerType.LONG_LONG;
        }
        if (specifier.isLong()) {
            return unsigned ? IntegerType.UNSIGNED_LONG : IntegerType.LONG;
        }
        if (specifier.isShort()) {
            return unsigned ? IntegerType.UNSIGNED_SHORT : IntegerType.SHORT;
        }
        return unsigned ? IntegerType.UNSIGNED_INT : IntegerType.INT;
    }

    private CType typeof(IASTExpression operand) {
        IASTExpression inner = operand;
        while (inner instanceof IASTUnaryExpression unary
                && unary.getOperator() == IASTUnaryExpression.op_bracketedPrimary) {
            inner = unary.getOperand();
        }
        return inner instanceof IASTTypeIdExpression type
                        && type.getOperator() == IASTTypeIdExpression.op_typeof
                ? typeId(type.getTypeId())
                : lowering.expressions().term(inner).type();
    }

    CType declarator(CType base, @Nullable IASTDeclarator declarator) {
        if (declarator == null) {
            return base;
        }
        CType type = base;
        for (IASTPointerOperator operator : declarator.getPointerOperators()) {
            if (operator instanceof IASTPointer pointer) {
                type = new PointerType(type).qualified(pointer.isConst(), pointer.isVolatile());
            }
        }
        if (declarator instanceof IASTArrayDeclarator array) {
            IASTArrayModifier[] modifiers = array.getArrayModifiers();
            for (int i = modifiers.length - 1; i >= 0; i--) {
                type = new ArrayType(type, length(modifiers[i]));
            }
        } else if (declarator instanceof IASTStandardFunctionDeclarator function) {
            type = function(type, function);
        } else if (declarator instanceof IASTFunctionDeclarator) {
            type = new FunctionType(type, List.of(), true);
        }
        return declarator(type, declarator.getNestedDeclarator());
    }

    private long length(IASTArrayModifier modifier) {
        return modifier.getConstantExpression() == null
                ? -1
                : lowering.expressions().constant(modifier.getConstantExpression());
    }

    private CType function(CType result, IASTStandardFunctionDeclarator declarator) {
        var parameters = new ArrayList<CType>();
        for (IASTParameterDeclaration parameter : declarator.getParameters()) {
            CType type = declarator(specifier(parameter.getDeclSpecifier()), parameter.getDeclarator());
            if (type.isVoid()) {
                break;
            }
            parameters.add(asParameter(type));
        }
        return new FunctionType(result, parameters, declarator.takesVarArgs());
    }

    private static CType asParameter(CType type) {
        return switch (type.plain()) {
            case ArrayType array -> new PointerType(array.element());
            case FunctionType function -> new PointerType(function);
            default -> type;
        };
    }

    /** Lays out the members that a specifier defines. */
    RecordLayout layout(RecordType record, ICASTCompositeTypeSpecifier specifier) {
        var members = new ArrayList<Member>();
        for (IASTDeclaration member : specifier.getMembers()) {
            if (member instanceof IASTSimpleDeclaration declaration) {
                addMembers(declaration, members);
            }
        }
        Attributes attributes = Attributes.of(specifier);
        return RecordLayout.of(
                record.isUnion(), attributes.has("packed"), attributes.alignment(lowering.scope()), members);
    }

    private void addMembers(IASTSimpleDeclaration declaration, List<Member> members) {
        IASTDeclSpecifier specifier = declaration.getDeclSpecifier();
        CType base = specifier(specifier);
        if (declaration.getDeclarators().length == 0 && specifier instanceof ICASTCompositeTypeSpecifier composite
                && composite.getName().toString().isEmpty()) {
            members.add(new Member("", base, false, 0, -1));
        }
        for (IASTDeclarator declarator : declaration.getDeclarators()) {
            IASTDeclarator inner = innermost(declarator);
            Attributes attributes = Attributes.of(
                    specifier instanceof ICASTCompositeTypeSpecifier ? null : specifier,
                    inner,
                    declarator == inner ? null : declarator);
            int width = inner instanceof IASTFieldDeclarator field && field.getBitFieldSize() != null
                    ? (int) lowering.expressions().constant(field.getBitFieldSize())
                    : -1;
            members.add(new Member(
                    nameOf(declarator),
                    declarator(base, declarator),
                    attributes.has("packed"),
                    attributes.alignment(lowering.scope()),
                    width));
        }
    }
}
