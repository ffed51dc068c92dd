package org.svalinn.machine.iommu.vtd;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.explore.Violation;
import org.svalinn.machine.HardwareObjects;
import org.svalinn.machine.Steps;
import org.svalinn.machine.iommu.Function;
import org.svalinn.machine.iommu.Interrupts;
import org.svalinn.machine.iommu.InvalidationRequest;
import org.svalinn.machine.iommu.PageRequest;
import org.svalinn.machine.iommu.PageResponse;
import org.svalinn.machine.iommu.Transaction;
import org.svalinn.machine.iommu.UnsupportedFeature;
import org.svalinn.machine.memory.PhysicalMemory;
import org.svalinn.machine.memory.Use;

/**
 * Arbitrary bytes for every table and queue, and arbitrary register accesses: there is no Java exception but
 * {@link UnsupportedFeature} at a register, every request comes to an end, and so does every descriptor.
 */
@DisplayName("VT-d: arbitrary memory")
class VtdArbitraryMemoryTest {
    /** Every address below 2^38 is memory; it repeats after 64 KiB. */
    private static final class Bytes implements PhysicalMemory {
        final ByteBuffer bytes = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
        int accesses;

        private int at(long address, int size) {
            assertThat(address & size - 1).as("aligned").isZero();
            assertThat(contains(address)).isTrue();
            assertThat(++accesses).as("accesses for one thing").isLessThan(4096);
            return (int) address & 0xffff;
        }

        @Override
        public boolean contains(long address) {
            return address >>> 38 == 0;
        }

        @Override
        public long read(long address, int size, Use use) {
            int at = at(address, size);
            return switch (size) {
                case 1 -> bytes.get(at) & 0xff;
                case 2 -> bytes.getShort(at) & 0xffff;
                case 4 -> bytes.getInt(at) & 0xffff_ffffL;
                default -> bytes.getLong(at);
            };
        }

        @Override
        public void write(long address, int size, long value, Use use) {
            int at = at(address, size);
            switch (size) {
                case 1 -> bytes.put(at, (byte) value);
                case 2 -> bytes.putShort(at, (short) value);
                case 4 -> bytes.putInt(at, (int) value);
                default -> bytes.putLong(at, value);
            }
        }

        @Override
        public long compareExchange(long address, int size, long expected, long value, Use use) {
            long found = read(address, size, use);
            if (found == expected) {
                write(address, size, value, use);
            }
            return found;
        }

        @Override
        public void read128(long address, long[] into, Use use) {
            int at = at(address, 16);
            into[0] = bytes.getLong(at);
            into[1] = bytes.getLong(at + 8);
        }

        @Override
        public void write128(long address, long low, long high, Use use) {
            int at = at(address, 16);
            bytes.putLong(at, low);
            bytes.putLong(at + 8, high);
        }

        @Override
        public boolean compareExchange128(
                long address, long expectedLow, long expectedHigh, long low, long high, Use use) {
            throw new AssertionError("VT-d has no use for this");
        }
    }

    /** A device that answers as soon as somebody waits for it. */
    private static final class Environment implements Steps, Function {
        final Deque<InvalidationRequest> unanswered = new ArrayDeque<>();
        @Nullable VtdIommu iommu;

        private VtdIommu unit() {
            return Objects.requireNonNull(iommu);
        }

        @Override
        public void step(Operation operation, long object, long parts, Site site) {}

        @Override
        public void stepRange(Operation operation, long firstObject, int count, Site site) {}

        @Override
        public void await(Operation operation, long object, long parts, BooleanSupplier enabled, Site site) {
            while (!enabled.getAsBoolean()) {
                assertThat(unanswered).as("somebody to wait for").isNotEmpty();
                unit().invalidationCompleted(this, 1 << unanswered.remove().tag());
            }
        }

        @Override
        public int choose(int alternatives, Site site) {
            return 0;
        }

        @Override
        public void report(Violation violation) {
            throw new AssertionError(violation);
        }

        @Override
        public Violation.End end(String role, Site site) {
            throw new AssertionError(role);
        }

        @Override
        public void note(String text) {}

        @Override
        public int requesterId() {
            return 0x0310;
        }

        @Override
        public String name() {
            return "device";
        }

        @Override
        public void invalidate(InvalidationRequest request) {
            unanswered.add(request);
        }

        @Override
        public void respond(PageResponse response) {}
    }

    private final Environment environment = new Environment();
    private final Bytes memory = new Bytes();
    private final VtdConfig config = VtdConfig.standard().withPrivileges(true, true).withCaches(4, 8, 8, 8);
    private final VtdIommu iommu =
            new VtdIommu("dmar0", config, memory, environment, new HardwareObjects(), Interrupts.NONE);
    private int refused;

