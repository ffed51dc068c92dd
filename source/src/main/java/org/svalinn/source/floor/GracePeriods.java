package org.svalinn.source.floor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.source.runtime.Cpu;

/**
 * RCU and SRCU: stands for kernel/rcu.
 *
 * <p>What they promise is modelled, not how they keep it: a callback runs once every read-side section has ended that
 * was under way when it was queued. A grace period that begins later, as a real one may, only makes the callback later,
 * and later is among the schedules anyway. For RCU a section is also whatever cannot be preempted: a spin lock held,
 * interrupts or preemption disabled (since Linux 4.20 one flavour of RCU waits for all of these).
 *
 * <p>To queue reads the set of sections, to begin one adds to it, so two beginnings commute; a section's end concerns
 * only those who wait for that section. That keeps the schedules few.
 *
 * <p>Callbacks are run in the order in which they were queued by two daemons, {@code rcu} and {@code srcu}.
 */
public final class GracePeriods {
    private static final Site END = Site.named("grace period ends");
    private static final Site IDLE = Site.named("waits for callbacks");
    /** In an rcu_head's function pointer, less than this is the offset of the head in an object to free. */
    private static final long MOST_OFFSET = 4096;

    private final World world;
    private final Domain rcu = new Domain(FloorObject.RCU);
    private final Map<Long, Domain> srcu = new LinkedHashMap<>();
    private final List<Callback> rcuCallbacks = new ArrayList<>();
    private final List<Callback> srcuCallbacks = new ArrayList<>();
    private final Map<Integer, Integer> sectionsBegun = new HashMap<>();

    /** What runs after a grace period, and the sections that it must outlast. */
    private record Callback(long head, long function, List<Section> awaited) {}

    /** One read-side section of one actor. */
    private static final class Section {
        final int actor;
        final long object;
        boolean ended;

        Section(int actor, long object) {
            this.actor = actor;
            this.object = object;
        }
    }

    /** The readers of RCU, or of one srcu_struct. */
    private static final class Domain {
        final long object;
        final List<Section> sections = new ArrayList<>();

        Domain(long object) {
            this.object = object;
        }
    }

    GracePeriods(World world) {
        this.world = world;
    }

    static void install(Floor floor, World world) {
        GracePeriods periods = world.gracePeriods();
        String tree = "kernel/rcu/tree.c, tree_plugin.h";
        floor.add(tree, (cpu, args, site) -> {
            world.enterRcu(site, cpu);
            return 0;
        }, "__rcu_read_lock");
        floor.add(tree, (cpu, args, site) -> {
            world.leaveRcu(site, cpu);
            return 0;
        }, "__rcu_read_unlock");
        floor.add(tree, (cpu, args, site) -> periods.queue(periods.rcu, args[0], args[1], site), "call_rcu", "kvfree_call_rcu");
        floor.add(tree, (cpu, args, site) -> periods.synchronize(periods.rcu, site, cpu), "synchronize_rcu", "synchronize_rcu_expedited");
        String srcu = "kernel/rcu/srcutree.c";
        floor.add(srcu, (cpu, args, site) -> {
            periods.enter(periods.domain(args[0]), site, cpu);
            return 0;
        }, "__srcu_read_lock");
        floor.add(srcu, (cpu, args, site) -> {
            periods.leave(periods.domain(args[0]), site, cpu);
            return 0;
        }, "__srcu_read_unlock");
        floor.add(srcu, (cpu, args, site) -> periods.queue(periods.domain(args[0]), args[1], args[2], site), "call_srcu");
        floor.add(srcu, (cpu, args, site) -> periods.synchronize(periods.domain(args[0]), site, cpu), "synchronize_srcu", "synchronize_srcu_expedited");
    }

    private Domain domain(long srcuStruct) {
        return srcu.computeIfAbsent(srcuStruct, address -> new Domain(address >>> 3));
    }

    /** The actor begins to be a reader of RCU. */
    void enterRcu(Site site, Cpu cpu) {
        enter(rcu, site, cpu);
    }

    void leaveRcu(Site site, Cpu cpu) {
        leave(rcu, site, cpu);
    }

    private void enter(Domain domain, Site site, Cpu cpu) {
        world.touchObject(Operation.ENTER, domain.object, site);
        int number = sectionsBegun.merge(cpu.index(), 1, Integer::sum);
        domain.sections.add(new Section(cpu.index(), FloorObject.section(cpu.index(), number)));
    }

    private void leave(Domain domain, Site site, Cpu cpu) {
        for (int i = domain.sections.size() - 1; i >= 0; i--) {
            Section section = domain.sections.get(i);
            if (section.actor == cpu.index()) {
                world.touchObject(Operation.LEAVE, section.object, site);
                section.ended = true;
                domain.sections.remove(section);
                return;
            }
        }
        throw cpu.unmodelled("the end of a read-side section that this actor did not begin", site);
    }

    private List<Section> sectionsOf(Domain domain, Site site) {
        world.touchObject(Operation.READ, domain.object, site);
        return List.copyOf(domain.sections);
    }

    private long queue(Domain domain, long head, long function, Site site) {
        boolean isRcu = domain == rcu;
        var callback = new Callback(head, function, sectionsOf(domain, site));
        world.touchObject(Operation.SIGNAL, isRcu ? FloorObject.RCU_CALLBACKS : FloorObject.SRCU_CALLBACKS, site);
        (isRcu ? rcuCallbacks : srcuCallbacks).add(callback);
        return 0;
    }

    private long synchronize(Domain domain, Site site, Cpu cpu) {
        world.mightSleep(site, cpu);
        outlast(sectionsOf(domain, site), site);
        return 0;
    }

    private void outlast(List<Section> sections, Site site) {
        for (Section section : sections) {
            world.awaitObject(Operation.WAIT, section.object, () -> section.ended, "a grace period", site);
        }
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
            Callback callback = queue.removeFirst();
            outlast(callback.awaited(), END);
            if (Long.compareUnsigned(callback.function(), MOST_OFFSET) < 0) {
                world.heap().free(callback.head() - callback.function(), END, cpu);
            } else {
                world.callBack(callback.function(), END, cpu, callback.head());
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
        srcu.values().forEach(domain -> domain.sections.clear());
        rcuCallbacks.clear();
        srcuCallbacks.clear();
        sectionsBegun.clear();
    }
}
