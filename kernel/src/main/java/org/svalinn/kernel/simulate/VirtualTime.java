package org.svalinn.kernel.simulate;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Coroutine;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.explore.Violation;
import org.svalinn.kernel.sync.Scheduler;

/**
 * A scheduler without a search: one run, in which time passes. An actor goes on until it {@linkplain #pass lets time
 * pass}, waits for something, or ends; then comes whoever is next in time, in the order of scheduling where times are
 * equal. So a run is a function of what is run.
 *
 * <p>A step only looks whether somebody waits on its object. If so, and if it is one that can make a condition true,
 * the line there is looked at when the actor next stops: a step announces a change that comes right after it. Whoever
 * then finds its condition true is scheduled for now, in the order in which they came; when it is its turn it looks
 * again, since another may have been quicker, and keeps its place if so. Of those who wait for a lock one is tried at a
 * time: the next is looked at when the lock is released, which is a step.
 *
 * <p>Actors' numbers are used again when they have ended, so that memory is bounded by how many there are at once. Runs
 * on one thread.
 */
public final class VirtualTime implements Scheduler {
    private static final int TOLD = 10;
    private static final Violation.End UNTOLD = new Violation.End("", "", List.of());

    private final Agenda agenda = new Agenda();
    private final Waiters waiters = new Waiters();
    private final List<VirtualActor> actors = new ArrayList<>();
    private final ArrayList<VirtualActor> idle = new ArrayList<>();
    private final ArrayList<Waiters.Line> announced = new ArrayList<>();
    private final SortedMap<String, Long> violations = new TreeMap<>();
    private @Nullable VirtualActor current;
    private @Nullable Throwable failure;
    private long nextTicket;
    private long events;
    private boolean isOver;

    // ------------------------------------------------------------------------------------------------ to run it

    /**
     * Goes on until nothing more will happen: every actor has ended, or is a daemon and waits.
     *
     * @throws IllegalStateException if somebody else waits and nobody can go on, naming who waits where; or if an actor
     *     failed
     */
    public void run() {
        runUntil(Long.MAX_VALUE);
        List<String> stuck = new ArrayList<>();
        int more = 0;
        for (VirtualActor actor : actors) {
            if (actor.condition != null && !actor.isDaemon) {
                if (stuck.size() < TOLD) {
                    stuck.add(actor.name + " at " + actor.site);
                } else {
                    more++;
                }
            }
        }
        if (!stuck.isEmpty()) {
            throw new IllegalStateException("deadlock: nothing will happen, and there wait " + String.join(", ", stuck)
                    + (more > 0 ? " and " + more + " more" : ""));
        }
    }

    /** Goes on until {@link #stop}, or until nothing more will happen; at most until that many events have happened. */
    void runUntil(long eventCount) {
        isOver = false;
        while (!isOver && failure == null && events < eventCount) {
            Agenda.Entry next = agenda.next();
            if (next == null) {
                break;
            }
            events++;
            next.happen();
        }
        if (failure != null) {
            throw new IllegalStateException("simulation failed at " + now() + " ns: " + failure, failure);
        }
    }

    /** Ends {@link #runUntil} after the present event. */
    void stop() {
        isOver = true;
    }

    /** How many events there were: an actor or a timer that had its turn. */
    public long events() {
        return events;
    }

    /** Violations that were reported, by check, and how many of each. */
    public SortedMap<String, Long> violations() {
        return violations;
    }

    /** Something that happens at a time, on no actor: it must not wait, but may spawn. */
    void at(long when, Runnable happening) {
        agenda.add(when, () -> {
            happening.run();
            settle();
        });
    }

    /** The same, of an entry that announces nothing. */
    void atEntry(long when, Agenda.Entry entry) {
        agenda.add(when, entry);
    }

    /** How many actors there have been at once. */
    int mostActors() {
        return actors.size();
    }

    // -------------------------------------------------------------------------------------------- the scheduler

    @Override
    public void spawn(String name, Runnable body) {
        add(name, false, body);
    }

    @Override
    public void spawnDaemon(String name, Runnable body) {
        add(name, true, body);
    }

    @Override
    public int current() {
        VirtualActor me = current;
        return me == null ? NOBODY : me.index;
    }

    @Override
    public String currentName() {
        VirtualActor me = current;
        return me == null ? "simulation" : me.name;
    }

    @Override
    public boolean isScheduled() {
        return current != null;
    }

