package org.svalinn.source.node;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.svalinn.source.runtime.Frame;

/** {@code switch}, with case ranges. */
public final class Switch extends Statement {
    private final Expression control;
    private final long[] low;
    private final long[] high;
    private final Label[] labels;
    private final @Nullable Label otherwise;
    private final Statement body;

    /** The values from {@code low} to {@code high}, as values of the controlling type, lead to the label. */
    public record Case(long low, long high, Label label) {}

    public Switch(Expression control, List<Case> cases, @Nullable Label otherwise, Statement body) {
        this.control = control;
        low = cases.stream().mapToLong(Case::low).toArray();
        high = cases.stream().mapToLong(Case::high).toArray();
        labels = cases.stream().map(Case::label).toArray(Label[]::new);
        this.otherwise = otherwise;
        this.body = body;
        adopt(body);
    }

    @Override
    public int execute(Frame frame) {
        Label label = choose(control.eval(frame));
        if (label == null) {
            return NORMAL;
        }
        frame.target = label;
        return enter(frame);
    }

    @Override
    public int enter(Frame frame) {
        int code = body.enter(frame);
        return code == BREAK ? NORMAL : code;
    }

    private @Nullable Label choose(long value) {
        for (int i = 0; i < low.length; i++) {
            if (value >= low[i] && value <= high[i]) {
                return labels[i];
            }
        }
        return otherwise;
    }
}
