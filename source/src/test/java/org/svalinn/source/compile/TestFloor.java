package org.svalinn.source.compile;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.svalinn.explore.Site;
import org.svalinn.source.runtime.Cpu;
import org.svalinn.source.runtime.FloorFunction;
import org.svalinn.source.runtime.Memory;

/**
 * As much of a kernel as its self-tests need on one thread: an allocator, locks that are always free, atomics, and a
 * printk that remembers.
 */
final class TestFloor {
    private static final FloorFunction NOTHING = (cpu, args, site) -> 0;

    private final Map<String, FloorFunction> functions = new TreeMap<>();
    private final List<String> messages = new ArrayList<>();
    private final Allocator allocator = new Allocator();

    private final Deque<Runnable> callbacks = new ArrayDeque<>();
    private int readersAndLocks;

    TestFloor() {
        nothing("synchronize_rcu dump_stack __might_resched __might_sleep preempt_schedule __cond_resched _cond_resched"
                + " cpuhp_setup_state_nocalls __cpuhp_setup_state __svalinn_warn __svalinn_irq_disable"
                + " __svalinn_irq_enable __svalinn_irq_save __svalinn_irq_restore __warn_printk");
        for (String suffix : List.of("", "_irq", "_irqsave", "_bh")) {
            put("__raw_spin_lock" + suffix, this::enter);
            put("_raw_spin_lock" + suffix, this::enter);
        }
        for (String suffix : List.of("", "_irq", "_irqrestore", "_bh")) {
            put("__raw_spin_unlock" + suffix, this::leave);
            put("_raw_spin_unlock" + suffix, this::leave);
        }
        put("__rcu_read_lock", this::enter);
        put("__rcu_read_unlock", this::leave);
        put("rcu_read_lock", this::enter);
        put("rcu_read_unlock", this::leave);
        put("call_rcu", (cpu, args, site) -> {
            callbacks.add(() -> cpu.call(site, cpu.functionAt(args[1], site), args[0]));
            return 0;
        });
        put("__svalinn_bug", (cpu, args, site) -> {
            throw cpu.unmodelled("BUG", site);
        });
        put("__svalinn_this_cpu", (cpu, args, site) -> args[0]);
        put("__svalinn_xchg", (cpu, args, site) -> {
            long old = cpu.memory().load(args[0], (int) args[1]);
            cpu.memory().store(args[0], (int) args[1], args[2]);
            return old;
        });
        put("_printk", (cpu, args, site) -> {
            messages.add(Format.format(cpu.memory(), args));
            return 0;
        });
        put("kmem_cache_create", (cpu, args, site) -> allocator.cache(args[1], args[4]));
        put("kmem_cache_alloc", (cpu, args, site) -> allocator.allocateFrom(cpu, args[0]));
        put("kmem_cache_alloc_lru", (cpu, args, site) -> allocator.allocateFrom(cpu, args[0]));
        put("kmem_cache_free", (cpu, args, site) -> allocator.free(cpu, args[1]));
        put("kfree", (cpu, args, site) -> allocator.free(cpu, args[0]));
        put("kmalloc", (cpu, args, site) -> allocator.allocate(cpu, args[0]));
        put("kzalloc", (cpu, args, site) -> allocator.allocate(cpu, args[0]));
        put("arch_atomic_add", (cpu, args, site) -> add(cpu, args[1], (int) args[0]));
        put("arch_atomic_sub", (cpu, args, site) -> add(cpu, args[1], -(int) args[0]));
        put("memset", (cpu, args, site) -> {
            cpu.fill(args[0], (int) args[1], args[2], site);
            return args[0];
        });
        put("memcpy", (cpu, args, site) -> {
            cpu.copy(args[0], args[1], args[2], site);
            return args[0];
        });
        functions.put("memmove", function("memcpy"));
    }

    /** Callbacks of RCU run when nobody reads or holds a lock: then no grace period is under way. */
    private long enter(Cpu cpu, long[] args, Site site) {
        if (readersAndLocks++ == 0) {
            List<Runnable> due = List.copyOf(callbacks);
            callbacks.clear();
            due.forEach(Runnable::run);
        }
        return 0;
    }

    private long leave(Cpu cpu, long[] args, Site site) {
        readersAndLocks--;
        return 0;
    }

    private static long add(Cpu cpu, long address, int summand) {
        long sum = (int) cpu.memory().load(address, 4) + summand;
        cpu.memory().store(address, 4, sum);
        return sum;
    }

    private void nothing(String names) {
        for (String name : names.split(" ")) {
            put(name, NOTHING);
        }
    }

    private void put(String name, FloorFunction function) {
        functions.put(name, function);
    }

    private FloorFunction function(String name) {
        return java.util.Objects.requireNonNull(functions.get(name));
    }

    Map<String, FloorFunction> functions() {
        return functions;
    }

    /** What was printed. */
    List<String> messages() {
        return messages;
    }

    /** Objects of one size are used again, last freed first, as the kernel's slabs do. */
    private static final class Allocator {
        private final Map<Long, List<Long>> freeBySize = new TreeMap<>();
        private final Map<Long, Long> sizes = new java.util.HashMap<>();
        private final List<long[]> caches = new ArrayList<>();
        private long used;

        long cache(long size, long constructor) {
            caches.add(new long[] {size, constructor});
            return caches.size();
        }

        long allocateFrom(Cpu cpu, long cache) {
            long[] description = caches.get((int) cache - 1);
            long address = take(cpu, description[0], description[1] != 0);
            return address;
        }

        long allocate(Cpu cpu, long size) {
            return take(cpu, size, false);
        }

        private long take(Cpu cpu, long size, boolean constructed) {
            Memory memory = cpu.memory();
            long rounded = size + 23 & -16;
            List<Long> free = freeBySize.computeIfAbsent(rounded, s -> new ArrayList<>());
            boolean isNew = free.isEmpty();
            long address = isNew ? memory.heap(0) + used : free.removeLast();
            if (isNew) {
                used += rounded;
                if (used > memory.heapSize()) {
                    throw new IllegalStateException("the heap is full");
                }
            }
            memory.markLive(address, size);
            if (isNew || !constructed) {
                memory.fill(address, 0, size);
            }
            sizes.put(address, size);
            return address;
        }

        long free(Cpu cpu, long address) {
            if (address != 0) {
                Long size = sizes.remove(address);
                if (size == null) {
                    throw new IllegalStateException("free of 0x" + Long.toHexString(address));
                }
                cpu.memory().markFreed(address, size);
                freeBySize.computeIfAbsent(size + 23 & -16, s -> new ArrayList<>()).add(address);
            }
            return 0;
        }
    }

    /** The conversions of printk that the self-tests use. */
    private static final class Format {
        private Format() {}

        static String format(Memory memory, long[] args) {
            String format = memory.cString(args[0]);
            var text = new StringBuilder();
            int next = 1;
            for (int i = 0; i < format.length(); i++) {
                char c = format.charAt(i);
                if (c != '%') {
                    text.append(c);
                    continue;
                }
                do {
                    i++;
                } while ("lzh0123456789".indexOf(format.charAt(i)) >= 0);
                switch (format.charAt(i)) {
                    case '%' -> text.append('%');
                    case 's' -> text.append(memory.cString(args[next++]));
                    case 'd', 'i' -> text.append(args[next++]);
                    case 'u' -> text.append(Long.toUnsignedString(args[next++]));
                    default -> text.append(Long.toHexString(args[next++]));
                }
            }
            return text.toString();
        }
    }
}
