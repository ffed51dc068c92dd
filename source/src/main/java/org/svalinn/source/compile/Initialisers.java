package org.svalinn.source.compile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.ListIterator;
import org.eclipse.cdt.core.dom.ast.IASTEqualsInitializer;
import org.eclipse.cdt.core.dom.ast.IASTExpression;
import org.eclipse.cdt.core.dom.ast.IASTInitializer;
import org.eclipse.cdt.core.dom.ast.IASTInitializerClause;
import org.eclipse.cdt.core.dom.ast.IASTInitializerList;
import org.eclipse.cdt.core.dom.ast.IASTNode;
import org.eclipse.cdt.core.dom.ast.IASTTypeIdInitializerExpression;
import org.eclipse.cdt.core.dom.ast.c.ICASTArrayDesignator;
import org.eclipse.cdt.core.dom.ast.c.ICASTDesignatedInitializer;
import org.eclipse.cdt.core.dom.ast.c.ICASTDesignator;
import org.eclipse.cdt.core.dom.ast.c.ICASTFieldDesignator;
import org.eclipse.cdt.core.dom.ast.gnu.c.IGCCASTArrayRangeDesignator;
import org.jspecify.annotations.Nullable;
import org.svalinn.source.node.Address;
import org.svalinn.source.node.Expression;
import org.svalinn.source.node.Values;
import org.svalinn.source.type.ArrayType;
import org.svalinn.source.type.CType;
import org.svalinn.source.type.Field;
import org.svalinn.source.type.RecordType;

/**
 * Initialisers (C11 6.7.9 with GNU's ranges): flattened into the scalars, structs and texts that they put at which
 * offset, in order, so that a later one wins over an earlier one.
 */
final class Initialisers {
    private final Lowering lowering;

    /**
     * One thing put into an object.
     *
     * @param bits null if it is not a bit-field
     */
    record Part(long offset, CType type, @Nullable Field bits, Term value, IASTNode at) {}

    Initialisers(Lowering lowering) {
        this.lowering = lowering;
    }

    /** What an initialiser puts into an object of this type. */
    List<Part> parts(CType type, IASTInitializerClause clause) {
        var parts = new ArrayList<Part>();
        whole(parts, type, 0, clause);
        return parts;
    }

    /** The number of elements that an initialiser gives to an array of unknown length. */
    long length(ArrayType array, IASTInitializerClause clause) {
        if (clause instanceof IASTInitializerList list && !isText(array, list)) {
            long next = 0;
            long greatest = 0;
            ListIterator<IASTInitializerClause> clauses = Arrays.asList(list.getClauses()).listIterator();
            while (clauses.hasNext()) {
                IASTInitializerClause one = clauses.next();
                if (one instanceof ICASTDesignatedInitializer designated) {
                    next = lastIndex(designated.getDesignators()[0]);
                } else {
                    element(new ArrayList<>(), array.element(), 0, null, one, clauses);
                }
                next++;
                greatest = Math.max(greatest, next);
            }
            return greatest;
        }
        IASTInitializerClause text = clause instanceof IASTInitializerList list ? list.getClauses()[0] : clause;
        return lowering.expressions().term(text).type().plain() instanceof ArrayType known ? known.length() : 1;
    }

    private boolean isText(ArrayType array, IASTInitializerList list) {
        return array.element().size() == 1
                && list.getClauses().length == 1
                && list.getClauses()[0] instanceof IASTExpression expression
                && lowering.expressions().term(expression) instanceof Term.Text;
    }

    private long lastIndex(ICASTDesignator designator) {
        return switch (designator) {
            case IGCCASTArrayRangeDesignator range ->
                lowering.expressions().constant(range.getRangeCeiling());
            case ICASTArrayDesignator index -> lowering.expressions().constant(index.getSubscriptExpression());
            default -> throw new CompileProblem("field designator for an array", designator);
        };
    }

    /** An object with an initialiser of its own. */
    private void whole(List<Part> parts, CType type, long offset, IASTInitializerClause clause) {
        if (clause instanceof IASTInitializerList list) {
            if (type.isScalar()) {
                if (list.getClauses().length > 0) {
                    whole(parts, type, offset, list.getClauses()[0]);
                }
            } else if (type.plain() instanceof ArrayType array && isText(array, list)) {
                whole(parts, type, offset, list.getClauses()[0]);
            } else {
                members(parts, type, offset, Arrays.asList(list.getClauses()).listIterator(), true);
            }
            return;
        }
        if (!type.isScalar() && literal(clause) instanceof IASTInitializerClause inner) {
            whole(parts, type, offset, inner);
            return;
        }
        value(parts, type, offset, null, clause);
    }

