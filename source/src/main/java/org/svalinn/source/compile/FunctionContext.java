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
    private final Space space;

    /** What a function shares with those that are inlined in it: the frame. */
    private static final class Space {
        int registers;
        long stack;
        int escapes;
        int inlinings;
    }

    /** @param addressTaken the names of which some variable in the function has its address taken */
    FunctionContext(String name, CType result, Set<String> addressTaken) {
        this.name = name;
        this.result = result;
        this.addressTaken = addressTaken;
        this.space = new Space();
    }

    private FunctionContext(String name, CType result, Space space) {
        this.name = name;
        this.result = result;
        this.addressTaken = Set.of();
        this.space = space;
    }

    /** The context of a function that is inlined in this one, and takes the address of none of its variables. */
    FunctionContext inlined(String callee, CType calleeResult) {
        return new FunctionContext(callee, calleeResult, space);
    }

    /** The context of what is outside of functions. */
    static FunctionContext none() {
        return new FunctionContext("", VoidType.VOID, Set.of());
    }

    /** Notes that one more function is inlined in this frame; how many that makes. */
    int noteInlining() {
        return ++space.inlinings;
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
        return space.registers++;
    }

    int registers() {
        return space.registers;
    }

    /** Room on the stack for one object. */
    Address newLocal(CType type) {
        long alignment = Math.max(1, type.alignment());
        space.stack = (space.stack + alignment - 1) / alignment * alignment;
        var address = new Address.OnStack(space.stack);
        space.stack += Math.max(1, type.size());
        return address;
    }

    /** How many bytes of the stack the frame takes, a multiple of 16. */
    int stackBytes() {
        return (int) (space.stack + 15 & -16);
    }

    /** Notes a statement expression that control may leave: compare the counts before and after to find one. */
    void noteEscape() {
        space.escapes++;
    }

    int escapes() {
        return space.escapes;
    }
}
