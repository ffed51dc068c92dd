package org.svalinn.source.parse;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Site;
import org.svalinn.source.preprocess.Lexer;
import org.svalinn.source.preprocess.Token;

/**
 * The part of a unit that was of use: some hundreds of its ten thousand declarations, at the offsets they have in the
 * whole.
 *
 * <p>A slice never says other than the whole. If it has one declaration of a name, it has all; of the names it has
 * none of, it knows from a hash of each which the whole has, so that a question it cannot answer is seen and the whole
 * is read; and it knows which identifiers in its text name types.
 */
final class Slice implements UnitContent {
    private static final long MAGIC = 0x5356_414c_534c_0001L;

    private final Footprint footprint;
    private final List<TopLevel> declarations;
    private final SiteMap sites;
    private final Set<String> types;
    private final long[] declared;
    private final long[] defined;

    private Slice(
            Footprint footprint,
            List<TopLevel> declarations,
            SiteMap sites,
            Set<String> types,
            long[] declared,
            long[] defined) {
        this.footprint = footprint;
        this.declarations = List.copyOf(declarations);
        this.sites = sites;
        this.types = types;
        this.declared = declared;
        this.defined = defined;
    }

    /** The slice of {@code unit} with the declarations of these ordinals, and what else has to be with them. */
    static Slice of(WholeUnit unit, Collection<Integer> ordinals) {
        List<TopLevel> declarations = closure(unit, ordinals);
        Set<String> types = new TreeSet<>();
        for (TopLevel declaration : declarations) {
            for (Token token : Lexer.tokens(declaration.text())) {
                if (token.kind() == Token.Kind.IDENTIFIER && unit.isType(token.text())) {
                    types.add(token.text());
                }
            }
        }
        return new Slice(
                unit.footprint(),
                declarations,
                unit.sites().of(declarations),
                types,
                hashes(unit.declared()),
                hashes(unit.defined()));
    }

    /** With each declaration all others that share a name with it. */
    private static List<TopLevel> closure(WholeUnit unit, Collection<Integer> ordinals) {
        Map<String, List<Integer>> byKey = new HashMap<>();
        for (TopLevel declaration : unit.declarations()) {
            for (String key : keys(declaration)) {
                byKey.computeIfAbsent(key, k -> new ArrayList<>(1)).add(declaration.ordinal());
            }
        }
        Set<Integer> kept = new TreeSet<>();
        List<Integer> open = new ArrayList<>(ordinals);
        while (!open.isEmpty()) {
            int ordinal = open.removeLast();
            if (kept.add(ordinal)) {
                for (String key : keys(unit.declarations().get(ordinal))) {
                    open.addAll(byKey.getOrDefault(key, List.of()));
                }
            }
        }
        return kept.stream().map(unit.declarations()::get).toList();
    }

    private static List<String> keys(TopLevel declaration) {
        List<String> keys = new ArrayList<>();
        declaration.names().forEach(name -> keys.add(name.text()));
        declaration.tags().forEach(tag -> keys.add(UnitContent.tagKey(tag)));
        return keys;
    }

    private static long[] hashes(Set<String> keys) {
        return keys.stream().mapToLong(Slice::hash).sorted().toArray();
    }

    /** FNV-1a of 64 bits. Two names of one hash would only make the whole be read without need. */
    private static long hash(String key) {
        long hash = 0xcbf2_9ce4_8422_2325L;
        for (int i = 0; i < key.length(); i++) {
            hash = (hash ^ key.charAt(i)) * 0x100_0000_01b3L;
        }
        return hash;
    }

    Footprint footprint() {
        return footprint;
    }

    @Override
    public List<TopLevel> declarations() {
        return declarations;
    }

    @Override
    public boolean declares(String key) {
        return Arrays.binarySearch(declared, hash(key)) >= 0;
    }

    @Override
    public boolean defines(String name) {
        return Arrays.binarySearch(defined, hash(name)) >= 0;
    }

