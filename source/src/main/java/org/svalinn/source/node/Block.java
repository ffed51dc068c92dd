package org.svalinn.source.node;

import java.util.List;
import java.util.Objects;
import org.svalinn.source.runtime.Frame;

/** Statements one after the other. */
public final class Block extends Statement {
    private final Statement[] statements;

    private Block(Statement[] statements) {
        this.statements = statements;
        for (Statement statement : statements) {
            adopt(statement);
        }
    }

    public static Statement of(List<Statement> statements) {
        boolean isTrivial = statements.size() == 1 && !statements.get(0).hasLabels();
        return isTrivial ? statements.get(0) : new Block(statements.toArray(new Statement[0]));
    }

    @Override
    public int execute(Frame frame) {
        return executeFrom(frame, 0);
    }

    private int executeFrom(Frame frame, int first) {
        Statement[] parts = statements;
        for (int i = first; i < parts.length; i++) {
            int code = parts[i].execute(frame);
            if (code != NORMAL) {
                return code == GOTO && hasLabels() && contains(target(frame)) ? enter(frame) : code;
            }
        }
        return NORMAL;
    }

    @Override
    public int enter(Frame frame) {
        while (true) {
            int at = 0;
            while (!statements[at].contains(target(frame))) {
                at++;
            }
            int code = statements[at].enter(frame);
            if (code == NORMAL) {
                return executeFrom(frame, at + 1);
            }
            if (code != GOTO || !contains(target(frame))) {
                return code;
            }
        }
    }

    private static Object target(Frame frame) {
        return Objects.requireNonNull(frame.target);
    }
}
