package org.svalinn.machine.pcie;

import org.svalinn.machine.iommu.UnsupportedFeature;

/** A device that reads, writes, copies and makes AtomicOps: what an engine does when nobody says otherwise. */
public final class Mover implements Device {
    public static final int READ = 1;
    public static final int WRITE = 2;
    public static final int COPY = 3;
    public static final int FETCH_ADD = 4;
    public static final int SWAP = 5;
    public static final int COMPARE_AND_SWAP = 6;

    private static final int WORD = 8;

    @Override
    public long execute(Work work, Dma dma) {
        return switch (work.operation()) {
            case READ -> read(work, dma);
            case WRITE -> write(work, dma);
            case COPY -> copy(work, dma);
            case FETCH_ADD -> dma.fetchAdd(work.address(), work.size(), work.a());
            case SWAP -> dma.swap(work.address(), work.size(), work.a());
            case COMPARE_AND_SWAP -> compareAndSwap(work, dma);
            default -> throw new UnsupportedFeature(
                    "operation " + work.operation() + " of a device that only moves data");
        };
    }

    private static boolean isWord(int size) {
        return size <= WORD && Integer.bitCount(size) == 1;
    }

    private static long read(Work work, Dma dma) {
        if (isWord(work.size())) {
            return dma.read(work.address(), work.size());
        }
        byte[] bytes = new byte[work.size()];
        dma.read(work.address(), bytes, 0, bytes.length);
        long first = 0;
        for (int i = Math.min(bytes.length, WORD) - 1; i >= 0; i--) {
            first = first << 8 | bytes[i] & 0xff;
        }
        return first;
    }

    private static long write(Work work, Dma dma) {
        if (isWord(work.size())) {
            dma.write(work.address(), work.size(), work.a());
            return 0;
        }
        byte[] bytes = new byte[work.size()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (work.a() >>> 8 * (i % WORD));
        }
        dma.write(work.address(), bytes, 0, bytes.length);
        return 0;
    }

    private static long copy(Work work, Dma dma) {
        if (isWord(work.size())) {
            long value = dma.read(work.address(), work.size());
            dma.write(work.a(), work.size(), value);
            return 0;
        }
        byte[] bytes = new byte[work.size()];
        dma.read(work.address(), bytes, 0, bytes.length);
        dma.write(work.a(), bytes, 0, bytes.length);
        return 0;
    }

    private static long compareAndSwap(Work work, Dma dma) {
        if (work.size() == 2 * WORD) {
            return dma.compareAndSwap128(work.address(), work.a(), work.b(), work.c(), work.d()) ? 1 : 0;
        }
        return dma.compareAndSwap(work.address(), work.size(), work.a(), work.b());
    }
}
