package org.svalinn.source.tree;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Many texts in one file: each deflated by itself, an index behind them, and at the end where the index begins and a
 * checksum of all. A text is inflated when it is asked for.
 */
final class Pack {
    private static final long MAGIC = 0x5356_414c_4e50_0003L;
    private static final int FOOTER = Long.BYTES + 2 * Integer.BYTES;

    private final ByteBuffer content;
    private final Map<String, Entry> entries;

    private record Entry(int offset, int length, int size, String stamp) {}

    private Pack(ByteBuffer content, Map<String, Entry> entries) {
        this.content = content;
        this.entries = entries;
    }

    /** A text, deflated. */
    record Packed(String path, byte[] deflated, int size, String stamp) {
        static Packed of(String path, byte[] text) {
            Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
            try {
                deflater.setInput(text);
                deflater.finish();
                byte[] buffer = new byte[text.length + text.length / 1000 + 64];
                int length = 0;
                while (!deflater.finished()) {
                    if (length == buffer.length) {
                        buffer = Arrays.copyOf(buffer, 2 * length);
                    }
                    length += deflater.deflate(buffer, length, buffer.length - length);
                }
                return new Packed(path, Arrays.copyOf(buffer, length), text.length, Stamps.of(text));
            } finally {
                deflater.end();
            }
        }

        /** The same text under another path. */
        Packed at(String other) {
            return new Packed(other, deflated, size, stamp);
        }
    }

    /** The content of a pack file. */
    static ByteBuffer write(Collection<Packed> texts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 24);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            for (Packed text : texts) {
                out.write(text.deflated());
            }
            int index = out.size();
            out.writeInt(texts.size());
            int offset = 0;
            for (Packed text : texts) {
                out.writeUTF(text.path());
                out.writeInt(offset);
                out.writeInt(text.deflated().length);
                out.writeInt(text.size());
                out.writeUTF(text.stamp());
                offset += text.deflated().length;
            }
            out.writeInt(index);
            CRC32 checksum = new CRC32();
            checksum.update(bytes.toByteArray());
            out.writeInt((int) checksum.getValue());
            out.writeLong(MAGIC);
        } catch (IOException inMemory) {
            throw new UncheckedIOException(inMemory);
        }
        return ByteBuffer.wrap(bytes.toByteArray());
    }

    /** Opens the content of a pack file; null if it is damaged or of another version. */
    static @Nullable Pack open(ByteBuffer content) {
        int size = content.limit();
        if (size < FOOTER || content.getLong(size - Long.BYTES) != MAGIC) {
            return null;
        }
        CRC32 checksum = new CRC32();
        checksum.update(content.slice(0, size - FOOTER + Integer.BYTES));
        if ((int) checksum.getValue() != content.getInt(size - Long.BYTES - Integer.BYTES)) {
            return null;
        }
        try {
            return new Pack(content, entries(content, content.getInt(size - FOOTER), size - FOOTER));
        } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException damaged) {
            return null;
        }
    }

    private static Map<String, Entry> entries(ByteBuffer content, int from, int to) {
        ByteBuffer index = content.slice(from, to - from);
        int count = index.getInt();
        Map<String, Entry> entries = new HashMap<>(2 * count);
        for (int i = 0; i < count; i++) {
            String path = utf(index);
            entries.put(path, new Entry(index.getInt(), index.getInt(), index.getInt(), utf(index)));
        }
        return entries;
    }

    private static String utf(ByteBuffer buffer) {
        byte[] bytes = new byte[Short.toUnsignedInt(buffer.getShort())];
        buffer.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    boolean has(String path) {
        return entries.containsKey(path);
    }

    @Nullable String stamp(String path) {
        Entry entry = entries.get(path);
        return entry == null ? null : entry.stamp();
    }

    @Nullable String text(String path) {
        Entry entry = entries.get(path);
        if (entry == null) {
            return null;
        }
        Inflater inflater = new Inflater(true);
        try {
            byte[] text = new byte[entry.size()];
            inflater.setInput(content.slice(entry.offset(), entry.length()));
            int length = 0;
            while (length < text.length) {
                int more = inflater.inflate(text, length, text.length - length);
                if (more == 0) {
                    throw new DataFormatException("too short");
                }
                length += more;
            }
            return new String(text, StandardCharsets.ISO_8859_1);
        } catch (DataFormatException e) {
            throw new IllegalStateException("a pack whose checksum was right has a bad text: " + path, e);
        } finally {
            inflater.end();
        }
    }
}
