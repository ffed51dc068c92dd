package org.svalinn.source.tree;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Makes archives, well formed or not, entry by entry. */
final class TarBuilder {
    private static final int BLOCK = 512;

    private final ByteArrayOutputStream tar = new ByteArrayOutputStream();

    /** What {@link KernelSource} takes for a kernel with SVA, in the folder {@code linux-9.9/}. */
    static TarBuilder kernel() {
        return new TarBuilder()
                .folder("linux-9.9/")
                .file("linux-9.9/Makefile", "VERSION = 9\nPATCHLEVEL = 9\nSUBLEVEL = 1\n")
                .file("linux-9.9/Kbuild", "")
                .file("linux-9.9/include/linux/mm_types.h", "struct mm_struct;\n")
                .file("linux-9.9/drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3-sva.c", "int sva;\n")
                .file("linux-9.9/drivers/iommu/iommu-sva.c", "int core;\n");
    }

    TarBuilder folder(String path) {
        return entry('5', path, "", new byte[0], true);
    }

    TarBuilder file(String path, String text) {
        return entry('0', path, "", text.getBytes(StandardCharsets.ISO_8859_1), true);
    }

    TarBuilder symbolicLink(String path, String target) {
        return entry('2', path, target, new byte[0], true);
    }

    TarBuilder hardLink(String path, String target) {
        return entry('1', path, target, new byte[0], true);
    }

    /** A file whose path ustar splits in two. */
    TarBuilder splitName(String prefix, String name, String text) {
        byte[] content = text.getBytes(StandardCharsets.ISO_8859_1);
        byte[] header = header('0', name, "", content.length);
        put(header, 345, prefix);
        return block(header, content);
    }

    /** A file whose path GNU tar puts in an entry before it. */
    TarBuilder longName(String path, String text) {
        entry('L', "././@LongLink", "", (path + "\0").getBytes(StandardCharsets.UTF_8), true);
        return file(path.substring(0, Math.min(path.length(), 99)), text);
    }

    /** A link whose target GNU tar puts in an entry before it. */
    TarBuilder longLink(String path, String target) {
        entry('K', "././@LongLink", "", (target + "\0").getBytes(StandardCharsets.UTF_8), true);
        return symbolicLink(path, target.substring(0, Math.min(target.length(), 99)));
    }

    /** Pax records for the next entry, each {@code key=value}. */
    TarBuilder pax(String... records) {
        return entry('x', "pax", "", records(records), true);
    }

    /** What git puts before all: a comment for all entries. */
    TarBuilder globalHeader() {
        return entry('g', "pax_global_header", "", records("comment=0123456789"), true);
    }

    private static byte[] records(String... records) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (String record : records) {
            int rest = record.getBytes(StandardCharsets.UTF_8).length + 2;
            int length = rest + Integer.toString(rest + 2).length();
            bytes.writeBytes((length + " " + record + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    /** A device. */
    TarBuilder device(String path) {
        return entry('3', path, "", new byte[0], true);
    }

    /** A file that claims a size and has nothing behind it. */
    TarBuilder claims(String path, long size) {
        byte[] header = header('0', path, "", 0);
        Arrays.fill(header, 124, 136, (byte) 0);
        header[124] = (byte) 0x80;
        for (int i = 0; i < Long.BYTES; i++) {
            header[135 - i] = (byte) (size >> (8 * i));
        }
        return block(header, new byte[0]);
    }

    TarBuilder badChecksum(String path) {
        return entry('0', path, "", new byte[0], false);
    }

    private TarBuilder entry(char type, String path, String target, byte[] content, boolean checked) {
        byte[] header = header(type, path, target, content.length);
        if (checked) {
            return block(header, content);
        }
        put(header, 148, "1234567");
        tar.writeBytes(header);
        return this;
    }

    private static byte[] header(char type, String path, String target, int size) {
        byte[] header = new byte[BLOCK];
        put(header, 0, path);
        put(header, 100, "0000644");
        put(header, 124, "%011o".formatted(size));
        header[156] = (byte) type;
        put(header, 157, target);
        put(header, 257, "ustar\00000");
        return header;
    }

    private TarBuilder block(byte[] header, byte[] content) {
        Arrays.fill(header, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        put(header, 148, "%06o\0 ".formatted(sum));
        tar.writeBytes(header);
        tar.writeBytes(content);
        tar.writeBytes(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
        return this;
    }

    private static void put(byte[] header, int offset, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, header, offset, bytes.length);
    }

    /** The archive with the end that an archive has. */
    byte[] bytes() {
        byte[] entries = tar.toByteArray();
        return Arrays.copyOf(entries, entries.length + 2 * BLOCK);
    }

    /** Writes the archive with xz, in one block. */
    Path xz(Path file) {
        return xz(file, Integer.MAX_VALUE);
    }

    /** Writes the archive with xz, in blocks of so many bytes. */
    Path xz(Path file, int blockSize) {
        return xz(file, bytes(), blockSize);
    }

    static Path xz(Path file, byte[] content, int blockSize) {
        try (XZOutputStream out = new XZOutputStream(Files.newOutputStream(file), new LZMA2Options(0))) {
            for (int at = 0; at < content.length; ) {
                int length = Math.min(blockSize, content.length - at);
                out.write(content, at, length);
                out.endBlock();
                at += length;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }

    Path gzip(Path file) {
        try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(bytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }
}
