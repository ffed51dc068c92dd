package org.svalinn.source.tree;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;

/**
 * Takes the wanted texts out of a compressed kernel archive. Nothing is unpacked to disk, so an entry can do no harm;
 * one whose path leaves the tree is passed over, and one too large for a source file refuses the archive.
 */
final class ArchiveReader {
    private static final int LARGEST_TEXT = 32 << 20;

    private final Path archive;
    private final Feedback feedback;

    ArchiveReader(Path archive, Feedback feedback) {
        this.archive = archive;
        this.feedback = feedback;
    }

    Collection<Pack.Packed> read() throws IOException {
        try (ExecutorService packers = Executors.newFixedThreadPool(1, Thread.ofPlatform().daemon().factory());
                InputStream decompressed = decompressed();
                Progress content = new Progress(decompressed)) {
            return read(new TarReader(content), packers);
        } catch (EOFException e) {
            throw new BadInput(archive + " is cut short: fetch it again", e);
        } catch (TarReader.Malformed e) {
            throw new BadInput(archive + " is not a tar archive of a kernel: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new BadInput(archive + " cannot be decompressed: " + e.getMessage() + ": fetch it again", e);
        }
    }

    private Collection<Pack.Packed> read(TarReader tar, ExecutorService packers) throws IOException {
        List<Future<Pack.Packed>> texts = new ArrayList<>();
        Map<String, String> links = new LinkedHashMap<>();
        Root root = new Root();
        for (TarReader.Entry entry = tar.next(); entry != null; entry = tar.next()) {
            String path = root.relative(entry.path());
            if (path == null || !Wanted.isWanted(path)) {
                continue;
            }
            if (entry.isLink()) {
                String target = Paths.resolve(parent(path), entry.target());
                if (target != null) {
                    links.put(path, target);
                }
            } else if (entry.isFile()) {
                if (entry.size() > LARGEST_TEXT) {
                    throw new BadInput(archive + " is no kernel: its " + path + " is said to have " + entry.size()
                            + " bytes");
                }
                byte[] text = tar.content();
                texts.add(packers.submit(() -> Pack.Packed.of(path, text)));
            }
        }
        return withLinks(texts, links);
    }

    private static Collection<Pack.Packed> withLinks(List<Future<Pack.Packed>> texts, Map<String, String> links)
            throws IOException {
        Map<String, Pack.Packed> byPath = new LinkedHashMap<>();
        try {
            for (Future<Pack.Packed> text : texts) {
                Pack.Packed packed = text.get();
                byPath.put(packed.path(), packed);
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        links.forEach((path, target) -> {
            Pack.Packed text = byPath.get(target);
            if (text != null) {
                byPath.putIfAbsent(path, text.at(path));
            }
        });
        return byPath.values();
    }

    private static String parent(String path) {
        return path.substring(0, path.lastIndexOf('/') + 1);
    }

    private InputStream decompressed() throws IOException {
        byte[] magic = new byte[6];
        try (InputStream in = Files.newInputStream(archive)) {
            in.readNBytes(magic, 0, magic.length);
        }
        if ((magic[0] & 0xff) == 0xfd && magic[1] == '7' && magic[2] == 'z' && magic[3] == 'X' && magic[4] == 'Z') {
            return XzBlocks.suit(archive)
                    ? XzBlocks.open(archive)
                    : new XZInputStream(new BufferedInputStream(Files.newInputStream(archive), 1 << 16));
        }
        if ((magic[0] & 0xff) == 0x1f && (magic[1] & 0xff) == 0x8b) {
            return new GZIPInputStream(Files.newInputStream(archive), 1 << 16);
        }
        throw new BadInput(archive + " is neither a directory nor a .tar.xz or .tar.gz archive");
    }

    /** What all paths of the archive begin with: {@code linux-6.1/}, {@code ./} or nothing. */
    private static final class Root {
        private @Nullable String prefix;

        /** The path in the tree, null when it is not in it. */
        @Nullable String relative(String entry) {
            String path = Paths.resolve("", entry);
            if (path == null || path.isEmpty()) {
                return null;
            }
            if (prefix == null) {
                int slash = path.indexOf('/');
                String first = slash < 0 ? path : path.substring(0, slash);
                prefix = slash >= 0 || entry.endsWith("/") ? rootNamed(first) : "";
            }
            return path.startsWith(prefix) ? path.substring(prefix.length()) : null;
        }

        private static String rootNamed(String folder) {
            return switch (folder) {
                case "Documentation", "LICENSES", "arch", "block", "certs", "crypto", "drivers", "include" -> "";
                default -> folder + "/";
            };
        }
    }

    /** Tells how far the decompression has come. */
    private final class Progress extends FilterInputStream {
        private static final long STEP = 8L << 20;

        private final long total;
        private long count;

        Progress(InputStream in) {
            super(in);
            this.total = in instanceof XzBlocks blocks ? blocks.length() : 0;
        }

        private void advance(long bytes) {
            if (count / STEP != (count + bytes) / STEP) {
                feedback.progress("reading " + archive.getFileName(), count + bytes, total);
            }
            count += bytes;
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            advance(read < 0 ? 0 : 1);
            return read;
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            int read = super.read(to, offset, length);
            advance(Math.max(read, 0));
            return read;
        }

        @Override
        public long skip(long length) throws IOException {
            long skipped = super.skip(length);
            advance(skipped);
            return skipped;
        }
    }
}
