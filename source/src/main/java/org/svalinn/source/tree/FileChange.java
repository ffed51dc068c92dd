package org.svalinn.source.tree;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a patch does to one file. Paths are as the patch has them, to be stripped of their first folder or not.
 *
 * @param oldPath null for a new file
 * @param newPath null for a file that is deleted
 * @param patchLine where the change begins in the patch
 * @param fromGit whether the patch says so in git's way, whose paths always have a folder to strip
 */
record FileChange(
        @Nullable String oldPath, @Nullable String newPath, int patchLine, boolean fromGit, List<Hunk> hunks) {}
