package org.svalinn.source.tree;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that tells how far it has been read. */
final class Watched extends FilterInputStream {
    private static final long STEP = 8L << 20;

    private final String task;
    private final long total;
    private final Feedback feedback;
    private long count;

    /**
     * @param task what to call the reading
     * @param total how many bytes there are, 0 if that is not known
     */
    Watched(InputStream in, String task, long total, Feedback feedback) {
        super(in);
        this.task = task;
        this.total = total;
        this.feedback = feedback;
    }

    /** Reads what is left. */
    void drain() throws IOException {
        byte[] unread = new byte[1 << 16];
        while (read(unread, 0, unread.length) >= 0) {
            // nothing is done with it
        }
        feedback.progress(task, count, total);
    }

    private void advance(long bytes) {
        if (count / STEP != (count + bytes) / STEP) {
            feedback.progress(task, count + bytes, total);
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
