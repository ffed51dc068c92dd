package org.svalinn.machine.iommu.smmuv3;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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
 * Arbitrary bytes as tables and queues, arbitrary writes of registers: the SMMU answers with what the architecture has,
 * or refuses by name.
 */
@DisplayName("Hostile memory and registers")
class HostileMemoryTest {
    private static final int SIZE = 1 << 16;
    private static final int[] REGISTERS = {
        0x20, 0x28, 0x2c, 0x44, 0x50, 0x60, 0x64, 0x68, 0x70, 0x74, 0x80, 0x88, 0x90, 0x98, 0x9c, 0xa0, 0xb0, 0xb8,
                0xbc,
        0xc0, 0xd0, 0xd8, 0xdc, 0x100a8, 0x100ac, 0x100c8, 0x100cc, 0xa8, 0x100, 0x8000, 0x1c
    };

    /** Memory without owners: whatever is in it. */
    private static final class Flat implements PhysicalMemory {
        final ByteBuffer bytes = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);

        @Override
        public boolean contains(long address) {
            return address >= 0 && address < SIZE;
        }

        @Override
        public long read(long address, int size, Use use) {
            assertThat(address & size - 1).isZero();
            return size == 8 ? bytes.getLong((int) address) : bytes.getInt((int) address) & 0xffff_ffffL;
        }

        @Override
        public void write(long address, int size, long value, Use use) {
            assertThat(address & size - 1).isZero();
            if (size == 8) {
                bytes.putLong((int) address, value);
            } else {
                bytes.putInt((int) address, (int) value);
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
            assertThat(address & 15).isZero();
            into[0] = bytes.getLong((int) address);
            into[1] = bytes.getLong((int) address + 8);
        }

        @Override
        public void write128(long address, long low, long high, Use use) {
            assertThat(address & 15).isZero();
            bytes.putLong((int) address, low);
            bytes.putLong((int) address + 8, high);
        }

        @Override
        public boolean compareExchange128(
                long address, long expectedLow, long expectedHigh, long low, long high, Use use) {
            return false;
        }
    }

    /** Answers everything at once. */
    private static final class Obliging implements Function {
        private SmmuV3 smmu = new SmmuV3(
                SmmuIds.DEFAULT, Steps.DIRECT, new Flat(), Interrupts.NONE, new HardwareObjects(), "none");

        @Override
        public int requesterId() {
            return 1;
        }

        @Override
        public String name() {
            return "obliging";
        }

        @Override
        public void invalidate(InvalidationRequest request) {
            smmu.invalidationCompleted(this, 1 << request.tag());
        }

        @Override
        public void respond(PageResponse response) {}
    }

    private final Flat memory = new Flat();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    @DisplayName("never an exception of Java but UnsupportedFeature, never an endless loop")
    void anything(long seed) {
        Assertions.assertTimeoutPreemptively(Duration.ofMinutes(2), () -> {
            SplittableRandom random = new SplittableRandom(seed);
            for (int round = 0; round < 60; round++) {
                round(random);
            }
        });
    }

    private void round(SplittableRandom random) {
        // What stalls would wait for somebody who is not here.
        int idr0 = SmmuIds.DEFAULT.idr0() | SmmuIds.IDR0_STALL_NONE;
        Obliging function = new Obliging();
        SmmuV3 smmu =
                new SmmuV3(SmmuIds.DEFAULT.withIdr0(idr0), Steps.DIRECT, memory, Interrupts.NONE,
                        new HardwareObjects(), "smmu");
        function.smmu = smmu;
        smmu.attach(function);
        for (int i = 0; i < SIZE; i += 8) {
            memory.bytes.putLong(i, plausible(random));
        }
        smmu.writeRegister(0x80, 8, random.nextLong(SIZE));
        smmu.writeRegister(0x88, 4, random.nextInt(11) | random.nextInt(2) << 16 | (6 + 2 * random.nextInt(3)) << 6);
        smmu.writeRegister(0x90, 8, random.nextLong(SIZE) & -64 | random.nextInt(8));
        smmu.writeRegister(0xa0, 8, random.nextLong(SIZE) & -64 | random.nextInt(8));
        smmu.writeRegister(0xc0, 8, random.nextLong(SIZE) & -64 | random.nextInt(8));
        smmu.writeRegister(0x20, 4, 0b11111);
        Transaction transaction = new Transaction();
        Transaction.Type[] types = Transaction.Type.values();
        for (int i = 0; i < 300; i++) {
            int requester = random.nextInt(16);
            int pasid = random.nextInt(4) == 0 ? Transaction.NO_PASID : random.nextInt(40);
            try {
                switch (random.nextInt(4)) {
                    case 0 -> {
                        int register = REGISTERS[random.nextInt(REGISTERS.length)];
                        smmu.writeRegister(register, random.nextInt(4) == 0 ? 8 : 4, plausible(random));
                        smmu.writeRegister(0x20, 4, 0b11111);
                        smmu.writeRegister(0x64, 4, smmu.readRegister(0x60, 4));
                    }
                    case 1 -> {
                        for (int n = 0; n < 20 && smmu.hasCommand(); n++) {
                            smmu.executeCommand();
                        }
                    }
                    case 2 -> smmu.pageRequest(new PageRequest(
                            requester, pasid, random.nextLong(), random.nextInt(512), random.nextInt(8), false,
                            random.nextBoolean()));
                    default -> {
                        transaction.begin(types[random.nextInt(3)], requester, pasid,
                                random.nextLong() >>> random.nextInt(64), 1 + random.nextInt(7), random.nextBoolean());
                        smmu.translate(transaction);
                        smmu.completed(transaction);
                    }
                }
            } catch (UnsupportedFeature refused) {
                assertThat(refused).hasMessageContaining("IHI 0070");
            }
            assertThat(smmu.remembers(requester, pasid)).isNotNull();
        }
    }

    /** A word that is often something that leads further. */
    private static long plausible(SplittableRandom random) {
        long pointer = random.nextLong(SIZE) & -64L;
        return switch (random.nextInt(8)) {
            // A table or page entry.
            case 0, 1 -> pointer & -4096L | 0x40 << random.nextInt(6) | 1 << 10 | random.nextInt(4);
            // An STE, a CD or its table.
            case 2 -> pointer | (random.nextInt(4) | 4) << 1 | 1 | (long) random.nextInt(8) << 59
                    | (long) random.nextInt(4) << 4;
            case 3 -> SmmuTestbed.CD0 & ~0x3fL | 16 + random.nextInt(16) | (long) random.nextInt(1 << 16) << 48;
            case 4 -> SmmuTestbed.STE2 | random.nextInt(4);
            case 5 -> random.nextInt(0x48) | (long) random.nextInt(16) << 32 | random.nextLong(1 << 20) << 12;
            case 6 -> pointer;
            default -> random.nextLong();
        };
    }
}
