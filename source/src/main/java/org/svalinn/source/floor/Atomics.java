package org.svalinn.source.floor;

import java.util.function.LongBinaryOperator;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.source.runtime.Cpu;
import org.svalinn.source.runtime.Memory;

/**
 * Atomic read-modify-writes: stands for the LL/SC and LSE assembly of arch/arm64/include/asm/atomic*.h and cmpxchg.h.
 * Each is one step; one of which only matters whether it meets zero commutes with its like away from zero.
 */
final class Atomics {
    private static final String SOURCE = "arch/arm64/include/asm/atomic*.h, cmpxchg.h";
    private static final String[] ORDERINGS = {"", "_relaxed", "_acquire", "_release"};

    private final World world;

    Atomics(World world) {
        this.world = world;
    }

    static void install(Floor floor, World world) {
        var atomics = new Atomics(world);
        atomics.installFamily(floor, "arch_atomic_", Integer.BYTES);
        atomics.installFamily(floor, "arch_atomic64_", Long.BYTES);
        floor.add(SOURCE, (cpu, args, site) -> atomics.exchange(args[0], (int) args[1], args[2], site, cpu), "__svalinn_xchg");
        floor.add(SOURCE, (cpu, args, site) -> atomics.compareExchange(args[0], (int) args[1], args[2], args[3], site, cpu), "__svalinn_cmpxchg");
        floor.add(SOURCE, (cpu, args, site) -> {
            int size = (int) args[1];
            long expected = cpu.load(args[2], size, false, site);
            long found = atomics.compareExchange(args[0], size, expected, args[3], site, cpu);
            if (found == expected) {
                return 1;
            }
            cpu.store(args[2], size, found, false, site);
            return 0;
        }, "__svalinn_try_cmpxchg");
    }

    private void installFamily(Floor floor, String prefix, int size) {
        operation(floor, prefix, size, "add", Long::sum);
        operation(floor, prefix, size, "sub", (value, operand) -> value - operand);
        operation(floor, prefix, size, "and", (value, operand) -> value & operand);
        operation(floor, prefix, size, "or", (value, operand) -> value | operand);
        operation(floor, prefix, size, "xor", (value, operand) -> value ^ operand);
        operation(floor, prefix, size, "andnot", (value, operand) -> value & ~operand);
        floor.add(SOURCE, (cpu, args, site) -> {
            count(args[0], size, 1, site, cpu);
            return 0;
        }, prefix + "inc");
        floor.add(SOURCE, (cpu, args, site) -> {
            count(args[0], size, -1, site, cpu);
            return 0;
        }, prefix + "dec");
        floor.add(SOURCE, (cpu, args, site) -> count(args[0], size, 1, site, cpu) == 0 ? 1 : 0, prefix + "inc_and_test");
        floor.add(SOURCE, (cpu, args, site) -> count(args[0], size, -1, site, cpu) == 0 ? 1 : 0, prefix + "dec_and_test");
        floor.add(SOURCE, (cpu, args, site) -> changed(args[1], size, -args[0], site, cpu) == 0 ? 1 : 0, prefix + "sub_and_test");
        floor.add(SOURCE, (cpu, args, site) -> changed(args[1], size, args[0], site, cpu) < 0 ? 1 : 0, prefix + "add_negative");
        floor.add(SOURCE, (cpu, args, site) -> addUnless(args[0], size, args[1], args[2], site, cpu), prefix + "fetch_add_unless");
        floor.add(SOURCE, (cpu, args, site) -> args[1] == 1 && args[2] == 0
                ? countUnlessZero(args[0], size, 1, site, cpu) ? 1 : 0
                : addUnless(args[0], size, args[1], args[2], site, cpu) != args[2] ? 1 : 0, prefix + "add_unless");
        floor.add(SOURCE, (cpu, args, site) -> countUnlessZero(args[0], size, 1, site, cpu) ? 1 : 0, prefix + "inc_not_zero");
        for (String ordering : ORDERINGS) {
            floor.add(SOURCE, (cpu, args, site) -> changed(args[0], size, 1, site, cpu), prefix + "inc_return" + ordering);
            floor.add(SOURCE, (cpu, args, site) -> changed(args[0], size, -1, site, cpu), prefix + "dec_return" + ordering);
            floor.add(SOURCE, (cpu, args, site) -> changed(args[0], size, 1, site, cpu) - 1, prefix + "fetch_inc" + ordering);
            floor.add(SOURCE, (cpu, args, site) -> changed(args[0], size, -1, site, cpu) + 1, prefix + "fetch_dec" + ordering);
            floor.add(SOURCE, (cpu, args, site) -> signed(exchange(args[0], size, args[1], site, cpu), size), prefix + "xchg" + ordering);
            floor.add(SOURCE, (cpu, args, site) -> signed(compareExchange(args[0], size, args[1], args[2], site, cpu), size), prefix + "cmpxchg" + ordering);
            floor.add(SOURCE, (cpu, args, site) -> {
                long expected = cpu.load(args[1], size, false, site);
                long found = compareExchange(args[0], size, expected, args[2], site, cpu);
                if (found == unsigned(expected, size)) {
                    return 1;
                }
                cpu.store(args[1], size, found, false, site);
                return 0;
            }, prefix + "try_cmpxchg" + ordering);
        }
    }

