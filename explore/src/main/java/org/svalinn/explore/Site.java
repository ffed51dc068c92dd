package org.svalinn.explore;

/**
 * Where in a program a step is taken.
 *
 * @param file the source file, relative to its tree
 * @param line the line in it, from 1; 0 when the site is not in a file
 * @param function the function or method that contains it
 */
public record Site(String file, int line, String function) {
    /** A site that is not in any file: an engine's own step, or a test's. */
    public static Site named(String function) {
        return new Site("", 0, function);
    }

    @Override
    public String toString() {
        return file.isEmpty() ? function : function + " " + file + ":" + line;
    }
}
