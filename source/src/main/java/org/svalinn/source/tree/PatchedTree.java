package org.svalinn.source.tree;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A tree with a patch applied in memory; the tree beneath stays as it is. Patches stack: the tree beneath may be
 * patched itself.
 *
 * <p>A unified diff is taken as patch(1) takes it with {@code --fuzz=0}; see {@link HunkApplier}. Changes of files
 * that the tree beneath does not keep ({@link SourceTree#keeps}) are passed over and named by {@link #passedOver}.
 */
public final class PatchedTree implements SourceTree {
    private final SourceTree base;
    private final String patch;
    private final Map<String, String> changed = new HashMap<>();
    private final Set<String> deleted = new HashSet<>();
    private final List<String> passedOver = new ArrayList<>();

    private PatchedTree(SourceTree base, String patch, String text) {
        this.base = base;
        this.patch = patch;
        List<FileChange> changes = PatchReader.read(patch, text);
        PatchPaths paths = PatchPaths.of(patch, changes, this::exists);
        for (FileChange change : changes) {
            apply(change, paths);
        }
    }

    /**
     * {@code base} with a patch applied.
     *
     * @throws BadInput when the patch cannot be read or does not apply; the message names its line, the file and the
     *     hunk
     */
    public static PatchedTree of(SourceTree base, Path patch) {
        try {
            return of(base, patch.toString(), Files.readString(patch, StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException e) {
            throw new BadInput("no such patch: " + patch, e);
        } catch (IOException e) {
            throw new BadInput("cannot read the patch " + patch + ": " + e.getMessage(), e);
        }
    }

    /**
     * {@code base} with a patch applied.
     *
     * @param patch what to call the patch in a message
     * @param text the patch itself, one char a byte (ISO 8859-1)
     * @throws BadInput when the patch does not apply
     */
    public static PatchedTree of(SourceTree base, String patch, String text) {
        return new PatchedTree(base, patch, text);
    }

    @Override
    public String name() {
        return base.name() + " with " + patch;
    }

    /** Files that the patch changes and that the tree beneath does not keep, in the order of the patch. */
    public List<String> passedOver() {
        return List.copyOf(passedOver);
    }

    @Override
    public boolean exists(String path) {
        return changed.containsKey(path) || (!deleted.contains(path) && base.exists(path));
    }

    @Override
    public @Nullable String text(String path) {
        String text = changed.get(path);
        return text != null || deleted.contains(path) ? text : base.text(path);
    }

    @Override
    public @Nullable String stamp(String path) {
        String text = changed.get(path);
        if (text != null) {
            return Stamps.of(text);
        }
        return deleted.contains(path) ? null : base.stamp(path);
    }

    @Override
    public boolean keeps(String path) {
        return changed.containsKey(path) || base.keeps(path);
    }

    private void apply(FileChange change, PatchPaths paths) {
        List<String> candidates = paths.inTree(change);
        if (candidates.isEmpty()) {
            throw bad(change, "the path " + change.name() + " names no file of the tree");
        }
        String target = candidates.stream().filter(this::exists).findFirst().orElse(candidates.getFirst());
        String old = text(target);
        if (old == null && change.from() != null && !keeps(target)) {
            passedOver.add(target);
            return;
        }
        if (old == null && !change.mayMakeFile()) {
            throw bad(change, "the patch changes " + target + ", but " + base.name() + " has no such file");
        }
        if (old != null && change.from() == null) {
            throw bad(change, "the patch makes " + target + ", but " + base.name() + " has that file already");
        }
        String text = new HunkApplier(patch, target, old == null ? "" : old).apply(change.hunks());
        if (change.to() == null && !text.isEmpty()) {
            throw bad(change, "the patch deletes " + target + ", but not all of its lines");
        }
        if (change.to() == null || (change.deletesWhenEmpty() && text.isEmpty())) {
            changed.remove(target);
            deleted.add(target);
        } else {
            deleted.remove(target);
            changed.put(target, text);
        }
    }

    private BadInput bad(FileChange change, String what) {
        return new BadInput(patch + ":" + change.patchLine() + ": " + what);
    }
}
