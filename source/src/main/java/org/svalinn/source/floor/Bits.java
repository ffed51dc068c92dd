package org.svalinn.source.floor;

import java.util.function.LongBinaryOperator;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.source.runtime.Cpu;

/**
 * Operations on single bits and the search for one: stands for the assembly of arch/x86/include/asm/bitops.h and
 * arch_hweight.h. A locked instruction is one step on the long that holds the bit; the others read and write it.
 */
final class Bits {
    private static final String SOURCE = "arch/x86/include/asm/bitops.h";
    private static final LongBinaryOperator SET = (word, mask) -> word | mask;
    private static final LongBinaryOperator CLEAR = (word, mask) -> word & ~mask;
    private static final LongBinaryOperator CHANGE = (word, mask) -> word ^ mask;

    private final Atomics atomics;

    private Bits(World world) {
        atomics = new Atomics(world);
    }

    static void install(Floor floor, World world) {
        var bits = new Bits(world);
        bits.family(floor, "set", SET);
        bits.family(floor, "clear", CLEAR);
        bits.family(floor, "change", CHANGE);
        floor.add(SOURCE, (cpu, args, site) -> bits.locked(args[0], args[1], SET, site, cpu), "arch_test_and_set_bit_lock");
        floor.add(SOURCE, (cpu, args, site) -> bits.locked(args[0], args[1], CLEAR, site, cpu), "arch_clear_bit_unlock");
        floor.add(SOURCE, (cpu, args, site) -> plain(args[0], args[1], CLEAR, site, cpu), "arch___clear_bit_unlock");
        floor.add(SOURCE, (cpu, args, site) -> isSet(args[0], cpu.load(word(args[0], args[1]), Long.BYTES, true, site)),
                "variable_test_bit", "constant_test_bit_acquire");
        search(floor);
    }

    private void family(Floor floor, String name, LongBinaryOperator operator) {
        floor.add(SOURCE, (cpu, args, site) -> locked(args[0], args[1], operator, site, cpu),
                "arch_" + name + "_bit", "arch_test_and_" + name + "_bit");
        floor.add(SOURCE, (cpu, args, site) -> plain(args[0], args[1], operator, site, cpu),
                "arch___" + name + "_bit", "arch___test_and_" + name + "_bit");
    }

    private static void search(Floor floor) {
        floor.add(SOURCE, (cpu, args, site) -> Long.numberOfTrailingZeros(args[0]), "variable__ffs");
        floor.add(SOURCE, (cpu, args, site) -> Long.numberOfTrailingZeros(~args[0]), "variable_ffz");
        floor.add(SOURCE, (cpu, args, site) -> 63 - Long.numberOfLeadingZeros(args[0]), "__fls");
        floor.add(SOURCE, (cpu, args, site) -> (int) args[0] == 0 ? 0 : 1 + Integer.numberOfTrailingZeros((int) args[0]), "variable_ffs");
        floor.add(SOURCE, (cpu, args, site) -> 32 - Integer.numberOfLeadingZeros((int) args[0]), "fls");
        floor.add(SOURCE, (cpu, args, site) -> 64 - Long.numberOfLeadingZeros(args[0]), "fls64");
        String weight = "arch/x86/include/asm/arch_hweight.h";
        floor.add(weight, (cpu, args, site) -> Integer.bitCount((int) args[0]), "__arch_hweight32");
        floor.add(weight, (cpu, args, site) -> Long.bitCount(args[0]), "__arch_hweight64");
    }

    private static long word(long bit, long bits) {
        return bits + (bit >> 6) * Long.BYTES;
    }

    private static long mask(long bit) {
        return 1L << (bit & 63);
    }

    private static long isSet(long bit, long word) {
        return (word & mask(bit)) != 0 ? 1 : 0;
    }

    /** Whether the bit was set before. */
    private long locked(long bit, long bits, LongBinaryOperator operator, Site site, Cpu cpu) {
        return isSet(bit, atomics.update(Operation.UPDATE, word(bit, bits), Long.BYTES, operator, mask(bit), site, cpu));
    }

    /** Whether the bit was set before. */
    private static long plain(long bit, long bits, LongBinaryOperator operator, Site site, Cpu cpu) {
        long word = word(bit, bits);
        long before = cpu.load(word, Long.BYTES, false, site);
        cpu.store(word, Long.BYTES, operator.applyAsLong(before, mask(bit)), false, site);
        return isSet(bit, before);
    }
}
