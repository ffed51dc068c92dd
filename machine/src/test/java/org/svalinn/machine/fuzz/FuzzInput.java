package org.svalinn.machine.fuzz;

import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Bytes of a fuzzer as numbers, one after another; zeros when there are no more. To fuzz a piece of hardware, write
 * one method that takes a {@code byte[]}, builds the hardware from a {@code FuzzInput} of it, and asserts what must
 * hold for every input. Have it run twice: by Jazzer, as a {@code @FuzzTest}, which tries its seeds in an ordinary
 * test run and new inputs with {@code JAZZER_FUZZ=1}; and by {@link #random}, which tries many inputs in every run.
 *
 * {@snippet :
 * @FuzzTest
 * void anyTables(byte[] data) {
 *     check(new FuzzInput(data));
 * }
 *
 * @Test void manyTables() { FuzzInput.random(1, 300_000, 256, this::check); } }
 */
public final class FuzzInput {
    private byte[] data;
    private int length;
    private int next;

    public FuzzInput(byte[] data) {
        this.data = data;
        this.length = data.length;
    }

    /**
     * Random inputs, which differ in how random they are: whole, of few different bytes, and made of earlier ones.
     *
     * @param seed is told when a check fails, with the input
     */
    public static void random(long seed, int inputs, int mostBytes, Consumer<FuzzInput> check) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] bytes = new byte[mostBytes];
        FuzzInput input = new FuzzInput(bytes);
        for (int i = 0; i < inputs; i++) {
            int length = random.nextInt(mostBytes + 1);
            switch (random.nextInt(4)) {
                case 0 -> random.nextBytes(bytes);
                case 1 -> {
                    byte common = (byte) random.nextInt();
                    for (int j = 0; j < length; j++) {
                        bytes[j] = random.nextInt(4) == 0 ? (byte) random.nextInt() : common;
                    }
                }
                default -> {
                    for (int j = random.nextInt(8); j >= 0; j--) {
                        bytes[random.nextInt(mostBytes)] ^= (byte) (1 << random.nextInt(8));
                    }
                }
            }
            input.data = bytes;
            input.length = length;
            input.next = 0;
            try {
                check.accept(input);
            } catch (Throwable e) {
                String hex = java.util.HexFormat.of().formatHex(bytes, 0, length);
                throw new AssertionError("seed " + seed + ", input " + i + ": " + hex, e);
            }
        }
    }

    public boolean isEmpty() {
        return next >= length;
    }

    public int nextByte() {
        return next < length ? data[next++] & 0xff : 0;
    }

    public boolean nextBoolean() {
        return (nextByte() & 1) != 0;
    }

    /** From 0 to {@code bound - 1}; the bound is at most 65,536. */
    public int nextInt(int bound) {
        int value = bound <= 256 ? nextByte() : nextByte() | nextByte() << 8;
        return value % bound;
    }

    public int nextInt() {
        return nextByte() | nextByte() << 8 | nextByte() << 16 | nextByte() << 24;
    }

    public long nextLong() {
        return nextInt() & 0xffff_ffffL | (long) nextInt() << 32;
    }
}
