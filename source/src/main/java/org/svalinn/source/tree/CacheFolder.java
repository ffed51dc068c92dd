package org.svalinn.source.tree;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder for what can be made again. Nothing depends on it: what cannot be read is made, what cannot be written is
 * made again next time, with one warning for all of it. Several processes may use it at once, since a file appears in
 * it whole or not at all.
 */
public final class CacheFolder {
    private static final String TEMPORARY = ".tmp";
    private static final Duration ABANDONED = Duration.ofHours(1);

    private final @Nullable Path folder;
    private final AtomicBoolean warned = new AtomicBoolean();

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
            warn("cannot read " + name + " in the cache " + folder + ", going on without: " + e, feedback);
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
            temporary = Files.createTempFile(folder, name, TEMPORARY);
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                while (content.hasRemaining()) {
                    channel.write(content);
                }
            }
            Files.move(temporary, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            warn("cannot keep " + name + " in the cache " + folder + ", going on without: " + e, feedback);
            delete(temporary);
        }
    }

    private void warn(String message, Feedback feedback) {
        if (!warned.getAndSet(true)) {
            feedback.warning(message);
        }
    }

    /**
     * Deletes the files whose names begin with {@code prefix} and end with {@code suffix}, except one, and what
     * processes that were stopped in the midst of writing such files left.
     */
    void deleteOthers(String prefix, String suffix, String kept) {
        if (folder == null) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                boolean old = name.endsWith(suffix) && !name.equals(kept);
                if (name.startsWith(prefix) && (old || isAbandoned(file))) {
                    delete(file);
                }
            }
        } catch (IOException | DirectoryIteratorException stays) {
            // A stale file only takes room.
        }
    }

    /** Deletes the oldest of the files whose names begin with {@code prefix} until they take no more than that. */
    public void limit(String prefix, long bytes) {
        if (folder == null) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> newestFirst = files.filter(file -> file.getFileName().toString().startsWith(prefix))
                    .sorted(Comparator.comparing(CacheFolder::time).reversed())
                    .toList();
            long total = 0;
            for (Path file : newestFirst) {
                total += Files.size(file);
                if (total > bytes) {
                    delete(file);
                }
            }
        } catch (IOException | UncheckedIOException stays) {
            // Another process tidies at the same time.
        }
    }

    private static FileTime time(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException gone) {
            return FileTime.fromMillis(0);
        }
    }

    private static boolean isAbandoned(Path file) throws IOException {
        return file.toString().endsWith(TEMPORARY)
                && Files.getLastModifiedTime(file).toInstant().isBefore(Instant.now().minus(ABANDONED));
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
