package org.svalinn.source.tree;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.CorruptedInputException;
import org.tukaani.xz.XZFormatException;
import org.tukaani.xz.XZInputStream;

/**
 * Takes the wanted texts out of a compressed kernel archive. Nothing is unpacked to disk, so an entry can do no harm:
 * one whose path leaves the tree is passed over, as are devices and links that lead out or nowhere; a text too large
 * for a source file refuses the archive.
 */
final class ArchiveReader {
    private static final int LARGEST_TEXT = 32 << 20;
    private static final long MOST_TEXT = 1L << 30;
    private static final int LONGEST_PATH = 4096;
    private static final int LONGEST_CHAIN = 8;
    private static final int MOST_KIBIBYTES = 1 << 20;

    private final Path archive;
    private final Feedback feedback;
    private final Map<String, Pack.Packed> texts = new LinkedHashMap<>();
    private final Map<String, String> links = new LinkedHashMap<>();
    private final Root root = new Root();
    private long size;

    private ArchiveReader(Path archive, Feedback feedback) {
        this.archive = archive;
        this.feedback = feedback;
    }

    /**
     * The wanted texts of an archive.
     *
     * @throws BadInput when it is damaged or hostile, or no kernel is in it
     */
    static Collection<Pack.Packed> read(Path archive, Feedback feedback) throws IOException {
        ArchiveReader reader = new ArchiveReader(archive, feedback);
        reader.read();
        return reader.texts.values();
    }

    private void read() throws IOException {
        try (Watched content = decompressed()) {
            TarReader tar = new TarReader(content);
            for (TarReader.Entry entry = tar.next(); entry != null; entry = tar.next()) {
                take(entry, tar);
            }
            content.drain(); // a damaged end is found only there
        } catch (EOFException e) {
            throw new BadInput(archive + " is cut short: fetch it again", e);
        } catch (XZFormatException | CorruptedInputException | ZipException e) {
            throw new BadInput(archive + " is damaged or cut short: fetch it again", e);
        } catch (TarReader.Malformed e) {
            throw new BadInput(archive + " is not the tar archive of a kernel: " + e.getMessage(), e);
        }
        follow();
        if (!texts.containsKey("Makefile") || texts.keySet().stream().noneMatch(path -> path.startsWith("include/"))) {
            throw new BadInput(archive + " holds no kernel:"
                    + " one folder is expected, such as linux-6.1/, with the Makefile and include/ in it");
        }
    }

    private void take(TarReader.Entry entry, TarReader tar) throws IOException {
        String path = root.relative(entry);
        if (path == null || path.length() > LONGEST_PATH || !Wanted.isWanted(path)) {
            return;
        }
        if (entry.isFile()) {
            size += entry.size();
            if (entry.size() > LARGEST_TEXT || size > MOST_TEXT) {
                throw new BadInput(
                        archive + " is no kernel: its " + path + " is said to have " + entry.size() + " bytes");
            }
            texts.put(path, Pack.Packed.of(path, tar.content()));
        } else if (entry.isSymbolicLink()) {
            link(path, Paths.resolve(path.substring(0, path.lastIndexOf('/') + 1), entry.target()));
        } else if (entry.isHardLink()) {
            link(path, root.relative(entry.target()));
        }
    }

    private void link(String path, @Nullable String target) {
        if (target != null) {
            links.put(path, target);
        }
    }

    /** Gives the names of links the texts that they lead to. */
    private void follow() {
        for (String path : links.keySet()) {
            String target = links.get(path);
            for (int hop = 1; hop < LONGEST_CHAIN && target != null && !texts.containsKey(target); hop++) {
                target = links.get(target);
            }
            Pack.Packed text = target == null ? null : texts.get(target);
            if (text != null) {
                texts.putIfAbsent(path, text.at(path));
            }
        }
    }

    private Watched decompressed() throws IOException {
        byte[] magic = new byte[6];
        try (InputStream in = Files.newInputStream(archive)) {
            in.readNBytes(magic, 0, magic.length);
        }
        String task = "reading " + archive.getFileName();
        if ((magic[0] & 0xff) == 0xfd && magic[1] == '7' && magic[2] == 'z' && magic[3] == 'X' && magic[4] == 'Z') {
            XzBlocks.Layout layout = XzBlocks.layout(archive);
            if (layout.suits()) {
                XzBlocks blocks = XzBlocks.wanted(archive, layout);
                return new Watched(blocks, task, blocks.length(), feedback);
            }
            InputStream in = new XZInputStream(new BufferedInputStream(Files.newInputStream(archive)), MOST_KIBIBYTES);
            return new Watched(in, task, layout.length(), feedback);
        }
        if ((magic[0] & 0xff) == 0x1f && (magic[1] & 0xff) == 0x8b) {
            return new Watched(new GZIPInputStream(Files.newInputStream(archive), 1 << 16), task, 0, feedback);
        }
        throw new BadInput(archive + " is neither a folder nor a .tar.xz or .tar.gz archive: name one that is");
    }

    /** What all paths of the archive begin with: {@code linux-6.1/}, {@code ./} or nothing. */
    private static final class Root {
        private @Nullable String prefix;

        /** The path in the tree, null when it is not in it. */
        @Nullable String relative(TarReader.Entry entry) {
            String path = Paths.resolve("", entry.path());
            if (prefix == null && path != null && !path.isEmpty()) {
                int slash = path.indexOf('/');
                prefix = slash >= 0 || entry.isFolder() ? rootNamed(slash < 0 ? path : path.substring(0, slash)) : "";
            }
            return relative(entry.path());
        }

        @Nullable String relative(String entry) {
            String path = Paths.resolve("", entry);
            return path != null && prefix != null && path.startsWith(prefix) ? path.substring(prefix.length()) : null;
        }

        private static String rootNamed(String folder) {
            return switch (folder) {
                case "Documentation", "LICENSES", "arch", "block", "certs", "crypto", "drivers", "include" -> "";
                default -> folder + "/";
            };
        }
    }
}
