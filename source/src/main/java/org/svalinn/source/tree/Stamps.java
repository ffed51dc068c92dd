package org.svalinn.source.tree;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Stamps ({@link SourceTree#stamp}) made of what a text says. */
public final class Stamps {
    private Stamps() {}

    /** The same for the same text, and in practice only then: 128 bits of SHA-256. */
    public static String of(String text) {
        return of(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    static String of(byte[] text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text);
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException everyJvmHasIt) {
            throw new IllegalStateException(everyJvmHasIt);
        }
    }
}
