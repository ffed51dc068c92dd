package org.svalinn.source.tree;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where in the tree the files of a patch are: most patches put one folder before the path ({@code a/} and {@code b/},
 * or the folders of two trees that were compared), some none. As {@code -p} is for patch(1), it holds for the whole
 * patch; here it is the one that leads to more files of the tree.
 */
final class PatchPaths {
    /** The folders at the top of a kernel tree, for a patch that only makes files. */
    private static final Set<String> TOP = Set.of(
            "Documentation", "arch", "block", "certs", "crypto", "drivers", "fs", "include", "init", "io_uring", "ipc",
            "kernel", "lib", "mm", "net", "rust", "samples", "scripts", "security", "sound", "tools", "usr", "virt");

    private final String patch;
    private final boolean stripped;

    private PatchPaths(String patch, boolean stripped) {
        this.patch = patch;
        this.stripped = stripped;
    }

    /**
     * @param patch what to call the patch in a message
     * @param inTree whether the tree has a file of that path
     */
    static PatchPaths of(String patch, List<FileChange> changes, Predicate<String> inTree) {
        PatchPaths withFolder = new PatchPaths(patch, true);
        PatchPaths without = new PatchPaths(patch, false);
        int found = withFolder.found(changes, inTree);
        int foundWithout = without.found(changes, inTree);
        if (found != foundWithout) {
            return found > foundWithout ? withFolder : without;
        }
        return changes.stream().allMatch(PatchPaths::beginsAtTop) ? without : withFolder;
    }

    private static boolean beginsAtTop(FileChange change) {
        String path = change.name();
        int slash = path.indexOf('/');
        return slash < 0 || TOP.contains(path.substring(0, slash));
    }

    /** How many changes are of files that the tree has, or that the patch has made before. */
    private int found(List<FileChange> changes, Predicate<String> inTree) {
        Set<String> made = new HashSet<>();
        int found = 0;
        for (FileChange change : changes) {
            List<String> paths = inTree(change);
            if (paths.stream().anyMatch(path -> made.contains(path) || inTree.test(path))) {
                found++;
            }
            if (change.from() == null) {
                made.addAll(paths);
            }
        }
        return found;
    }

    /**
     * The paths in the tree that a change names: of the file after it and, if that is another, before it.
     *
     * @throws BadInput when one leads out of the tree
     */
    List<String> inTree(FileChange change) {
        return Stream.concat(Stream.ofNullable(change.to()), Stream.ofNullable(change.from()))
                .map(name -> inTree(change, name))
                .filter(path -> !path.isEmpty())
                .distinct()
                .toList();
    }

    private String inTree(FileChange change, String name) {
        if (name.startsWith("/") || ("/" + name + "/").contains("/../") || name.indexOf('\0') >= 0) {
            throw new BadInput(patch + ":" + change.patchLine() + ": the path " + name
                    + " leads out of the tree: make the patch at the root of the tree, with git diff");
        }
        return Stream.of(name.split("/"))
                .filter(part -> !part.isEmpty() && !part.equals("."))
                .skip(stripped ? 1 : 0)
                .collect(Collectors.joining("/"));
    }
}
