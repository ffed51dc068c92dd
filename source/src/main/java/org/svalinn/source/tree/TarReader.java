package org.svalinn.source.tree;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the entries of a tar archive (POSIX ustar and pax, GNU long names) in their order. */
final class TarReader {
    private static final int BLOCK = 512;
    private static final int LARGEST_HEADER = 1 << 20;

    private final InputStream in;
    private final byte[] header = new byte[BLOCK];
    private long left;
    private long padding;

    /** The content is no tar archive. */
    static final class Malformed extends IOException {
        private static final long serialVersionUID = 1;

        Malformed(String message) {
            super(message);
        }
    }

    /** An entry; {@code target} is where a link leads. */
    record Entry(String path, char type, long size, String target) {
        boolean isFile() {
            return type == '0' || type == 0 || type == '7';
        }

        boolean isFolder() {
            return type == '5';
        }

        boolean isSymbolicLink() {
            return type == '2';
        }

        /** Whether it is another name of an entry before it. */
        boolean isHardLink() {
            return type == '1';
        }
    }

    TarReader(InputStream in) {
        this.in = in;
    }

    /** The next entry, null at the end. */
    @Nullable Entry next() throws IOException {
        Map<String, String> extended = new HashMap<>();
        while (true) {
            skip(left + padding);
            left = 0;
            if (!readHeader()) {
                return null;
            }
            char type = (char) (header[156] & 0xff);
            long size = extended.containsKey("size") ? paxNumber("size", extended) : number(124, 12);
            if (size < 0) {
                throw new Malformed("an entry has the size " + size);
            }
            left = hasContent(type) ? size : 0;
            padding = (BLOCK - left % BLOCK) % BLOCK;
            switch (type) {
                case 'x' -> pax(header(size), extended);
                case 'g' -> header(size);
                case 'L' -> extended.put("path", string(header(size), 0, (int) size));
                case 'K' -> extended.put("linkpath", string(header(size), 0, (int) size));
                default -> {
                    String path = extended.getOrDefault("path", path());
                    String target = extended.getOrDefault("linkpath", string(header, 157, 100));
                    return new Entry(path, type, size, target);
                }
            }
        }
    }

    /** Links, devices and folders have none, even where an old tar states the size of what is behind them. */
    private static boolean hasContent(char type) {
        return type < '1' || type > '6';
    }

    /** The content of the entry that came last. */
    byte[] content() throws IOException {
        byte[] content = in.readNBytes(Math.toIntExact(left));
        if (content.length < left) {
            throw new EOFException();
        }
        left = 0;
        return content;
    }

    private byte[] header(long size) throws IOException {
        if (size > LARGEST_HEADER) {
            throw new Malformed("a name of " + size + " bytes");
        }
        return content();
    }

    private void skip(long length) throws IOException {
        long rest = length;
        while (rest > 0) {
            long skipped = in.skip(rest);
            if (skipped <= 0) {
                if (in.read() < 0) {
                    throw new EOFException();
                }
                skipped = 1;
            }
            rest -= skipped;
        }
    }

    /**
     * The first entry that begins in {@code bytes} and has all that names it in its own header.
     *
     * @param aligned an offset where a header could be
     * @return null if none does
     */
    static Excerpt.@Nullable Start firstStart(byte[] bytes, int aligned) {
        boolean named = false; // by an entry before it
        for (int offset = aligned; offset + BLOCK <= bytes.length; offset += BLOCK) {
            if (!string(bytes, offset + 257, 5).equals("ustar")) {
                continue;
            }
            TarReader reader = new TarReader(new ByteArrayInputStream(bytes, offset, BLOCK));
            try {
                if (!reader.readHeader()) {
                    continue;
                }
            } catch (IOException noHeader) {
                continue;
            }
            boolean isPlain = "xgLK".indexOf(reader.header[156]) < 0;
            if (isPlain && !named) {
                return new Excerpt.Start(reader.path(), offset);
            }
            named = !isPlain;
        }
        return null;
    }

    private boolean readHeader() throws IOException {
        padding = 0;
        int length = in.readNBytes(header, 0, BLOCK);
        if (length < BLOCK) {
            throw new EOFException();
        }
        boolean empty = true;
        int sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            int b = header[i] & 0xff;
            empty &= b == 0;
            sum += i >= 148 && i < 156 ? ' ' : b;
        }
        if (empty) {
            return false;
        }
        if (sum != number(148, 8)) {
            throw new Malformed("an entry's checksum is wrong");
        }
        return true;
    }

    private String path() {
        String name = string(header, 0, 100);
        boolean ustar = string(header, 257, 5).equals("ustar") && header[262] == 0;
        String prefix = ustar ? string(header, 345, 155) : "";
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    private long number(int offset, int length) throws Malformed {
        if (header[offset] < 0) { // base 256, for what octal digits cannot say
            long value = header[offset] & 0x7f;
            for (int i = 1; i < length; i++) {
                value = (value << 8) | (header[offset + i] & 0xff);
            }
            return value;
        }
        String digits = string(header, offset, length).strip();
        try {
            return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
        } catch (NumberFormatException e) {
            throw new Malformed("an entry has a bad number");
        }
    }

    private static long paxNumber(String key, Map<String, String> extended) throws Malformed {
        try {
            return Long.parseLong(extended.get(key));
        } catch (NumberFormatException e) {
            throw new Malformed("an entry has a bad number");
        }
    }

    /** Records {@code length key=value\n}, where the length is of the whole record and the value may be any bytes. */
    private static void pax(byte[] records, Map<String, String> into) throws Malformed {
        int at = 0;
        while (at < records.length && records[at] != 0) {
            int blank = at;
            int length = 0;
            while (blank < records.length && Character.isDigit(records[blank]) && length <= LARGEST_HEADER) {
                length = 10 * length + (records[blank++] - '0');
            }
            int end = at + length;
            String record = end <= blank || end > records.length ? "" : string(records, blank, end - 1 - blank);
            int equals = record.indexOf('=');
            if (!record.startsWith(" ") || equals < 0 || records[end - 1] != '\n') {
                throw new Malformed("an entry has a bad extended header");
            }
            into.put(record.substring(1, equals), record.substring(equals + 1));
            at = end;
        }
    }

    private static String string(byte[] bytes, int offset, int length) {
        int end = offset;
        while (end < Math.min(offset + length, bytes.length) && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, offset, end - offset, StandardCharsets.UTF_8);
    }
}