    /** The initialiser inside of a compound literal; null if the expression is none. */
    private static @Nullable IASTInitializerClause literal(IASTInitializerClause clause) {
        return clause instanceof IASTExpression expression
                        && Expressions.withoutParentheses(expression) instanceof IASTTypeIdInitializerExpression compound
                ? clause(compound.getInitializer())
                : null;
    }

    private static IASTInitializerClause clause(IASTInitializer initializer) {
        return initializer instanceof IASTEqualsInitializer equals
                ? equals.getInitializerClause()
                : (IASTInitializerClause) initializer;
    }

    private void value(
            List<Part> parts, CType type, long offset, @Nullable Field bits, IASTInitializerClause clause) {
        Term term = lowering.expressions().term(clause);
        boolean fits = type.isScalar() || type.isRecord() || term instanceof Term.Text;
        if (!fits) {
            throw new CompileProblem("initialiser of " + type, clause);
        }
        Term value = type.isArray() ? term : lowering.operators().convert(term, type, clause);
        parts.add(new Part(offset, type, bits, value, clause));
    }

    /** The members of an array or record, as far as the clauses go or, without braces, until it is full. */
    private void members(
            List<Part> parts,
            CType type,
            long offset,
            ListIterator<IASTInitializerClause> clauses,
            boolean hasBraces) {
        switch (type.plain()) {
            case ArrayType array -> elements(parts, array, offset, clauses, hasBraces);
            case RecordType record -> fields(parts, record, offset, clauses, hasBraces);
            default -> throw new CompileProblem("initialiser of " + type, clauses.next());
        }
    }

    private void elements(
            List<Part> parts,
            ArrayType array,
            long offset,
            ListIterator<IASTInitializerClause> clauses,
            boolean hasBraces) {
        long size = array.element().size();
        long index = 0;
        while (clauses.hasNext() && (hasBraces || index < array.length())) {
            IASTInitializerClause clause = clauses.next();
            if (!(clause instanceof ICASTDesignatedInitializer designated)) {
                element(parts, array.element(), offset + index * size, null, clause, clauses);
                index++;
                continue;
            }
            if (!hasBraces) {
                clauses.previous();
                return;
            }
            index = designatedElements(parts, array, offset, designated);
        }
    }

    /** Gives the index after those designated. */
    private long designatedElements(
            List<Part> parts, ArrayType array, long offset, ICASTDesignatedInitializer designated) {
        ICASTDesignator first = designated.getDesignators()[0];
        long last = lastIndex(first);
        long from = first instanceof IGCCASTArrayRangeDesignator range
                ? lowering.expressions().constant(range.getRangeFloor())
                : last;
        for (long index = from; index <= last; index++) {
            designated(parts, array.element(), offset + index * array.element().size(), null, designated, 1);
        }
        return last + 1;
    }

    private void fields(
            List<Part> parts,
            RecordType record,
            long offset,
            ListIterator<IASTInitializerClause> clauses,
            boolean hasBraces) {
        List<Field> fields = record.fields();
        int next = 0;
        while (clauses.hasNext() && (hasBraces || next < (record.isUnion() ? 1 : fields.size()))) {
            IASTInitializerClause clause = clauses.next();
            if (clause instanceof ICASTDesignatedInitializer designated) {
                if (!hasBraces) {
                    clauses.previous();
                    return;
                }
                designated(parts, record, offset, null, designated, 0);
                next = indexAfter(record, designated);
            } else if (next < fields.size()) {
                Field field = fields.get(next++);
                element(parts, field.type(), offset + field.offset(), bitsOf(field), clause, clauses);
            } else {
                return;
            }
        }
    }

    private static @Nullable Field bitsOf(Field field) {
        return field.isBitField() ? field : null;
    }

    private static int indexAfter(RecordType record, ICASTDesignatedInitializer designated) {
        String name = fieldName(designated.getDesignators()[0]);
        List<Field> fields = record.fields();
        for (int i = 0; i < fields.size(); i++) {
            Field field = fields.get(i);
            boolean isInside = field.name().isEmpty()
                    && field.type().plain() instanceof RecordType inner
                    && inner.find(name).isPresent();
            if (field.name().equals(name) || isInside) {
                return i + 1;
            }
        }
        return fields.size();
    }

    private static String fieldName(ICASTDesignator designator) {
        if (designator instanceof ICASTFieldDesignator field) {
            return field.getName().toString();
        }
        throw new CompileProblem("index designator for a struct", designator);
    }

