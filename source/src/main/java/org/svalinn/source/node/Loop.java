package org.svalinn.source.node;

import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Site;
import org.svalinn.source.runtime.Frame;

/** {@code for}, {@code while} and {@code do}: what they differ in is when the condition is tested first. */
public final class Loop extends Statement {
    private final @Nullable Statement initialisation;
    private final @Nullable Expression condition;
    private final @Nullable Expression increment;
    private final Statement body;
    private final boolean testsFirst;
    private final Site site;

    /**
     * @param condition null for none
     * @param testsFirst false for {@code do}
     */
    public Loop(
            @Nullable Statement initialisation,
            @Nullable Expression condition,
            @Nullable Expression increment,
            Statement body,
            boolean testsFirst,
            Site site) {
        this.initialisation = initialisation;
        this.condition = condition;
        this.increment = increment;
        this.body = body;
        this.testsFirst = testsFirst;
        this.site = site;
        adopt(body);
    }

    @Override
    public int execute(Frame frame) {
        if (initialisation != null) {
            initialisation.execute(frame);
        }
        return testsFirst && !goesOn(frame) ? NORMAL : iterate(frame, body.execute(frame));
    }

    @Override
    public int enter(Frame frame) {
        return iterate(frame, body.enter(frame));
    }

    private int iterate(Frame frame, int first) {
        int code = first;
        while (true) {
            if (code == GOTO && hasLabels() && contains(java.util.Objects.requireNonNull(frame.target))) {
                code = body.enter(frame);
                continue;
            }
            if (code == BREAK) {
                return NORMAL;
            }
            if (code != NORMAL && code != CONTINUE) {
                return code;
            }
            frame.cpu.tick(site);
            if (increment != null) {
                increment.eval(frame);
            }
            if (!goesOn(frame)) {
                return NORMAL;
            }
            code = body.execute(frame);
        }
    }

    private boolean goesOn(Frame frame) {
        return condition == null || condition.test(frame);
    }
}
