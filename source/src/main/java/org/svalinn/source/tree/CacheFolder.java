package org.svalinn.source.tree;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A folder for what can be made again. Nothing depends on it: what cannot be read is made, what cannot be written is
 * made again next time, with a warning. Several processes may use it at once, since a file appears in it whole or not
 * at all.
 */
public final class CacheFolder {
    private final @Nullable Path folder;

    private CacheFolder(@Nullable Path folder) {
        this.folder = folder;
    }

    /** The user's: {@code $XDG_CACHE_HOME/svalinn}, or {@code ~/.cache/svalinn} where that is not set. */
    public static CacheFolder ofUser() {
        String configured = System.getenv("XDG_CACHE_HOME");
        Path base = configured != null && Path.of(configured).isAbsolute()
                ? Path.of(configured)
                : Path.of(System.getProperty("user.home"), ".cache");
        return new CacheFolder(base.resolve("svalinn"));
    }

    /** A cache in that folder, which need not exist. */
    public static CacheFolder at(Path folder) {
        return new CacheFolder(folder);
    }

    /** A cache that keeps nothing. */
    public static CacheFolder none() {
        return new CacheFolder(null);
    }

    /** The content of a file; null if there is none or it cannot be read. */
    public @Nullable ByteBuffer read(String name, Feedback feedback) {
        if (folder == null) {
            return null;
        }
        try (FileChannel channel = FileChannel.open(folder.resolve(name), StandardOpenOption.READ)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
        } catch (NoSuchFileException absent) {
            return null;
        } catch (IOException e) {
            feedback.warning("cannot read the cache file " + folder.resolve(name) + ": " + e.getMessage());
            return null;
        }
    }

    /** Writes a file whole. Tells {@code feedback} if that fails. */
    public void write(String name, ByteBuffer content, Feedback feedback) {
        if (folder == null) {
            return;
        }
        Path temporary = null;
        try {
            Files.createDirectories(folder);
            temporary = Files.createTempFile(folder, name, ".tmp");
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                while (content.hasRemaining()) {
                    channel.write(content);
                }
            }
            Files.move(temporary, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            feedback.warning("cannot keep " + name + " in the cache " + folder + ", going on without: " + e);
            delete(temporary);
        }
    }

    /** Deletes the files whose names begin with {@code prefix}, except one. */
    void deleteOthers(String prefix, String kept) {
        if (folder == null) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, prefix + "*")) {
            for (Path file : files) {
                if (!file.getFileName().toString().equals(kept)) {
                    delete(file);
                }
            }
        } catch (IOException stays) {
            // A stale file only takes room.
        }
    }

    private static void delete(@Nullable Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException stays) {
            // A stale file only takes room.
        }
    }
}
