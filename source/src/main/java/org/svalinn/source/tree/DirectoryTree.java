package org.svalinn.source.tree;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** A tree in a directory. Files are read when they are asked for; nothing is listed or kept. */
public final class DirectoryTree implements SourceTree {
    private final Path root;

    /** The tree whose {@code Makefile} and {@code include} lie in {@code root}. */
    public DirectoryTree(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    @Override
    public String name() {
        return root.toString();
    }

    @Override
    public boolean exists(String path) {
        return Files.isRegularFile(root.resolve(path));
    }

    @Override
    public @Nullable String text(String path) {
        try {
            return Files.readString(root.resolve(path), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            if (!exists(path)) {
                return null;
            }
            throw new BadInput("cannot read " + root.resolve(path) + ": " + e.getMessage(), e);
        }
    }

    @Override
    public @Nullable String stamp(String path) {
        if (!exists(path)) {
            return null;
        }
        try {
            BasicFileAttributes attributes = Files.readAttributes(root.resolve(path), BasicFileAttributes.class);
            return attributes.size() + "@" + attributes.lastModifiedTime().toInstant();
        } catch (IOException absent) {
            return null;
        }
    }
}
