package org.svalinn.source.compile;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import org.eclipse.cdt.core.dom.ast.c.ICASTCompositeTypeSpecifier;
import org.svalinn.source.node.Address;
import org.svalinn.source.node.Label;
import org.svalinn.source.type.CType;
import org.svalinn.source.type.RecordType;
import org.svalinn.source.type.VoidType;

/** What the parts of one function share while it is compiled: its frame, its labels. */
final class FunctionContext {
    private final String name;
    private final CType result;
    private final Set<String> addressTaken;
    private final Map<String, Label> labels = new HashMap<>();
    private final Map<ICASTCompositeTypeSpecifier, RecordType> records = new IdentityHashMap<>();
    private int registers;
    private long stack;
    private int escapes;

    /** @param addressTaken the names of which some variable in the function has its address taken */
    FunctionContext(String name, CType result, Set<String> addressTaken) {
        this.name = name;
        this.result = result;
        this.addressTaken = addressTaken;
    }

    /** The context of what is outside of functions. */
    static FunctionContext none() {
        return new FunctionContext("", VoidType.VOID, Set.of());
    }

    String name() {
        return name;
    }

    CType result() {
        return result;
    }

    boolean isInFunction() {
        return !name.isEmpty();
    }

    boolean isAddressTaken(String variable) {
        return addressTaken.contains(variable);
    }

    Label label(String label) {
        return labels.computeIfAbsent(label, Label::new);
    }

    Map<ICASTCompositeTypeSpecifier, RecordType> records() {
        return records;
    }

    int newRegister() {
        return registers++;
    }

    int registers() {
        return registers;
    }

    /** Room on the stack for one object. */
    Address newLocal(CType type) {
        long alignment = Math.max(1, type.alignment());
        stack = (stack + alignment - 1) / alignment * alignment;
        var address = new Address.OnStack(stack);
        stack += Math.max(1, type.size());
        return address;
    }

    /** How many bytes of the stack the frame takes, a multiple of 16. */
    int stackBytes() {
        return (int) (stack + 15 & -16);
    }

    /** Notes a statement expression that control may leave: compare the counts before and after to find one. */
    void noteEscape() {
        escapes++;
    }

    int escapes() {
        return escapes;
    }
}