    /** The part of an object that the designators from {@code at} on lead to. */
    private void designated(
            List<Part> parts,
            CType type,
            long offset,
            @Nullable Field bits,
            ICASTDesignatedInitializer designated,
            int at) {
        ICASTDesignator[] designators = designated.getDesignators();
        if (at == designators.length) {
            IASTInitializerClause operand = designated.getOperand();
            if (bits != null) {
                value(parts, type, offset, bits, operand);
            } else {
                whole(parts, type, offset, operand);
            }
            return;
        }
        switch (type.plain()) {
            case RecordType record -> {
                Field field = record.find(fieldName(designators[at]))
                        .orElseThrow(() -> new CompileProblem("no such member of " + record, designated));
                designated(parts, field.type(), offset + field.offset(), bitsOf(field), designated, at + 1);
            }
            case ArrayType array -> {
                long index = lastIndex(designators[at]);
                long size = array.element().size();
                designated(parts, array.element(), offset + index * size, null, designated, at + 1);
            }
            default -> throw new CompileProblem("designator for " + type, designated);
        }
    }

    /** A member that the clause, or if it has no braces of its own that and the next ones, initialise. */
    private void element(
            List<Part> parts,
            CType type,
            long offset,
            @Nullable Field bits,
            IASTInitializerClause clause,
            ListIterator<IASTInitializerClause> clauses) {
        if (bits != null) {
            value(parts, type, offset, bits, clause instanceof IASTInitializerList list ? list.getClauses()[0] : clause);
        } else if (clause instanceof IASTInitializerList || type.isScalar() || isWhole(type, clause)) {
            whole(parts, type, offset, clause);
        } else {
            clauses.previous();
            members(parts, type, offset, clauses, false);
        }
    }

    /** Whether one expression initialises a whole array or record. */
    private boolean isWhole(CType type, IASTInitializerClause clause) {
        Term term = lowering.expressions().term(clause);
        return type.plain() instanceof ArrayType array
                ? term instanceof Term.Text && array.element().size() == 1
                : term.type().plain() == type.plain();
    }

    /** What initialises an object in memory that may hold anything. */
    Expression node(Address address, CType type, IASTInitializerClause clause) {
        List<Part> parts = parts(type, clause);
        var steps = new ArrayList<Expression>();
        boolean isComplete = parts.size() == 1 && parts.getFirst().type().plain() == type.plain();
        if (!isComplete) {
            steps.add(clear(address, type.size(), clause));
        }
        for (Part part : parts) {
            Address target = address.plus(part.offset());
            if (part.value() instanceof Term.Text text && part.type().plain() instanceof ArrayType array) {
                steps.add(copyText(target, text.bytes(), array));
            } else {
                CType unqualified = part.type().plain();
                Term place = new Term.Place(unqualified, target, part.bits());
                steps.add(lowering.places()
                        .value(lowering.places().assign(place, part.value(), part.at()), part.at()));
            }
        }
        return new Values.Sequence(steps, address.node());
    }

    private Expression clear(Address address, long size, IASTNode at) {
        Expression where = address.node();
        var site = lowering.site(at);
        return Expression.of(frame -> {
            frame.cpu.fill(where.eval(frame), 0, size, site);
            return 0;
        });
    }

    private static Expression copyText(Address address, byte[] bytes, ArrayType array) {
        Expression where = address.node();
        byte[] content = Arrays.copyOf(bytes, (int) (array.length() < 0 ? bytes.length + 1 : array.length()));
        return Expression.of(frame -> {
            frame.memory.write(where.eval(frame), content);
            return 0;
        });
    }

    /** {@code (type){ ... }}: an unnamed object, in the frame or outside of functions static. */
    Term compoundLiteral(IASTTypeIdInitializerExpression literal) {
        IASTInitializerClause clause = clause(literal.getInitializer());
        CType declared = lowering.types().typeId(literal.getTypeId());
        CType type = declared.plain() instanceof ArrayType array && array.length() < 0
                ? new ArrayType(array.element(), length(array, clause))
                : declared;
        if (!lowering.function().isInFunction()) {
            Scope scope = lowering.scope();
            Linker linker = lowering.linker();
            var object = new Address.StaticObject(() -> linker.placeStatic(literal, type, clause, scope));
            return new Term.Place(type, new Address.InObject(object, 0), null);
        }
        Address address = lowering.function().newLocal(type);
        return new Term.Place(type, Address.of(node(address, type, clause)), null);
    }
}
