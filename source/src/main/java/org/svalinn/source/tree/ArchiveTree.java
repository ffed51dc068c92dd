package org.svalinn.source.tree;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * A tree in a compressed archive, of which only what Svalinn can need is kept.
 *
 * <p>To decompress a kernel takes seconds, so the wanted texts are kept in the cache as one {@link Pack}. Its name is
 * made of where the archive lies and what it looks like from outside: size, time, first and last bytes. Packs of what
 * lay there before are deleted.
 */
final class ArchiveTree implements SourceTree {
    private static final int SAMPLE = 1 << 16;
    private static final String SUFFIX = ".pack";

    private final String name;
    private final Pack pack;

    private ArchiveTree(String name, Pack pack) {
        this.name = name;
        this.pack = pack;
    }

    /**
     * Opens an archive.
     *
     * @throws BadInput when it cannot be read, is damaged or hostile
     */
    static ArchiveTree open(Path archive, CacheFolder cache, Feedback feedback) {
        String name = archive.getFileName().toString();
        try {
            String prefix = name + "-" + place(archive) + "-";
            String cached = prefix + identity(archive) + SUFFIX;
            ByteBuffer known = cache.read(cached, feedback);
            Pack pack = known == null ? null : Pack.open(known);
            if (known != null && pack == null) {
                feedback.warning("the cached form of " + name + " is damaged and is made again");
            }
            if (pack == null) {
                Collection<Pack.Packed> texts = ArchiveReader.read(archive, feedback);
                ByteBuffer content = Pack.write(texts);
                pack = Pack.open(content.duplicate());
                if (pack == null) {
                    throw new IllegalStateException("a pack just written cannot be read");
                }
                cache.write(cached, content, feedback);
                cache.deleteOthers(prefix, SUFFIX, cached);
            }
            return new ArchiveTree(name, pack);
        } catch (IOException e) {
            throw new BadInput("cannot read " + archive + ": " + e.getMessage(), e);
        }
    }

    private static String place(Path archive) {
        return Stamps.of(archive.toAbsolutePath().normalize().toString().getBytes(StandardCharsets.UTF_8))
                .substring(0, 8);
    }

    private static String identity(Path archive) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(archive.toFile(), "r")) {
            byte[] head = new byte[(int) Math.min(SAMPLE, file.length())];
            file.readFully(head);
            byte[] tail = new byte[head.length];
            file.seek(file.length() - tail.length);
            file.readFully(tail);
            String seen = file.length() + " " + Files.getLastModifiedTime(archive) + " " + Stamps.of(head) + " "
                    + Stamps.of(tail) + " " + Wanted.VERSION;
            return Stamps.of(seen.getBytes(StandardCharsets.UTF_8)).substring(0, 16);
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean exists(String path) {
        return pack.has(path);
    }

    @Override
    public @Nullable String text(String path) {
        return pack.text(path);
    }

    @Override
    public @Nullable String stamp(String path) {
        return pack.stamp(path);
    }

    @Override
    public boolean keeps(String path) {
        return Wanted.isWanted(path);
    }
}