    private void operation(Floor floor, String prefix, int size, String name, LongBinaryOperator operator) {
        floor.add(SOURCE, (cpu, args, site) -> {
            update(name.equals("add") || name.equals("sub") ? Operation.ADD : Operation.UPDATE, args[1], size, operator, args[0], site, cpu);
            return 0;
        }, prefix + name);
        for (String ordering : ORDERINGS) {
            floor.add(SOURCE, (cpu, args, site) -> operator.applyAsLong(update(Operation.UPDATE, args[1], size, operator, args[0], site, cpu), args[0]), prefix + name + "_return" + ordering);
            floor.add(SOURCE, (cpu, args, site) -> update(Operation.UPDATE, args[1], size, operator, args[0], site, cpu), prefix + "fetch_" + name + ordering);
        }
    }

    /** A step of which only matters whether the counter was or becomes zero; gives the new value. */
    long count(long address, int size, int delta, Site site, Cpu cpu) {
        world.touchCounter(address, size, delta, () -> signed(value(address, size), size), site, cpu);
        long before = signed(value(address, size), size);
        store(address, size, before, before + delta, site, cpu);
        return signed(before + delta, size);
    }

    /** As {@link #count}, but a counter at zero stays there; whether it was not. */
    boolean countUnlessZero(long address, int size, int delta, Site site, Cpu cpu) {
        world.touchCounter(address, size, delta, () -> signed(value(address, size), size), site, cpu);
        long before = signed(value(address, size), size);
        if (before == 0) {
            world.note("stays 0");
            return false;
        }
        store(address, size, before, before + delta, site, cpu);
        return true;
    }

    /** Adds and gives the new value. */
    private long changed(long address, int size, long delta, Site site, Cpu cpu) {
        return signed(update(Operation.UPDATE, address, size, Long::sum, delta, site, cpu) + delta, size);
    }

    /** One step; gives the value before it, signed. */
    long update(Operation operation, long address, int size, LongBinaryOperator operator, long operand, Site site, Cpu cpu) {
        world.touch(operation, address, size, site, cpu);
        long before = signed(value(address, size), size);
        store(address, size, before, operator.applyAsLong(before, operand), site, cpu);
        return before;
    }

    private long addUnless(long address, int size, long delta, long unless, Site site, Cpu cpu) {
        world.touch(Operation.UPDATE, address, size, site, cpu);
        long before = signed(value(address, size), size);
        if (before != unless) {
            store(address, size, before, before + delta, site, cpu);
        } else {
            world.note("stays " + before);
        }
        return before;
    }

    private long exchange(long address, int size, long value, Site site, Cpu cpu) {
        world.touch(Operation.UPDATE, address, size, site, cpu);
        long before = value(address, size);
        store(address, size, signed(before, size), signed(value, size), site, cpu);
        return before;
    }

    /** Gives the value found, unsigned: equal to the expected one when the exchange was made. */
    private long compareExchange(long address, int size, long expected, long value, Site site, Cpu cpu) {
        world.touch(Operation.UPDATE, address, size, site, cpu);
        long before = value(address, size);
        if (before == unsigned(expected, size)) {
            store(address, size, signed(before, size), signed(value, size), site, cpu);
        } else {
            world.note("stays " + signed(before, size));
        }
        return before;
    }

    private long value(long address, int size) {
        Memory memory = world.memory();
        return memory.contains(address, size) ? memory.load(address, size) : 0;
    }

    private void store(long address, int size, long before, long after, Site site, Cpu cpu) {
        Memory memory = world.memory();
        if (memory.contains(address, size)) {
            memory.store(address, size, after);
        }
        if (world.isNarrating()) {
            world.note(before + " -> " + signed(after, size));
        }
        if (world.ledger().isWatched(address)) {
            world.ledger().changed(address, before, signed(after, size), site, cpu);
        }
    }

    private static long signed(long value, int size) {
        int spare = Long.SIZE - size * Byte.SIZE;
        return value << spare >> spare;
    }

    private static long unsigned(long value, int size) {
        int spare = Long.SIZE - size * Byte.SIZE;
        return value << spare >>> spare;
    }
}
