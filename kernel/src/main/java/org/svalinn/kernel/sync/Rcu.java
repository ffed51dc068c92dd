package org.svalinn.kernel.sync;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;

/**
 * RCU, and with an object of its own SRCU, by its promise: a callback runs when the read-side sections that were under
 * way when it was queued are over. A grace period that begins later, as a real one may, only makes the callback later,
 * and later is among the schedules anyway.
 *
 * <p>Steps are few: a reader that begins commutes with other readers and conflicts with whoever looks for readers; one
 * that ends conflicts only with whoever waits for it. A section within a section of the same domain is no step.
 */
public final class Rcu {
    private static final Site READ_LOCK = Site.named("rcu_read_lock");
    private static final Site READ_UNLOCK = Site.named("rcu_read_unlock");
    private static final Site CALL = Site.named("call_rcu");
    private static final Site SYNCHRONIZE = Site.named("synchronize_rcu");
    private static final Site END = Site.named("grace period ends");
    private static final Site IDLE = Site.named("waits for callbacks");

    /** Which sections have begun. */
    private static final long SECTIONS = 1;
    /** The callbacks that are queued. */
    private static final long CALLBACKS = 2;
    /** The other parts are for the ends of sections. */
    private static final int FIRST_END = 2;

    private static final int ENDS = 62;
    private static final int ENDS_OF_ONE = 13;

    private final Core core;
    private final String name;
    private final boolean mayReadersSleep;
    private final long number;
    private final ArrayDeque<Callback> callbacks = new ArrayDeque<>(4);
    private final List<Section> underWay = new ArrayList<>(4);
    /** For each actor, by its number plus one. */
    private @Nullable Reader[] readers = new Reader[8];
    /** For each end how many actors have it as the end of their latest section, and all of those as parts. */
    private final int[] users = new int[ENDS];

    private long latestEnds;

    /** What one actor does with this domain. */
    private static final class Reader {
        int depth;
        int sections;
        Section latest = Section.NONE;
    }

    /** One outermost section. */
    private static final class Section {
        static final Section NONE = new Section(-1);

        final int end;
        boolean ended;

        Section(int end) {
            this.end = end;
        }
    }

    /**
     * What has to be outlasted.
     *
     * @param ends the parts on which the sections end, and those of sections that have ended: whether one has, when a
     *     grace period begins, must not show in its steps
     */
    private record GracePeriod(List<Section> sections, long ends) {
        boolean isOver() {
            for (Section section : sections) {
                if (!section.ended) {
                    return false;
                }
            }
            return true;
        }
    }

    private record Callback(Runnable function, GracePeriod period) {}

    /** SRCU: a {@code struct srcu_struct}, whose readers may sleep. */
    public Rcu(Core core, String name) {
        this(core, name, true);
    }

    private Rcu(Core core, String name, boolean mayReadersSleep) {
        this.core = core;
        this.name = name;
        this.mayReadersSleep = mayReadersSleep;
        number = core.slab().number(name);
    }

    /** RCU itself, whose readers must not sleep. */
    static Rcu whoseReadersDoNotSleep(Core core) {
        return new Rcu(core, "rcu", false);
    }

    /** {@code rcu_read_lock()}, {@code srcu_read_lock()}. In a section of plain RCU nobody may sleep. */
    public void readLock() {
        Reader reader = reader();
        if (reader.depth == 0) {
            core.scheduler().step(Operation.ENTER, number, SECTIONS, READ_LOCK);
            begin(reader);
        }
        reader.depth++;
        if (!mayReadersSleep) {
            core.atomicity().enter("in an RCU read-side section");
        }
    }

    /** {@code rcu_read_unlock()}, {@code srcu_read_unlock()}. */
    public void readUnlock() {
        Reader reader = reader();
        if (reader.depth == 0) {
            Misuse.report(
                    core, "bad-unlock", "ends a read-side section of " + name + " that it is not in", READ_UNLOCK);
            return;
        }
        if (reader.depth == 1) {
            Section section = reader.latest;
            core.scheduler().step(Operation.LEAVE, number, part(section.end), READ_UNLOCK);
            section.ended = true;
            underWay.remove(section);
        }
        reader.depth--;
        if (!mayReadersSleep) {
            core.atomicity().leave();
        }
    }

    /**
     * {@code call_rcu()}, {@code call_srcu()}: does not wait. Outside of any actor nobody reads: it is called at
     * once.
     */
    public void call(Runnable callback) {
        if (!core.scheduler().isScheduled()) {
            callback.run();
            return;
        }
        core.scheduler().step(Operation.SIGNAL, number, SECTIONS | CALLBACKS, CALL);
        callbacks.add(new Callback(callback, gracePeriod()));
    }

    /** {@code synchronize_rcu()}, {@code synchronize_srcu()}: waits for a grace period. */
    public void synchronize() {
        if (reader().depth > 0) {
            throw Misuse.halt(
                    core,
                    "deadlock",
                    "waits for a grace period of " + name + " in its own read-side section",
                    SYNCHRONIZE);
        }
        core.atomicity().mightSleep(SYNCHRONIZE);
        core.scheduler().step(Operation.READ, number, SECTIONS, SYNCHRONIZE);
        outlast(gracePeriod(), SYNCHRONIZE);
    }

    /** Whether the current actor is in a read-side section: {@code rcu_read_lock_held()}. */
    public boolean isHeld() {
        return reader().depth > 0;
    }

    /** The life of its grace-period actor: spawn it as a daemon. */
    public void serve() {
        while (true) {
            core.scheduler().await(Operation.WAIT, number, CALLBACKS, () -> !callbacks.isEmpty(), IDLE);
            Callback callback = callbacks.removeFirst();
            outlast(callback.period, END);
            core.atomicity().enter("in a callback of ", name);
            callback.function.run();
            core.atomicity().leave();
            core.taskWork().leave();
        }
    }

    private void outlast(GracePeriod period, Site site) {
        if (period.ends != 0) {
            // Changes nothing: two that wait do not get into each other's way
            core.scheduler().await(Operation.READ, number, period.ends, period::isOver, site);
        }
    }

    private GracePeriod gracePeriod() {
        return new GracePeriod(List.copyOf(underWay), latestEnds);
    }

    private void begin(Reader reader) {
        int actor = core.scheduler().current() + 1;
        int before = reader.latest.end;
        if (before >= 0 && --users[before] == 0) {
            latestEnds &= ~part(before);
        }
        Section section = new Section((actor * ENDS_OF_ONE + reader.sections++) % ENDS);
        reader.latest = section;
        underWay.add(section);
        users[section.end]++;
        latestEnds |= part(section.end);
    }

    private static long part(int end) {
        return 1L << FIRST_END + end;
    }

    private Reader reader() {
        int actor = core.scheduler().current() + 1;
        if (actor >= readers.length) {
            readers = Arrays.copyOf(readers, Math.max(actor + 1, readers.length * 2));
        }
        Reader reader = readers[actor];
        if (reader == null) {
            reader = new Reader();
            readers[actor] = reader;
        }
        return reader;
    }
}
