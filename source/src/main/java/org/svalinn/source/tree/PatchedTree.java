package org.svalinn.source.tree;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A tree with a patch applied to it in memory. */
public final class PatchedTree implements SourceTree {
    private final SourceTree base;
    private final String patch;
    private final Map<String, Optional<String>> texts = new HashMap<>();
    private final List<String> passedOver = new ArrayList<>();

    private PatchedTree(SourceTree base, String patch) {
        this.base = base;
        this.patch = patch;
    }

    /**
     * Applies a patch file: unified, of any number of files, with or without a first folder in its paths.
     *
     * @throws BadInput when it cannot be read, is malformed, or does not apply
     */
    public static PatchedTree of(SourceTree base, Path patch) {
        try {
            return of(base, patch.toString(), Files.readString(patch, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new BadInput("cannot read the patch " + patch + ": " + e.getMessage(), e);
        }
    }

    /**
     * Applies a patch.
     *
     * @param name what to call it in messages
     * @throws BadInput when it is malformed or does not apply
     */
    public static PatchedTree of(SourceTree base, String name, String text) {
        PatchedTree tree = new PatchedTree(base, name);
        List<FileChange> changes = UnifiedDiff.parse(name, text);
        boolean strip = tree.isStripped(changes);
        for (FileChange change : changes) {
            tree.apply(change, strip);
        }
        return tree;
    }

    /** The changed files that the base tree left out, since Svalinn has no use for them. */
    public List<String> passedOver() {
        return List.copyOf(passedOver);
    }

    /** Whether the paths have a folder too many at their front ({@code patch -p1}), or none ({@code -p0}). */
    private boolean isStripped(List<FileChange> changes) {
        for (FileChange change : changes) {
            if (change.fromGit()) {
                return true;
            }
            if (change.oldPath() != null) {
                String stripped = stripped(change.oldPath());
                if (stripped != null && base.exists(stripped)) {
                    return true;
                }
                if (base.exists(change.oldPath())) {
                    return false;
                }
            }
        }
        FileChange first = changes.getFirst();
        String path = first.newPath() == null ? first.oldPath() : first.newPath();
        return path == null || !path.matches("(arch|drivers|include|init|ipc|kernel|lib|mm|Documentation|tools)/.*");
    }

    private static @Nullable String stripped(String path) {
        int slash = path.indexOf('/');
        return slash <= 0 ? null : path.substring(slash + 1);
    }

    private void apply(FileChange change, boolean strip) {
        String oldPath = inTree(change, change.oldPath(), strip);
        String newPath = inTree(change, change.newPath(), strip);
        String before = "";
        if (oldPath != null) {
            String known = text(oldPath);
            if (known == null && !base.keeps(oldPath)) {
                passedOver.add(oldPath);
                return;
            }
            if (known == null) {
                throw bad(change, base.name() + " has no file " + oldPath);
            }
            before = known;
        } else if (newPath != null && exists(newPath)) {
            throw bad(change, "it makes the new file " + newPath + ", which exists already");
        }
        String path = oldPath == null ? String.valueOf(newPath) : oldPath;
        String after = PatchedFile.apply(patch, path, before, change.hunks());
        if (oldPath != null) {
            if (newPath == null && !after.isEmpty()) {
                throw bad(change, "it deletes " + oldPath + ", but not all of its lines");
            }
            texts.put(oldPath, Optional.empty());
        }
        if (newPath != null) {
            texts.put(newPath, Optional.of(after));
        }
    }

    private @Nullable String inTree(FileChange change, @Nullable String path, boolean strip) {
        if (path == null) {
            return null;
        }
        String stripped = strip ? stripped(path) : path;
        String resolved = stripped == null || path.startsWith("/") ? null : Paths.resolve("", stripped);
        if (resolved == null || resolved.isEmpty()) {
            throw bad(change, "the path " + path + " leaves the tree");
        }
        return resolved;
    }

    private BadInput bad(FileChange change, String what) {
        return new BadInput(patch + ":" + change.patchLine() + ": " + what);
    }

    @Override
    public String name() {
        return base.name() + " with " + patch;
    }

    @Override
    public boolean exists(String path) {
        Optional<String> patched = texts.get(path);
        return patched == null ? base.exists(path) : patched.isPresent();
    }

    @Override
    public @Nullable String text(String path) {
        Optional<String> patched = texts.get(path);
        return patched == null ? base.text(path) : patched.orElse(null);
    }

    @Override
    public @Nullable String stamp(String path) {
        Optional<String> patched = texts.get(path);
        return patched == null ? base.stamp(path) : patched.map(Stamps::of).orElse(null);
    }

    @Override
    public boolean keeps(String path) {
        return base.keeps(path);
    }
}
