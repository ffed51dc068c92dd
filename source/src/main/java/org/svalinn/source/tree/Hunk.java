package org.svalinn.source.tree;

import java.util.List;

/**
 * One hunk of a unified diff.
 *
 * @param patchLine the line of the patch where its {@code @@} stands, from 1
 * @param number which hunk of its file it is, from 1
 * @param oldStart the line of the old file that its header states: of its first line, or when it has no old line, of
 *     the line that it comes after
 */
record Hunk(int patchLine, int number, int oldStart, List<Line> lines) {
    enum Kind {
        CONTEXT,
        DELETED,
        ADDED
    }

    /**
     * A line of a hunk.
     *
     * @param patchLine where it stands in the patch, from 1
     * @param text with its line feed, unless the patch says that it has none
     */
    record Line(int patchLine, Kind kind, String text) {}

    Hunk {
        lines = List.copyOf(lines);
    }

    /** What it wants to find. */
    List<Line> before() {
        return lines.stream().filter(line -> line.kind() != Kind.ADDED).toList();
    }

    /** What it leaves behind. */
    List<Line> after() {
        return lines.stream().filter(line -> line.kind() != Kind.DELETED).toList();
    }

    /** How many lines of the old file come before it, by its header. */
    int linesAbove() {
        return before().isEmpty() ? oldStart : oldStart - 1;
    }

    /** The number of lines of context before the first change. */
    int leadingContext() {
        int count = 0;
        while (count < lines.size() && lines.get(count).kind() == Kind.CONTEXT) {
            count++;
        }
        return count;
    }

    /** The number of lines of context after the last change. */
    int trailingContext() {
        int count = 0;
        while (count < lines.size() && lines.get(lines.size() - 1 - count).kind() == Kind.CONTEXT) {
            count++;
        }
        return count;
    }
}
