package org.svalinn.source.floor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.source.runtime.Cpu;

/**
 * RCU and SRCU: stands for kernel/rcu.
 *
 * <p>A grace period begins at one step and may end, at another, once every read-side section that had begun before it
 * has ended; sections that begin later do not hold it up. Callbacks are run by two daemons, {@code rcu} and
 * {@code srcu}, each of which takes all that are queued, lets a grace period pass, and calls them in order.
 */
public final class GracePeriods {
    private static final Site BEGIN = Site.named("grace period begins");
    private static final Site END = Site.named("grace period ends");
    private static final Site IDLE = Site.named("waits for callbacks");
    /** In an rcu_head's function pointer, less than this is the offset of the head in an object to free. */
    private static final long MOST_OFFSET = 4096;

    private final World world;
    private final Domain rcu = new Domain(FloorObject.RCU);
    private final Map<Long, Domain> srcu = new LinkedHashMap<>();
    private final List<Callback> rcuCallbacks = new ArrayList<>();
    private final List<Callback> srcuCallbacks = new ArrayList<>();

    private record Callback(Domain domain, long head, long function) {}

    /** The readers of RCU, or of one srcu_struct. */
    private static final class Domain {
        final long object;
        /** The number of each read-side section under way, rising, and the actor in it. */
        final List<long[]> sections = new ArrayList<>();
        long begun;

        Domain(long object) {
            this.object = object;
        }

        void enter(int actor) {
            sections.add(new long[] {begun++, actor});
        }

        /** Ends the actor's innermost section; false when it is in none. */
        boolean leave(int actor) {
            for (int i = sections.size() - 1; i >= 0; i--) {
                if (sections.get(i)[1] == actor) {
                    sections.remove(i);
                    return true;
                }
            }
            return false;
        }

        boolean noneBefore(long number) {
            return sections.isEmpty() || sections.getFirst()[0] >= number;
        }
    }

    GracePeriods(World world) {
        this.world = world;
    }

    static void install(Floor floor, World world) {
        GracePeriods periods = world.gracePeriods();
        String tree = "kernel/rcu/tree.c, tree_plugin.h";
        floor.add(tree, (cpu, args, site) -> {
            world.enterAtomic(site, cpu);
            world.thread(cpu).rcu++;
            return periods.enter(periods.rcu, site, cpu);
        }, "__rcu_read_lock");
        floor.add(tree, (cpu, args, site) -> {
            world.thread(cpu).rcu--;
            return periods.leave(periods.rcu, site, cpu);
        }, "__rcu_read_unlock");
        floor.add(tree, (cpu, args, site) -> periods.queue(periods.rcu, args[0], args[1], site, cpu), "call_rcu", "kvfree_call_rcu");
        floor.add(tree, (cpu, args, site) -> periods.synchronize(periods.rcu, site, cpu), "synchronize_rcu", "synchronize_rcu_expedited");
        String srcu = "kernel/rcu/srcutree.c";
        floor.add(srcu, (cpu, args, site) -> periods.enter(periods.domain(args[0]), site, cpu), "__srcu_read_lock");
        floor.add(srcu, (cpu, args, site) -> periods.leave(periods.domain(args[0]), site, cpu), "__srcu_read_unlock");
        floor.add(srcu, (cpu, args, site) -> periods.queue(periods.domain(args[0]), args[1], args[2], site, cpu), "call_srcu");
        floor.add(srcu, (cpu, args, site) -> periods.synchronize(periods.domain(args[0]), site, cpu), "synchronize_srcu", "synchronize_srcu_expedited");
    }

    private Domain domain(long srcuStruct) {
        return srcu.computeIfAbsent(srcuStruct, address -> new Domain(address >>> 3));
    }

    private long enter(Domain domain, Site site, Cpu cpu) {
        world.touchObject(Operation.ENTER, domain.object, site);
        domain.enter(cpu.index());
        return 0;
    }

    private long leave(Domain domain, Site site, Cpu cpu) {
        world.touchObject(Operation.LEAVE, domain.object, site);
        if (!domain.leave(cpu.index())) {
            throw cpu.unmodelled("the end of a read-side section that another actor began", site);
        }
        return 0;
    }

    private long queue(Domain domain, long head, long function, Site site, Cpu cpu) {
        boolean isRcu = domain == rcu;
        world.touchObject(Operation.SIGNAL, isRcu ? FloorObject.RCU_CALLBACKS : FloorObject.SRCU_CALLBACKS, site);
        (isRcu ? rcuCallbacks : srcuCallbacks).add(new Callback(domain, head, function));
        return 0;
    }

    private long synchronize(Domain domain, Site site, Cpu cpu) {
        world.mightSleep(site, cpu);
        pass(domain, site, site);
        return 0;
    }

    private void pass(Domain domain, Site begin, Site end) {
        world.touchObject(Operation.SIGNAL, domain.object, begin);
        long boundary = domain.begun;
        world.awaitObject(Operation.WAIT, domain.object, () -> domain.noneBefore(boundary), "a grace period", end);
    }

    /** The life of the daemon that runs RCU callbacks. */
    public void serveRcu(Cpu cpu) {
        serve(rcuCallbacks, FloorObject.RCU_CALLBACKS, cpu);
    }

    /** The life of the daemon that runs SRCU callbacks. */
    public void serveSrcu(Cpu cpu) {
        serve(srcuCallbacks, FloorObject.SRCU_CALLBACKS, cpu);
    }

    private void serve(List<Callback> queue, long object, Cpu cpu) {
        while (true) {
            world.awaitObject(Operation.WAIT, object, () -> !queue.isEmpty(), "callbacks", IDLE);
            List<Callback> batch = List.copyOf(queue);
            queue.clear();
            batch.stream().map(Callback::domain).distinct().forEach(domain -> pass(domain, BEGIN, END));
            for (Callback callback : batch) {
                if (Long.compareUnsigned(callback.function(), MOST_OFFSET) < 0) {
                    world.heap().free(callback.head() - callback.function(), END, cpu);
                } else {
                    world.callBack(callback.function(), END, cpu, callback.head());
                }
            }
        }
    }

    void requireIdle() {
        if (!rcuCallbacks.isEmpty() || !srcuCallbacks.isEmpty() || !rcu.sections.isEmpty()) {
            throw new SetupFailure("the setup leaves RCU or SRCU callbacks behind: move what queues them under 'actors'");
        }
    }

    void reset() {
        rcu.sections.clear();
        rcu.begun = 0;
        srcu.values().forEach(domain -> {
            domain.sections.clear();
            domain.begun = 0;
        });
        rcuCallbacks.clear();
        srcuCallbacks.clear();
    }
}