    @Override
    public void pass(long nanoseconds) {
        VirtualActor me = current;
        if (me != null && nanoseconds > 0) {
            settle();
            agenda.add(agenda.time() + nanoseconds, me);
            leave();
        }
    }

    @Override
    public long now() {
        return agenda.time();
    }

    @Override
    public void step(Operation operation, long object, long parts, Site site) {
        Waiters.Line line = waiters.at(object);
        if (line != null && announces(operation)) {
            announce(line, parts);
        }
    }

    @Override
    public void stepRange(Operation operation, long firstObject, int count, Site site) {
        for (int i = 0; i < count; i++) {
            step(operation, firstObject + i, ALL, site);
        }
    }

    @Override
    public void count(long object, long parts, int delta, LongSupplier value, Site site) {
        step(Operation.COUNT, object, parts, site);
    }

    @Override
    public void await(Operation operation, long object, long parts, BooleanSupplier enabled, Site site) {
        VirtualActor me = current;
        if (!enabled.getAsBoolean()) {
            if (me == null) {
                throw new IllegalStateException("outside of any actor nobody can be waited for, at " + site);
            }
            me.condition = enabled;
            me.object = object;
            me.parts = parts;
            me.wantsAlone = operation == Operation.ACQUIRE;
            me.wantsLock = me.wantsAlone || operation == Operation.ENTER;
            me.site = site;
            me.ticket = nextTicket++;
            waiters.open(object).insert(me);
            settle();
            leave();
        }
        step(operation, object, parts, site);
    }

    @Override
    public int choose(int alternatives, Site site) {
        return 0;
    }

    @Override
    public void report(Violation violation) {
        violations.merge(violation.check(), 1L, Long::sum);
    }

    @Override
    public RuntimeException halt(Violation violation) {
        throw new IllegalStateException(violation.check() + ": " + violation.message());
    }

    @Override
    public Violation.End end(String role, Site site) {
        // Of a violation only the check is kept: and each object that is freed asks
        return UNTOLD;
    }

    @Override
    public void note(String text) {}

    @Override
    public boolean isNarrating() {
        return false;
    }

    // ---------------------------------------------------------------------------------------------------- inside

    /** An actor has its turn. */
    void dispatch(VirtualActor actor) {
        BooleanSupplier condition = actor.condition;
        if (condition != null) {
            if (!condition.getAsBoolean()) {
                waiters.open(actor.object).insert(actor);
                return;
            }
            actor.condition = null;
        }
        current = actor;
        actor.resume();
        current = null;
        if (failure == null && actor.isOver) {
            idle.add(actor);
        }
    }

    /** The life of an actor, on its own stack. */
    void live(VirtualActor actor, Runnable body) {
        try {
            body.run();
            settle();
        } catch (Throwable thrown) {
            failure = thrown;
        }
        actor.isOver = true;
    }

    private void add(String name, boolean daemon, Runnable body) {
        VirtualActor actor;
        if (idle.isEmpty()) {
            actor = new VirtualActor(this, actors.size());
            actors.add(actor);
        } else {
            actor = idle.removeLast();
        }
        actor.begin(name, daemon, body);
        agenda.add(actor);
    }

    private static void leave() {
        Coroutine.pause();
    }

    /** Taking a lock, and reading, make no condition true: everything else may. */
    private static boolean announces(Operation operation) {
        return switch (operation) {
            case READ, ACQUIRE, ENTER, START, CHOOSE -> false;
            default -> true;
        };
    }

    private void announce(Waiters.Line line, long parts) {
        if (line.announced == 0) {
            announced.add(line);
        }
        line.announced |= parts;
    }

    /** What was announced has happened: looks who can go on. */
    private void settle() {
        if (announced.isEmpty()) {
            return;
        }
        for (int i = 0; i < announced.size(); i++) {
            settle(announced.get(i));
        }
        announced.clear();
    }

    private void settle(Waiters.Line line) {
        long parts = line.announced;
        line.announced = 0;
        boolean lockIsGiven = false;
        VirtualActor next = line.first;
        while (next != null && !(lockIsGiven && line.others == 0)) {
            VirtualActor actor = next;
            next = actor.after;
            BooleanSupplier condition = actor.condition;
            boolean looks = (actor.parts & parts) != 0 && !(lockIsGiven && actor.wantsLock);
            if (looks && condition != null && condition.getAsBoolean()) {
                line.remove(actor);
                agenda.add(actor);
                lockIsGiven |= actor.wantsAlone;
            }
        }
        if (line.first == null) {
            waiters.close(line);
        }
    }
}