    @Override
    public boolean isType(String name) {
        return types.contains(name);
    }

    @Override
    public Site site(int offset) {
        return sites.site(offset);
    }

    /** The slice as the cache keeps it: a magic number, a checksum of the rest, the rest. */
    ByteBuffer write() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 18);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            footprint.write(out);
            sites.write(out);
            out.writeInt(types.size());
            for (String type : types) {
                out.writeUTF(type);
            }
            write(declared, out);
            write(defined, out);
            out.writeInt(declarations.size());
            for (TopLevel declaration : declarations) {
                write(declaration, out);
            }
        } catch (IOException inMemory) {
            throw new UncheckedIOException(inMemory);
        }
        byte[] content = bytes.toByteArray();
        return ByteBuffer.allocate(Long.BYTES + Integer.BYTES + content.length)
                .putLong(MAGIC)
                .putInt(checksum(content))
                .put(content)
                .flip();
    }

    private static void write(long[] hashes, DataOutputStream out) throws IOException {
        out.writeInt(hashes.length);
        ByteBuffer buffer = ByteBuffer.allocate(hashes.length * Long.BYTES);
        buffer.asLongBuffer().put(hashes);
        out.write(buffer.array());
    }

    private static void write(TopLevel declaration, DataOutputStream out) throws IOException {
        out.writeInt(declaration.ordinal());
        out.writeInt(declaration.start());
        byte[] text = declaration.text().getBytes(StandardCharsets.ISO_8859_1);
        out.writeInt(text.length);
        out.write(text);
        out.writeInt(declaration.names().size());
        for (Outline.Name name : declaration.names()) {
            out.writeUTF(name.text());
            out.writeBoolean(name.isType());
            out.writeBoolean(name.isDefinition());
        }
        out.writeInt(declaration.tags().size());
        for (String tag : declaration.tags()) {
            out.writeUTF(tag);
        }
    }

    /** A slice from the cache, null if it is damaged or of another version. */
    static @Nullable Slice read(ByteBuffer buffer) {
        if (buffer.remaining() < Long.BYTES + Integer.BYTES || buffer.getLong() != MAGIC) {
            return null;
        }
        int checksum = buffer.getInt();
        byte[] content = new byte[buffer.remaining()];
        buffer.get(content);
        if (checksum(content) != checksum) {
            return null;
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(content))) {
            Footprint footprint = Footprint.read(in);
            SiteMap sites = SiteMap.read(in);
            Set<String> types = new HashSet<>();
            for (int left = in.readInt(); left > 0; left--) {
                types.add(in.readUTF());
            }
            long[] declared = readHashes(in);
            long[] defined = readHashes(in);
            List<TopLevel> declarations = new ArrayList<>();
            for (int left = in.readInt(); left > 0; left--) {
                declarations.add(readDeclaration(in));
            }
            return new Slice(footprint, declarations, sites, types, declared, defined);
        } catch (IOException e) {
            throw new UncheckedIOException("a slice whose checksum was right cannot be read", e);
        }
    }

    private static long[] readHashes(DataInputStream in) throws IOException {
        long[] hashes = new long[in.readInt()];
        ByteBuffer.wrap(in.readNBytes(hashes.length * Long.BYTES)).asLongBuffer().get(hashes);
        return hashes;
    }

    private static TopLevel readDeclaration(DataInputStream in) throws IOException {
        int ordinal = in.readInt();
        int start = in.readInt();
        String text = new String(in.readNBytes(in.readInt()), StandardCharsets.ISO_8859_1);
        List<Outline.Name> names = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            names.add(new Outline.Name(in.readUTF(), in.readBoolean(), in.readBoolean()));
        }
        List<String> tags = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            tags.add(in.readUTF());
        }
        return new TopLevel(ordinal, start, text, names, tags);
    }

    private static int checksum(byte[] content) {
        CRC32 checksum = new CRC32();
        checksum.update(content);
        return (int) checksum.getValue();
    }
}
