package org.svalinn.source.tree;

import org.jspecify.annotations.Nullable;

/**
 * A Linux source tree, wherever it lies: a directory, an archive, a tree with a patch applied.
 *
 * <p>Paths are relative to the root of the tree, with {@code /} between their parts, and without {@code .} or
 * {@code ..}. Implementations may be asked from several threads.
 */
public interface SourceTree {
    /** What to call the tree in a message, such as {@code linux-source-6.1.tar.xz}. */
    String name();

    /** Whether the tree has a file of that path. */
    boolean exists(String path);

    /**
     * The text of a file, one char a byte (ISO 8859-1), so that a string literal of any encoding keeps its bytes.
     *
     * @return null when the tree has no such file
     */
    @Nullable String text(String path);

    /**
     * A short word that changes whenever the text of the file does, cheaper to have than the text.
     *
     * @return null when the tree has no such file
     */
    @Nullable String stamp(String path);

    /**
     * Whether a file of that path would be here if the kernel it was taken from has one. A tree may leave out what
     * Svalinn has no use for.
     */
    default boolean keeps(String path) {
        return true;
    }
}
