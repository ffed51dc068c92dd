package org.svalinn.source.tree;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.SeekableFileInputStream;
import org.tukaani.xz.SeekableXZInputStream;

/** What is wanted of a tar archive in an {@code .xz} file of many blocks, which are decompressed on all cores. */
final class XzBlocks extends InputStream {
    /** A block of more than this is not worth its memory. */
    private static final long LARGEST = 96L << 20;
    /** How far, in bytes, the first entry of a block is looked for. */
    private static final int PROBED = 4 << 20;

    private static final int FIRST_PROBE = 128 << 10;
    private static final int MOST_KIBIBYTES = 1 << 20;

    private final Path file;
    private final ExecutorService workers;
    private final int ahead;
    private final Deque<Future<byte[]>> pending = new ArrayDeque<>();
    private List<Excerpt.Piece> pieces = List.of();
    private int submitted;
    private byte[] piece = new byte[0];
    private int at;

    /** What the index of a file says: how many blocks it has, the size of the largest, and how many bytes in all. */
    record Layout(int blocks, long largest, long length) {
        /** Whether there are several blocks, none too large. */
        boolean suits() {
            return blocks > 1 && largest <= LARGEST;
        }
    }

    static Layout layout(Path file) throws IOException {
        try (SeekableXZInputStream xz = archive(file)) {
            return new Layout(xz.getBlockCount(), xz.getLargestBlockSize(), xz.length());
        }
    }

    private XzBlocks(Path file) {
        this.file = file;
        int cores = Math.min(Runtime.getRuntime().availableProcessors(), 8);
        this.ahead = cores + 1;
        this.workers = Executors.newFixedThreadPool(cores, Thread.ofPlatform().daemon().factory());
    }

    /** A stream of what {@link Excerpt} chooses of an archive. */
    static XzBlocks wanted(Path file, Layout layout) throws IOException {
        XzBlocks blocks = new XzBlocks(file);
        try {
            blocks.choose(layout.blocks());
            return blocks;
        } catch (IOException | RuntimeException e) {
            blocks.close();
            throw e;
        }
    }

    private void choose(int blocks) throws IOException {
        long[] sizes = new long[blocks];
        try (SeekableXZInputStream xz = archive(file)) {
            for (int block = 0; block < blocks; block++) {
                sizes[block] = xz.getBlockSize(block);
            }
        }
        List<Future<Excerpt.@Nullable Start>> probes = new ArrayList<>();
        for (int block = 0; block < blocks; block++) {
            int number = block;
            Callable<Excerpt.@Nullable Start> probe = () -> start(number);
            probes.add(workers.submit(probe));
        }
        List<Excerpt.@Nullable Start> starts = new ArrayList<>();
        for (Future<Excerpt.@Nullable Start> probe : probes) {
            starts.add(result(probe));
        }
        pieces = Excerpt.choose(starts, sizes);
    }

    /** The first entry that begins in a block, null if it is far behind the block's beginning. */
    private Excerpt.@Nullable Start start(int block) throws IOException {
        try (SeekableXZInputStream xz = archive(file)) {
            xz.seekToBlock(block);
            long size = xz.getBlockSize(block);
            int aligned = (int) (-xz.getBlockPos(block) & 511);
            byte[] seen = xz.readNBytes((int) Math.min(size, FIRST_PROBE));
            Excerpt.Start start = TarReader.firstStart(seen, aligned);
            if (start == null && size > FIRST_PROBE) {
                byte[] more = new byte[(int) Math.min(size, PROBED)];
                System.arraycopy(seen, 0, more, 0, seen.length);
                xz.readNBytes(more, seen.length, more.length - seen.length);
                start = TarReader.firstStart(more, aligned);
            }
            return start != null && block == 0 ? new Excerpt.Start(start.path(), 0) : start;
        }
    }

    /** How many bytes there are to read in all. */
    long length() {
        return pieces.stream().mapToLong(Excerpt.Piece::length).sum();
    }

    private static SeekableXZInputStream archive(Path file) throws IOException {
        return new SeekableXZInputStream(new SeekableFileInputStream(file.toFile()), MOST_KIBIBYTES);
    }

    private byte[] decompress(Excerpt.Piece wanted) throws IOException {
        try (SeekableXZInputStream xz = archive(file)) {
            xz.seekToBlock(wanted.block());
            xz.skipNBytes(wanted.from());
            return xz.readNBytes(Math.toIntExact(wanted.length()));
        }
    }

    private boolean nextPiece() throws IOException {
        while (submitted < pieces.size() && pending.size() < ahead) {
            Excerpt.Piece next = pieces.get(submitted++);
            pending.add(workers.submit(() -> decompress(next)));
        }
        Future<byte[]> next = pending.poll();
        if (next == null) {
            return false;
        }
        piece = result(next);
        at = 0;
        return true;
    }

    private static <T extends @Nullable Object> T result(Future<T> future) throws IOException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public int read() throws IOException {
        while (at == piece.length) {
            if (!nextPiece()) {
                return -1;
            }
        }
        return piece[at++] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        while (at == piece.length) {
            if (!nextPiece()) {
                return -1;
            }
        }
        int count = Math.min(length, piece.length - at);
        System.arraycopy(piece, at, to, offset, count);
        at += count;
        return count;
    }

    @Override
    public long skip(long length) throws IOException {
        while (at == piece.length) {
            if (!nextPiece()) {
                return 0;
            }
        }
        int count = (int) Math.min(length, piece.length - at);
        at += count;
        return count;
    }

    @Override
    public void close() {
        workers.shutdownNow();
    }
}
