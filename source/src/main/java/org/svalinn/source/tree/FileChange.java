package org.svalinn.source.tree;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a unified diff does to one file.
 *
 * @param patchLine the line of the patch where the file's part begins, from 1
 * @param from the file before, as the patch names it; null when the change makes the file
 * @param to the file after, as the patch names it; null when the change deletes the file
 * @param deletesWhenEmpty whether a file that is left without any line is to go: plain {@code diff -N} names no
 *     {@code /dev/null} but dates the missing file 1970
 */
record FileChange(
        int patchLine, @Nullable String from, @Nullable String to, boolean deletesWhenEmpty, List<Hunk> hunks) {
    FileChange {
        hunks = List.copyOf(hunks);
    }

    /** The name by which to call the file in a message. */
    String name() {
        String name = to == null ? from : to;
        if (name == null) {
            throw new IllegalStateException("a change of no file");
        }
        return name;
    }

    /** Whether the one hunk is all there is of the new file, as in a plain {@code diff -N}. */
    boolean mayMakeFile() {
        return from == null || (hunks.size() == 1 && hunks.getFirst().oldStart() == 0);
    }
}
