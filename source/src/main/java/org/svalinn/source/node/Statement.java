package org.svalinn.source.node;

import java.util.List;
import org.svalinn.source.runtime.Frame;

/**
 * A statement of a function's executable tree.
 *
 * <p>Control leaves a statement with one of the codes below. For GOTO, {@link Frame#target} is the label; each statement
 * around passes the code outwards until one contains the label and enters itself there. So a goto into a block, a loop
 * or a switch needs nothing special, and a statement that no label is in pays nothing.
 */
public abstract class Statement {
    public static final int NORMAL = 0;
    public static final int BREAK = 1;
    public static final int CONTINUE = 2;
    public static final int RETURN = 3;
    public static final int GOTO = 4;

    private static final Label[] NONE = {};

    private Label[] labels = NONE;

    public abstract int execute(Frame frame);

    /** Executes from the label {@link Frame#target} on, which this statement contains. */
    public int enter(Frame frame) {
        throw new IllegalStateException("no label is in " + this);
    }

    /** Takes over the labels of a part of this statement. */
    protected final void adopt(Statement part) {
        adopt(List.of(part.labels));
    }

    protected final void adopt(List<Label> more) {
        if (!more.isEmpty()) {
            Label[] all = java.util.Arrays.copyOf(labels, labels.length + more.size());
            for (int i = 0; i < more.size(); i++) {
                all[labels.length + i] = more.get(i);
            }
            labels = all;
        }
    }

    public final boolean hasLabels() {
        return labels.length > 0;
    }

    public final boolean contains(Object label) {
        for (Label own : labels) {
            if (own == label) {
                return true;
            }
        }
        return false;
    }
}
