package org.svalinn.source.floor;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Violation;
import org.svalinn.machine.Steps;
import org.svalinn.machine.memory.PageState;
import org.svalinn.machine.memory.PhysicalMemory;
import org.svalinn.machine.memory.Use;
import org.svalinn.source.runtime.Memory;

/**
 * The memory of the source kernel as its hardware sees it, by physical address: the linear map, backwards. Hardware and C
 * take steps on the same bytes, so that they meet.
 */
public final class KernelMemory implements PhysicalMemory {
    /** The physical address of the first byte of RAM, on every architecture here. */
    public static final long PHYSICAL_BASE = 0x40000000L;

    private final World world;
    private final Steps steps;

    KernelMemory(World world, Steps steps) {
        this.world = world;
        this.steps = steps;
    }

    /** The physical address of what the kernel has at this address of its linear map. */
    public static long physical(long virtual) {
        return virtual - Memory.BASE + PHYSICAL_BASE;
    }

    /** The address in the kernel's linear map. */
    public static long virtual(long physical) {
        return physical - PHYSICAL_BASE + Memory.BASE;
    }

    @Override
    public boolean contains(long address) {
        return address >= PHYSICAL_BASE && world.memory().contains(virtual(address), 1);
    }

    @Override
    public long read(long address, int size, Use use) {
        long at = access(Operation.READ, address, size, use);
        return world.memory().load(at, size);
    }

    @Override
    public void write(long address, int size, long value, Use use) {
        long at = access(Operation.WRITE, address, size, use);
        world.memory().store(at, size, value);
    }

    @Override
    public long compareExchange(long address, int size, long expected, long value, Use use) {
        long at = access(Operation.UPDATE, address, size, use);
        long found = world.memory().load(at, size);
        if (found == expected) {
            world.memory().store(at, size, value);
        }
        return found;
    }

    @Override
    public void read128(long address, long[] into, Use use) {
        long at = access(Operation.READ, address, 16, use);
        into[0] = world.memory().loadLong(at);
        into[1] = world.memory().loadLong(at + 8);
    }

    @Override
    public void write128(long address, long low, long high, Use use) {
        long at = access(Operation.WRITE, address, 16, use);
        store128(at, low, high);
    }

    @Override
    public void read256(long address, long[] into, Use use) {
        long at = access(Operation.READ, address, 32, use);
        for (int i = 0; i < 4; i++) {
            into[i] = world.memory().loadLong(at + 8L * i);
        }
    }

    @Override
    public void write256(long address, long first, long second, long third, long fourth, Use use) {
        long at = access(Operation.WRITE, address, 32, use);
        store128(at, first, second);
        store128(at + 16, third, fourth);
    }

    @Override
    public boolean compareExchange128(long address, long expectedLow, long expectedHigh, long low, long high, Use use) {
        long at = access(Operation.UPDATE, address, 16, use);
        if (world.memory().loadLong(at) != expectedLow || world.memory().loadLong(at + 8) != expectedHigh) {
            return false;
        }
        store128(at, low, high);
        return true;
    }

    private void store128(long at, long low, long high) {
        world.memory().store(at, Long.BYTES, low);
        world.memory().store(at + 8, Long.BYTES, high);
    }

    /** Takes the step and checks the bytes; gives their kernel address. */
    private long access(Operation operation, long address, int size, Use use) {
        if ((address & size - 1) != 0) {
            throw new IllegalArgumentException("not aligned: " + size + " bytes at 0x" + Long.toHexString(address));
        }
        long at = virtual(address);
        long granule = at >>> 3;
        if (size <= 8) {
            steps.step(operation, granule, World.parts(at, size), use.site());
        } else {
            steps.stepRange(operation, granule, size >>> 3, use.site());
        }
        if (!world.memory().isLive(at, size)) {
            dead(operation, at, use);
        } else if (use.kind() == Use.Kind.DMA) {
            checkOwner(operation, at, use);
        }
        return at;
    }

    private void dead(Operation operation, long at, Use use) {
        Heap.Allocation object = world.heap().find(at);
        Violation.End here = steps.end("used by", use.site());
        List<Violation.End> ends = new ArrayList<>();
        boolean freed = object != null && object.isFreed();
        if (object != null && object.isFreed()) {
            ends.add(object.freed());
        }
        ends.add(here);
        String what = object == null ? "memory that nobody allocated" : world.describe(at) + (freed ? " after it was freed" : ", beyond its end");
        String check = !freed ? "wild-access" : switch (use.kind()) {
            case DMA -> "dma-after-free";
            case WALK -> "walk-after-free";
            default -> "use-after-free";
        };
        steps.report(new Violation(check, "%s %s %s".formatted(use.kind().text(), verb(operation), what), ends));
    }

    /** DMA for an address space reaches that one's own pages: neither another's, nor page tables, nor what is the kernel's. */
    private void checkOwner(Operation operation, long at, Use use) {
        Heap.@Nullable Allocation object = world.heap().find(at);
        if (use.owner() == null || object != null && object.state() == PageState.USER && object.owner() == use.owner()) {
            return;
        }
        List<Violation.End> ends = new ArrayList<>();
        ends.add(steps.end("used by", use.site()));
        if (object != null) {
            ends.add(object.allocated());
        }
        steps.report(new Violation(
                "isolation", "DMA for %s %s %s".formatted(use.owner(), verb(operation), world.describe(at)), ends));
    }

    private static String verb(Operation operation) {
        return operation == Operation.READ ? "reads" : operation == Operation.WRITE ? "writes" : "updates";
    }
}
