package org.svalinn.kernel.sync;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The allocator of kernel objects. Memory is not reused, so whoever uses an object that was freed is found out for
 * certain.
 *
 * <p>It gives the numbers by which steps know objects. Each actor has numbers of its own, in the order in which it
 * asks, so that the same object has the same number in every interleaving in which its maker does the same.
 */
public final class Slab {
    /** Above every number of the machine's. */
    private static final long FIRST = 1L << 52;

    private static final int ACTOR_SHIFT = 32;

    private final Scheduler scheduler;
    private final List<KernelObject> objects = new ArrayList<>();
    private final Map<Long, String> names = new HashMap<>();
    /** For each actor, by its number plus one. */
    private long[] next = new long[8];
    private boolean remembers = true;

    Slab(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /** Keeps no list of what is alive: for a simulation, in which millions come and go. */
    public void forget() {
        remembers = false;
    }

    /** A number for something that steps touch: a lock, a queue, an object. The name is kept while a run is told. */
    public long number(String name) {
        int maker = scheduler.current() + 1;
        if (maker >= next.length) {
            next = Arrays.copyOf(next, Math.max(maker + 1, next.length * 2));
        }
        long number = FIRST + ((long) maker << ACTOR_SHIFT) + next[maker]++;
        if (scheduler.isNarrating()) {
            names.put(number, name);
        }
        return number;
    }

    /** Whether it is one of these numbers. */
    public boolean has(long number) {
        return number >= FIRST;
    }

    /** The name of it, while a run is told. */
    public String name(long number) {
        return names.getOrDefault(number, "#" + Long.toHexString(number));
    }

    void add(KernelObject object) {
        if (remembers) {
            objects.add(object);
        }
    }

    /** What has been allocated and not freed, oldest first. */
    public List<KernelObject> live() {
        return objects.stream().filter(object -> !object.isFreed()).toList();
    }
}
