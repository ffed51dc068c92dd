package org.svalinn.machine.iommu.vtd;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.explore.Violation;
import org.svalinn.machine.HardwareObjects;
import org.svalinn.machine.Steps;
import org.svalinn.machine.fuzz.FuzzInput;
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

    /** A unit, and how far it has come with its input. */
    private static final class Trial {
        final FuzzInput input;
        final Environment environment = new Environment();
        final Bytes memory = new Bytes();
        final VtdIommu iommu = new VtdIommu(
                "dmar0",
                VtdConfig.standard().withPrivileges(true, true).withCaches(4, 8, 8, 8),
                memory,
                environment,
                new HardwareObjects(),
                Interrupts.NONE);
        final Transaction transaction = new Transaction();
        int refused;
        int granted;

        Trial(FuzzInput input) {
            this.input = input;
            environment.iommu = iommu;
            iommu.attach(environment);
        }

        private int requester() {
            return input.nextInt(4) == 0 ? input.nextInt(0x10000) : 0x0310;
        }

        private int pasid() {
            return switch (input.nextInt(4)) {
                case 0 -> Transaction.NO_PASID;
                case 1 -> input.nextInt() & 0xfffff;
                default -> input.nextInt(8);
            };
        }

        /** Words that look like something: present, small pointers, few reserved bits. */
        private long word() {
            return switch (input.nextInt(6)) {
                case 0 -> input.nextLong();
                case 1 -> 0;
                case 2 -> input.nextInt(16) * 0x1000L | 1;
                case 3 -> input.nextInt(16) * 0x1000L | input.nextInt(0x1000);
                case 4 -> input.nextInt(16) * 0x1000L | 7 << 9 | 0b11101;
                default -> input.nextInt(16) * 0x1000L | 1 | 2 << 2 | (long) input.nextInt(6) << 6;
            };
        }

        private long descriptor() {
            return input.nextInt(10) | (long) input.nextInt(16) << 4 | input.nextLong() & 0x000f_ffff_ffff_0000L;
        }

        private void register() {
            int[] offsets = {0x18, 0x20, 0x88, 0x90, 0xC0, 0xC8, 0xD0, 0x34, 0xDC, 0x9C, 0x38, 0xE0, 0x220, 0x228};
            long offset = input.nextInt(3) == 0 ? input.nextInt(0x300) - 8 : offsets[input.nextInt(offsets.length)];
            int size = input.nextBoolean() ? 4 : 8;
            try {
                if (input.nextBoolean()) {
                    iommu.writeRegister(offset, size, value((int) offset));
                } else {
                    iommu.readRegister(offset, size);
                }
            } catch (UnsupportedFeature unsupported) {
                refused++;
                assertThat(unsupported.getMessage()).contains("VT-d");
            }
        }

        private long value(int offset) {
            return switch (offset) {
                case 0x18 -> input.nextInt(4) == 0 ? input.nextInt() : 1L << 31 | 1L << 26 | input.nextInt(2) << 30;
                case 0x20 -> input.nextInt(16) * 0x1000L | (long) input.nextInt(4) << 10;
                case 0x90 -> input.nextInt(16) * 0x1000L | 1L << 11 | input.nextInt(8);
                case 0x34, 0xDC, 0x9C -> 0xff;
                default -> input.nextLong();
            };
        }

        private void request() {
            Transaction.Type[] types = Transaction.Type.values();
            transaction.begin(
                    types[input.nextInt(types.length)],
                    requester(),
                    pasid(),
                    input.nextBoolean() ? input.nextLong() : input.nextInt() & 0x7fff_ffffL,
                    input.nextInt(8),
                    input.nextBoolean());
            iommu.translate(transaction);
            if (transaction.isGranted() && transaction.granted() != 0) {
                granted++;
            }
            iommu.completed(transaction);
        }

        private void askForPage() {
            iommu.pageRequest(new PageRequest(
                    requester(),
                    pasid(),
                    input.nextLong() & ~0xfffL,
                    input.nextInt(512),
                    input.nextInt(8),
                    input.nextBoolean(),
                    input.nextBoolean()));
        }

        private void check() {
            iommu.remembers(0x0310, input.nextInt(8));
            if (!environment.unanswered.isEmpty() && input.nextBoolean()) {
                iommu.invalidationTimedOut(environment, 1 << environment.unanswered.remove().tag());
            }
        }

        /** Does what the input says, and then all that is left to do. */
        Trial run() {
            while (!input.isEmpty()) {
                memory.accesses = 0;
                switch (input.nextInt(8)) {
                    case 0 -> memory.bytes.putLong(input.nextInt(1 << 13) * 8, word());
                    case 1 -> memory.bytes.putLong(input.nextInt(1 << 11) * 32, descriptor());
                    case 2 -> register();
                    case 3 -> iommu.executeCommand();
                    case 4 -> askForPage();
                    case 5 -> check();
                    default -> request();
                }
            }
            for (int i = 0; i < 100_000 && iommu.hasCommand(); i++) {
                memory.accesses = 0;
                iommu.executeCommand();
            }
            assertThat(iommu.hasCommand()).as("the queue is empty or stops").isFalse();
            return this;
        }
    }

    @FuzzTest
    void anyInput(byte[] data) {
        assertThat(new Trial(new FuzzInput(data)).run().granted).isNotNegative();
    }

    @Test
    void manyInputs() {
        FuzzInput.random(1, 3_000, 1_024, input -> new Trial(input).run());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void longInputs(long seed) {
        byte[] bytes = new byte[1_500_000];
        new Random(seed).nextBytes(bytes);
        Trial trial = new Trial(new FuzzInput(bytes)).run();
        assertThat(trial.granted).as("requests that came through").isPositive();
        assertThat(trial.refused).isPositive();
    }
}
