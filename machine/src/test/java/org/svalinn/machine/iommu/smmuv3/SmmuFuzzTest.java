package org.svalinn.machine.iommu.smmuv3;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
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
 * A fuzzer's bytes as memory, register writes, commands and transactions: nothing but the architecture's answers, or a
 * refusal.
 */
@DisplayName("Whatever a fuzzer thinks of")
class SmmuFuzzTest {
    private static final int WORDS = 64;
    private static final long SIZE = 1 << 16;
    private static final int[] REGISTERS = {
        0x20, 0x28, 0x2c, 0x44, 0x50, 0x64, 0x68, 0x70, 0x74, 0x80, 0x84, 0x88, 0x90, 0x98, 0x9c, 0xa0, 0xb0, 0xb8,
                0xc0,
        0xd0, 0xdc, 0x100a8, 0x100ac, 0x100c8, 0x100cc, 0x100
    };

    /** A few words, seen again and again at all addresses. */
    private static final class Words implements PhysicalMemory {
        final long[] words = new long[WORDS];

        private static int at(long address, int size) {
            if ((address & size - 1) != 0) {
                throw new AssertionError("not aligned: 0x" + Long.toHexString(address));
            }
            return (int) (address >>> 3) & WORDS - 1;
        }

        @Override
        public boolean contains(long address) {
            return address >= 0 && address < SIZE;
        }

        @Override
        public long read(long address, int size, Use use) {
            return words[at(address, size)];
        }

        @Override
        public void write(long address, int size, long value, Use use) {
            words[at(address, size)] = value;
        }

        @Override
        public long compareExchange(long address, int size, long expected, long value, Use use) {
            long found = words[at(address, size)];
            if (found == expected) {
                words[at(address, size)] = value;
            }
            return found;
        }

        @Override
        public void read128(long address, long[] into, Use use) {
            into[0] = words[at(address, 16)];
            into[1] = words[at(address, 16) + 1];
        }

        @Override
        public void write128(long address, long low, long high, Use use) {
            words[at(address, 16)] = low;
            words[at(address, 16) + 1] = high;
        }

        @Override
        public boolean compareExchange128(
                long address, long expectedLow, long expectedHigh, long low, long high, Use use) {
            throw new AssertionError("the SMMU has no use for this");
        }
    }

    /** Answers at once, as nobody else would here. */
    private record Obliging(SmmuV3 smmu) implements Function {
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

    /** Transactions that tables let pass. */
    private int granted;

    @FuzzTest
    void anything(byte[] data) {
        check(new FuzzInput(data));
    }

    @Test
    void muchOfEverything() {
        FuzzInput.random(1, 20_000, 400, this::check);
        assertThat(granted).as("translations among it").isGreaterThan(100);
    }

    private void check(FuzzInput input) {
        Words memory = new Words();
        build(memory.words);
        for (int i = input.nextInt(WORDS); i > 0; i--) {
            memory.words[input.nextInt(WORDS)] = word(input);
        }
        SmmuIds ids = SmmuIds.DEFAULT.withIdr0(SmmuIds.DEFAULT.idr0() | SmmuIds.IDR0_STALL_NONE);
        SmmuV3 smmu = new SmmuV3(ids, Steps.DIRECT, memory, Interrupts.NONE, new HardwareObjects(), "smmu");
        smmu.attach(new Obliging(smmu));
        smmu.writeRegister(0x80, 8, 0);
        smmu.writeRegister(0x88, 4, 4);
        if (input.nextBoolean()) {
            smmu.writeRegister(0x80, 8, input.nextInt(1 << 16));
            smmu.writeRegister(0x88, 4, input.nextInt(12) | input.nextInt(2) << 16 | 8 << 6);
        }
        smmu.writeRegister(0x90, 8, input.nextInt(1 << 16));
        smmu.writeRegister(0xa0, 8, input.nextInt(1 << 16));
        smmu.writeRegister(0xc0, 8, input.nextInt(1 << 16));
        smmu.writeRegister(0x20, 4, 0b11111);
        Transaction transaction = new Transaction();
        while (!input.isEmpty()) {
            try {
                act(smmu, input, transaction);
            } catch (UnsupportedFeature refused) {
                if (!String.valueOf(refused.getMessage()).contains("IHI 0070")) {
                    throw new AssertionError("a refusal that does not say what it refuses", refused);
                }
            }
        }
    }

    /**
     * Something that works, for the input to change: four STEs, two CDs, and 16 entries of tables that lead round and
     * round.
     */
    private static void build(long[] words) {
        for (int i = 0; i < 4; i++) {
            words[i * 8] = SmmuTestbed.V | SmmuTestbed.CONFIG_S1 | 0x100 | 1L << 59;
            words[i * 8 + 1] = 0b10 | 0b01L << 28;
        }
        for (int i = 4; i < 6; i++) {
            words[i * 8] = SmmuTestbed.CD0;
            words[i * 8 + 1] = 0x3000;
        }
        for (int i = 48; i < WORDS; i++) {
            words[i] = SmmuTestbed.LEAF | (i & 7) << 12;
        }
    }

    private static long address(FuzzInput input) {
        long address = 0;
        for (int shift = 12; shift <= 39; shift += 9) {
            address |= 48L + input.nextInt(16) << shift;
        }
        return address;
    }

    private void act(SmmuV3 smmu, FuzzInput input, Transaction transaction) {
        int pasid = input.nextInt(20) - 1;
        switch (input.nextInt(5)) {
            case 0 -> {
                int register = REGISTERS[input.nextInt(REGISTERS.length)];
                smmu.writeRegister(register, input.nextBoolean() ? 4 : 8, word(input));
            }
            case 1 -> {
                smmu.writeRegister(0x98, 4, input.nextInt(1 << 16));
                for (int i = 0; i < 20 && smmu.hasCommand(); i++) {
                    smmu.executeCommand();
                }
            }
            case 2 -> smmu.pageRequest(new PageRequest(
                    input.nextInt(16), pasid, word(input), input.nextInt(512), input.nextInt(8), false,
                            input.nextBoolean()));
            case 3 -> {
                smmu.snapshot();
                smmu.restore();
                smmu.remembers(input.nextInt(16), pasid);
            }
            default -> {
                Transaction.Type type = Transaction.Type.values()[input.nextInt(3)];
                long address = input.nextBoolean() ? address(input) : word(input) >>> input.nextInt(64);
                transaction.begin(type, input.nextInt(16), pasid, address, 1 + input.nextInt(7), input.nextBoolean());
                smmu.translate(transaction);
                if (transaction.isGranted() && transaction.pageShift() < 64) {
                    granted++;
                }
                smmu.completed(transaction);
            }
        }
    }

    /** A word that is often something that leads further. */
    private static long word(FuzzInput input) {
        long pointer = input.nextInt(1 << 16) & -64L;
        return switch (input.nextInt(6)) {
            case 0 -> pointer & -4096L | 0xc0 | 1 << 10 | input.nextInt(4);
            case 1 -> pointer | (4 | input.nextInt(4)) << 1 | 1 | (long) input.nextInt(8) << 59
                    | (long) input.nextInt(4) << 4;
            case 2 -> SmmuTestbed.CD0 & ~0x3fL | 16 + input.nextInt(16) | (long) input.nextInt(4) << 48;
            case 3 -> SmmuTestbed.STE2 | input.nextInt(4);
            case 4 -> input.nextInt(0x48) | (long) input.nextInt(16) << 32 | (long) input.nextInt(32) << 12;
            default -> (long) input.nextInt() << 32 | input.nextInt() & 0xffff_ffffL;
        };
    }
}
