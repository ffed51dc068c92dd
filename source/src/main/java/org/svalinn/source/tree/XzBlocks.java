package org.svalinn.source.tree;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.tukaani.xz.SeekableFileInputStream;
import org.tukaani.xz.SeekableXZInputStream;

/** The decompressed content of an {@code .xz} file of many blocks, which are decompressed on all cores, in order. */
final class XzBlocks extends InputStream {
    /** A block of more than this is not worth its memory. */
    private static final long LARGEST = 96L << 20;
    private static final int MOST_KIBIBYTES = 1 << 20;

    private final Path file;
    private final ExecutorService workers;
    private final int ahead;
    private final int blocks;
    private final Deque<Future<byte[]>> pending = new ArrayDeque<>();
    private int submitted;
    private byte[] block = new byte[0];
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

    XzBlocks(Path file, Layout layout) {
        this.file = file;
        this.blocks = layout.blocks();
        int cores = Runtime.getRuntime().availableProcessors();
        this.ahead = Math.min(cores + 1, 8);
        this.workers = Executors.newFixedThreadPool(Math.min(cores, 8), Thread.ofPlatform().daemon().factory());
    }

    private static SeekableXZInputStream archive(Path file) throws IOException {
        return new SeekableXZInputStream(new SeekableFileInputStream(file.toFile()), MOST_KIBIBYTES);
    }

    private byte[] decompress(int number) throws IOException {
        try (SeekableXZInputStream xz = archive(file)) {
            xz.seekToBlock(number);
            return xz.readNBytes(Math.toIntExact(xz.getBlockSize(number)));
        }
    }

    private boolean nextBlock() throws IOException {
        while (submitted < blocks && pending.size() < ahead) {
            int number = submitted++;
            pending.add(workers.submit(() -> decompress(number)));
        }
        Future<byte[]> next = pending.poll();
        if (next == null) {
            return false;
        }
        try {
            block = next.get();
            at = 0;
            return true;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public int read() throws IOException {
        while (at == block.length) {
            if (!nextBlock()) {
                return -1;
            }
        }
        return block[at++] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        while (at == block.length) {
            if (!nextBlock()) {
                return -1;
            }
        }
        int count = Math.min(length, block.length - at);
        System.arraycopy(block, at, to, offset, count);
        at += count;
        return count;
    }

    @Override
    public long skip(long length) throws IOException {
        while (at == block.length) {
            if (!nextBlock()) {
                return 0;
            }
        }
        int count = (int) Math.min(length, block.length - at);
        at += count;
        return count;
    }

    @Override
    public void close() {
        workers.shutdownNow();
    }
}
