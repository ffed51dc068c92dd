package org.svalinn.source.compile;

import java.util.List;
import org.eclipse.cdt.core.dom.ast.IASTNode;
import org.svalinn.source.node.Address;
import org.svalinn.source.node.BitField;
import org.svalinn.source.node.Expression;
import org.svalinn.source.node.Load;
import org.svalinn.source.node.Store;
import org.svalinn.source.node.Values;
import org.svalinn.source.type.ArrayType;
import org.svalinn.source.type.CType;
import org.svalinn.source.type.Field;
import org.svalinn.source.type.FloatType;
import org.svalinn.source.type.FunctionType;
import org.svalinn.source.type.IntegerType;
import org.svalinn.source.type.PointerType;
import org.svalinn.source.type.RecordType;

/** Lvalues: reading, writing, and what lies in or behind them. */
final class Places {
    private final Lowering lowering;

    Places(Lowering lowering) {
        this.lowering = lowering;
    }

    /** The term with arrays and functions turned into pointers. */
    Term decay(Term term) {
        return switch (term) {
            case Term.Place place when place.type().plain() instanceof ArrayType array ->
                pointer(array.element(), place.address());
            case Term.Place place when place.type().plain() instanceof FunctionType function ->
                pointer(function, place.address());
            case Term.Value value when value.type().plain() instanceof ArrayType array ->
                new Term.Value(new PointerType(array.element()), value.node());
            case Term.Text text -> pointer(text.type().element(), text.address());
            case Term.Function function ->
                pointer(function.type(), new Address.InObject(function.symbol().object(), 0));
            default -> term;
        };
    }

    private static Term pointer(CType target, Address address) {
        var type = new PointerType(target);
        return address instanceof Address.Absolute absolute
                ? new Term.Constant(type, absolute.address())
                : new Term.Value(type, address.node());
    }

    /** What computes the value of a term; of a struct, the address of its bytes. */
    Expression value(Term term, IASTNode at) {
        return switch (decay(term)) {
            case Term.Constant constant -> new Values.Constant(constant.value());
            case Term.Value value -> value.node();
            case Term.Failure failure -> failure.node();
            case Term.Register register -> new Values.ReadRegister(register.register());
            case Term.Place place -> load(place, at);
            case Term.Function function -> throw new CompileProblem("value of " + function.symbol().name(), at);
            case Term.Text text -> text.address().node();
        };
    }

    private Expression load(Term.Place place, IASTNode at) {
        if (place.type().isRecord()) {
            return place.address().node();
        }
        checkFitsRegister(place.type(), at);
        return place.bits() != null
                ? BitField.load(place.address(), checked(place.bits(), at), place.type(), lowering.site(at))
                : Load.node(place.address(), place.type(), lowering.site(at));
    }

    private static Field checked(Field field, IASTNode at) {
        if (field.bit() + field.width() > 64) {
            throw new CompileProblem("bit-field " + field.name() + " spans more than 8 bytes", at);
        }
        return field;
    }

    static void checkFitsRegister(CType type, IASTNode at) {
        boolean isWide = type.plain() instanceof IntegerType integer && integer.isWide();
        if (isWide || type.plain() instanceof FloatType) {
            throw new CompileProblem("computing with " + type, at);
        }
        if (!type.isScalar()) {
            throw new CompileProblem("value of incomplete or void type " + type, at);
        }
    }

    /** The member of a struct or union. */
    Term field(Term record, String name, IASTNode at) {
        if (!(record.type().plain() instanceof RecordType type)) {
            throw new CompileProblem("member " + name + " of " + record.type(), at);
        }
        Field field = type.find(name).orElseThrow(() -> new CompileProblem("no member " + name + " in " + type, at));
        Address base = record instanceof Term.Place place ? place.address() : Address.of(value(record, at));
        CType fieldType = field.type().qualified(record.type().isConst(), record.type().isVolatile());
        return new Term.Place(fieldType, base.plus(field.offset()), field.isBitField() ? field : null);
    }

    /** What a pointer points to. */
    Term target(Term pointer, IASTNode at) {
        Term decayed = decay(pointer);
        if (!(decayed.type().plain() instanceof PointerType type)) {
            throw new CompileProblem("* of " + pointer.type(), at);
        }
        if (pointer instanceof Term.Function) {
            return pointer;
        }
        return new Term.Place(type.target(), Address.of(value(decayed, at)), null);
    }

    /** The address of an lvalue or function. */
    Term addressOf(Term term, IASTNode at) {
        return switch (term) {
            case Term.Place place when place.bits() == null -> pointer(place.type(), place.address());
            case Term.Function function -> decay(function);
            case Term.Text text -> pointer(text.type(), text.address());
            case Term.Value value when value.type().isRecord() ->
                new Term.Value(new PointerType(value.type()), value.node());
            default -> throw new CompileProblem("address of something that is not in memory", at);
        };
    }

    /** Stores a value, converted to the type of the place. The value of the result is what was stored. */
    Term assign(Term place, Term value, IASTNode at) {
        CType type = place.type().plain();
        if (place.type().isRecord() && place instanceof Term.Place to) {
            return new Term.Value(
                    type, Store.record(to.address().node(), value(value, at), type.size(), lowering.site(at)));
        }
        checkFitsRegister(type, at);
        Expression stored = value(lowering.operators().convert(value, type, at), at);
        return switch (place) {
            case Term.Register register -> new Term.Value(type, new Values.WriteRegister(register.register(), stored));
            case Term.Place to when to.bits() != null ->
                new Term.Value(
                        type,
                        BitField.store(to.address(), checked(to.bits(), at), to.type(), stored, lowering.site(at)));
            case Term.Place to ->
                new Term.Value(type, Store.node(to.address(), to.type(), stored, lowering.site(at)));
            default -> throw new CompileProblem("assignment to something that is no lvalue", at);
        };
    }

    /** Does to a place what needs it more than once, computing its address only once. */
    Term update(Term place, java.util.function.Function<Term, Term> update) {
        if (place instanceof Term.Place(CType type, Address address, var bits)
                && address instanceof Address.Computed computed
                && !(computed.base() instanceof Values.ReadRegister)) {
            int register = lowering.function().newRegister();
            var once = new Address.Computed(new Values.ReadRegister(register), computed.offset());
            Term result = update.apply(new Term.Place(type, once, bits));
            return new Term.Value(
                    result.type(),
                    new Values.Sequence(
                            List.of(new Values.WriteRegister(register, computed.base())),
                            ((Term.Value) result).node()));
        }
        return update.apply(place);
    }
}
