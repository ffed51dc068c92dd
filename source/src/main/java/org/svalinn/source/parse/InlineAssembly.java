package org.svalinn.source.parse;

import java.util.ArrayList;
import java.util.List;
import org.eclipse.cdt.core.dom.ast.IASTExpression;

/** {@code asm [volatile] [goto] (template : outputs : inputs : clobbers : labels);} with nothing lost. */
public final class InlineAssembly extends ExtensionDeclaration {
    private final Text text;
    private final List<Slot> outputs;
    private final List<Slot> inputs;

    InlineAssembly(Text text, List<Operand> outputs, List<Operand> inputs) {
        this.text = text;
        this.outputs = adoptAll(outputs, 0);
        this.inputs = adoptAll(inputs, outputs.size());
    }

    private List<Slot> adoptAll(List<Operand> operands, int from) {
        List<Slot> slots = new ArrayList<>();
        for (Operand operand : operands) {
            adopt(operand.value());
            slots.add(new Slot(operand.name(), operand.constraint(), from + slots.size()));
        }
        return slots;
    }

    /** The instructions, adjacent string literals joined, escapes as written. */
    public String template() {
        return text.template();
    }

    /** Whether it may jump to {@link #labels}. */
    public boolean isGoto() {
        return text.isGoto();
    }

    /** Whether it is marked volatile. */
    public boolean isVolatile() {
        return text.isVolatile();
    }

    /** What it writes: lvalues. */
    public List<Operand> outputs() {
        return operands(outputs);
    }

    /** What it reads. */
    public List<Operand> inputs() {
        return operands(inputs);
    }

    /** Registers and {@code memory}. */
    public List<String> clobbers() {
        return text.clobbers();
    }

    /** The labels it may jump to. */
    public List<String> labels() {
        return text.labels();
    }

    private List<Operand> operands(List<Slot> slots) {
        List<Operand> operands = new ArrayList<>();
        for (Slot slot : slots) {
            operands.add(new Operand(slot.name(), slot.constraint(), (IASTExpression) child(slot.child())));
        }
        return operands;
    }

    /**
     * One operand.
     *
     * @param name the symbolic name, empty when it has none
     * @param constraint such as {@code =r} or {@code +Q}
     */
    public record Operand(String name, String constraint, IASTExpression value) {}

    /** The parts that are not expressions. */
    record Text(
            String template, boolean isVolatile, boolean isGoto, List<String> clobbers, List<String> labels) {}

    private record Slot(String name, String constraint, int child) {}
}
