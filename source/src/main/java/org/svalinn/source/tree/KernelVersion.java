package org.svalinn.source.tree;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The version that a tree's top Makefile states, such as 6.1.192. */
public record KernelVersion(int version, int patchlevel, int sublevel) {
    /** @throws BadInput when the tree has no Makefile or it states no version: it is no kernel tree */
    public static KernelVersion of(SourceTree tree) {
        @Nullable String makefile = tree.text("Makefile");
        if (makefile == null) {
            throw new BadInput(tree.name() + " is not a kernel tree: it has no Makefile at its root");
        }
        return new KernelVersion(
                value(tree, makefile, "VERSION"),
                value(tree, makefile, "PATCHLEVEL"),
                value(tree, makefile, "SUBLEVEL"));
    }

    private static int value(SourceTree tree, String makefile, String variable) {
        Matcher line = Pattern.compile("(?m)^" + variable + "\\s*=\\s*(\\d{1,6})\\s*$").matcher(makefile);
        if (!line.find()) {
            throw new BadInput(tree.name() + " is not a kernel tree: its Makefile sets no " + variable);
        }
        return Integer.parseInt(line.group(1));
    }

    /** Whether this is that version or a later one. */
    public boolean isAtLeast(int otherVersion, int otherPatchlevel) {
        return version != otherVersion ? version > otherVersion : patchlevel >= otherPatchlevel;
    }

    @Override
    public String toString() {
        return version + "." + patchlevel + "." + sublevel;
    }
}
