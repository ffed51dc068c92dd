package org.svalinn.source.tree;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Stamps ({@link SourceTree#stamp}) made of what a text says: 128 bits of MurmurHash3 (x64). Nobody is to be kept from
 * making two texts of one stamp, and a cryptographic hash costs a short-lived tool a tenth of a second to load.
 */
public final class Stamps {
    private static final long C1 = 0x87c3_7b91_1142_53d5L;
    private static final long C2 = 0x4cf5_ad43_2745_937fL;

    private Stamps() {}

    /** The same for the same text, and in practice only then. */
    public static String of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    static String of(byte[] text) {
        ByteBuffer bytes = ByteBuffer.wrap(text).order(ByteOrder.LITTLE_ENDIAN);
        long h1 = 0;
        long h2 = 0;
        while (bytes.remaining() >= 2 * Long.BYTES) {
            h1 = Long.rotateLeft(h1 ^ mixFirst(bytes.getLong()), 27) + h2;
            h1 = h1 * 5 + 0x52dce729;
            h2 = Long.rotateLeft(h2 ^ mixSecond(bytes.getLong()), 31) + h1;
            h2 = h2 * 5 + 0x38495ab5;
        }
        byte[] rest = new byte[2 * Long.BYTES];
        bytes.get(rest, 0, bytes.remaining());
        ByteBuffer tail = ByteBuffer.wrap(rest).order(ByteOrder.LITTLE_ENDIAN);
        h1 ^= mixFirst(tail.getLong());
        h2 ^= mixSecond(tail.getLong());
        h1 ^= text.length;
        h2 ^= text.length;
        h1 += h2;
        h2 += h1;
        h1 = finish(h1);
        h2 = finish(h2);
        h1 += h2;
        h2 += h1;
        return HexFormat.of().toHexDigits(h1) + HexFormat.of().toHexDigits(h2);
    }

    private static long mixFirst(long block) {
        return Long.rotateLeft(block * C1, 31) * C2;
    }

    private static long mixSecond(long block) {
        return Long.rotateLeft(block * C2, 33) * C1;
    }

    private static long finish(long hash) {
        long h = hash;
        h = (h ^ h >>> 33) * 0xff51_afd7_ed55_8ccdL;
        h = (h ^ h >>> 33) * 0xc4ce_b9fe_1a85_ec53L;
        return h ^ h >>> 33;
    }
}
