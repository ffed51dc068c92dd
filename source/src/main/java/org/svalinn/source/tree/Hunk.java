package org.svalinn.source.tree;

import java.util.List;

/**
 * One hunk of a unified diff.
 *
 * @param patchLine the line of the patch that its {@code @@} is in
 * @param oldStart the line it is meant for, from 1; for a pure insertion the line before it
 * @param newStart the same in the file as it is to be
 */
record Hunk(int patchLine, int oldStart, int newStart, List<Line> lines) {
    /** What is done with a line. */
    enum Kind {
        CONTEXT,
        REMOVED,
        ADDED
    }

    /**
     * A line.
     *
     * @param text with its newline, which only the last line of a file can lack
     * @param patchLine where it is in the patch
     */
    record Line(Kind kind, String text, int patchLine) {}

    /** The lines that must be there. */
    List<Line> before() {
        return lines.stream().filter(line -> line.kind() != Kind.ADDED).toList();
    }

    /** The lines that will be there. */
    List<Line> after() {
        return lines.stream().filter(line -> line.kind() != Kind.REMOVED).toList();
    }

    int leadingContext() {
        int count = 0;
        while (count < lines.size() && lines.get(count).kind() == Kind.CONTEXT) {
            count++;
        }
        return count;
    }

    int trailingContext() {
        int count = 0;
        while (count < lines.size() && lines.get(lines.size() - 1 - count).kind() == Kind.CONTEXT) {
            count++;
        }
        return count;
    }
}
