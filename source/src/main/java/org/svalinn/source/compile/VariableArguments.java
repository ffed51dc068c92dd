package org.svalinn.source.compile;

import java.util.List;
import org.eclipse.cdt.core.dom.ast.IASTNode;
import org.svalinn.source.node.Address;
import org.svalinn.source.node.Arithmetic;
import org.svalinn.source.node.Expression;
import org.svalinn.source.node.Values;
import org.svalinn.source.parse.VaArg;
import org.svalinn.source.type.CType;
import org.svalinn.source.type.IntegerType;
import org.svalinn.source.type.Member;
import org.svalinn.source.type.PointerType;
import org.svalinn.source.type.RecordLayout;
import org.svalinn.source.type.RecordType;
import org.svalinn.source.type.VoidType;

/**
 * {@code va_list}: as large as arm64's, but its first word points to the arguments that are left, each in 8 bytes. The
 * rest is not used.
 */
final class VariableArguments {
    static final RecordType LIST = list();

    private VariableArguments() {}

    private static RecordType list() {
        var type = new RecordType("__va_list", false);
        CType pointer = new PointerType(VoidType.VOID);
        RecordLayout layout = RecordLayout.of(
                false,
                false,
                0,
                List.of(
                        new Member("__stack", pointer, false, 0, -1),
                        new Member("__gr_top", pointer, false, 0, -1),
                        new Member("__vr_top", pointer, false, 0, -1),
                        new Member("__gr_offs", IntegerType.INT, false, 0, -1),
                        new Member("__vr_offs", IntegerType.INT, false, 0, -1)));
        type.define(() -> layout);
        return type;
    }

    private static Term next(Lowering lowering, Term list, IASTNode at) {
        return lowering.places().field(list, "__stack", at);
    }

    /** {@code va_start(list, last)}. */
    static Term start(Lowering lowering, Term list, IASTNode at) {
        Term first = new Term.Value(new PointerType(VoidType.VOID), Expression.of(frame -> frame.variadic));
        return lowering.places().assign(next(lowering, list, at), first, at);
    }

    /** {@code va_arg(list, type)}. */
    static Term next(Lowering lowering, VaArg argument) {
        CType type = lowering.types().typeId(argument.type());
        Term list = lowering.expressions().term(argument.list());
        Term place = list.type().isPointer() ? lowering.places().target(list, argument) : list;
        int register = lowering.function().newRegister();
        Expression here = new Values.WriteRegister(
                register, lowering.places().value(next(lowering, place, argument), argument));
        Term after = new Term.Value(
                new PointerType(VoidType.VOID), Arithmetic.offset(new Values.ReadRegister(register), 8));
        Expression advance = lowering.places()
                .value(lowering.places().assign(next(lowering, place, argument), after, argument), argument);
        var address = new Address.Computed(new Values.ReadRegister(register), 0);
        Term value = new Term.Place(type, address, null);
        if (type.isRecord()) {
            // A struct was passed as the address of its bytes.
            Term pointer = new Term.Place(new PointerType(type), address, null);
            value = lowering.places().target(pointer, argument);
        }
        return new Term.Value(
                type.plain(),
                new Values.Sequence(List.of(here, advance), lowering.places().value(value, argument)));
    }
}