    /** Words that look like something: present, small pointers, few reserved bits. */
    private static long word(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> random.nextLong();
            case 1 -> 0;
            case 2 -> random.nextInt(16) * 0x1000L | 1;
            case 3 -> random.nextInt(16) * 0x1000L | random.nextInt(0x1000);
            case 4 -> random.nextInt(16) * 0x1000L | 7 << 9 | 0b11101;
            default -> random.nextInt(16) * 0x1000L | 1 | 2 << 2 | (long) random.nextInt(6) << 6;
        };
    }

    private static long descriptor(Random random) {
        return random.nextInt(10) | (long) random.nextInt(16) << 4 | random.nextLong() & 0x000f_ffff_ffff_0000L;
    }

    private void register(Random random) {
        int[] offsets = {0x18, 0x20, 0x88, 0x90, 0xC0, 0xC8, 0xD0, 0x34, 0xDC, 0x9C, 0x38, 0xE0, 0x220, 0x228};
        long offset = random.nextInt(3) == 0 ? random.nextInt(0x300) - 8 : offsets[random.nextInt(offsets.length)];
        int size = random.nextBoolean() ? 4 : 8;
        long value = switch ((int) offset) {
            case 0x18 -> random.nextInt(4) == 0 ? random.nextInt() : 1L << 31 | 1L << 26 | random.nextInt(2) << 30;
            case 0x20 -> random.nextInt(16) * 0x1000L | (long) random.nextInt(4) << 10;
            case 0x90 -> random.nextInt(16) * 0x1000L | 1L << 11 | random.nextInt(8);
            case 0x34, 0xDC, 0x9C -> 0xff;
            default -> random.nextLong();
        };
        try {
            if (random.nextBoolean()) {
                iommu.writeRegister(offset, size, value);
            } else {
                iommu.readRegister(offset, size);
            }
        } catch (UnsupportedFeature unsupported) {
            refused++;
            assertThat(unsupported.getMessage()).contains("VT-d");
        }
    }

    private boolean request(Random random, Transaction transaction) {
        Transaction.Type[] types = Transaction.Type.values();
        transaction.begin(
                types[random.nextInt(types.length)],
                random.nextInt(4) == 0 ? random.nextInt(0x10000) : 0x0310,
                random.nextInt(4) == 0 ? Transaction.NO_PASID : random.nextInt(random.nextBoolean() ? 8 : 1 << 20),
                random.nextBoolean() ? random.nextLong() : random.nextInt() & 0x7fff_ffffL,
                random.nextInt(8),
                random.nextBoolean());
        iommu.translate(transaction);
        boolean granted = transaction.isGranted() && transaction.granted() != 0;
        iommu.completed(transaction);
        return granted;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void nothingBreaks(long seed) {
        Random random = new Random(seed);
        environment.iommu = iommu;
        iommu.attach(environment);
        Transaction transaction = new Transaction();
        int granted = 0;
        for (int i = 0; i < 150_000; i++) {
            memory.accesses = 0;
            switch (random.nextInt(8)) {
                case 0 -> memory.bytes.putLong(random.nextInt(1 << 13) * 8, word(random));
                case 1 -> memory.bytes.putLong(random.nextInt(1 << 11) * 32, descriptor(random));
                case 2 -> register(random);
                case 3 -> iommu.executeCommand();
                case 4 -> iommu.pageRequest(new PageRequest(
                        random.nextInt(4) == 0 ? random.nextInt(0x10000) : 0x0310,
                        random.nextInt(3) == 0 ? Transaction.NO_PASID : random.nextInt(1 << 20),
                        random.nextLong() & ~0xfffL,
                        random.nextInt(512),
                        random.nextInt(8),
                        random.nextBoolean(),
                        random.nextBoolean()));
                case 5 -> {
                    iommu.remembers(0x0310, random.nextInt(8));
                    if (!environment.unanswered.isEmpty() && random.nextBoolean()) {
                        iommu.invalidationTimedOut(environment, 1 << environment.unanswered.remove().tag());
                    }
                }
                default -> granted += request(random, transaction) ? 1 : 0;
            }
        }
        assertThat(granted).as("requests that came through").isPositive();
        assertThat(refused).isPositive();
        if (iommu.hasCommand()) {
            for (int i = 0; i < 100_000 && iommu.hasCommand(); i++) {
                memory.accesses = 0;
                iommu.executeCommand();
            }
        }
        assertThat(iommu.hasCommand()).as("the queue is empty or stops").isFalse();
    }
}
