package org.svalinn.explore;

import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** An actor from the inside: its coroutine, and the step it is about to take. Reused from execution to execution. */
final class Task implements Runnable {
    private static final LongSupplier NO_COUNTER = () -> 0;

    private final Run run;
    private Actor actor;
    private Runnable body;
    private Coroutine coroutine = new Coroutine();
    private Site birth;

    // The pending step. A count of 0 touches no object at all.
    Operation operation = Operation.START;
    long object;
    int count;
    long parts;
    @Nullable BooleanSupplier condition;
    Site site;
    int alternatives;
    /** For a COUNT, by how much, and what the counter is. */
    int delta;
    LongSupplier value = NO_COUNTER;
    /** Where the pending step is, innermost call first; kept only while narrating. */
    List<Site> path = List.of();

    Task(Run run, Actor actor, Runnable body) {
        this.run = run;
        this.actor = actor;
        this.body = body;
        this.birth = Site.named(actor.name());
        this.site = birth;
    }

    Actor actor() {
        return actor;
    }

    /** Makes it a new actor at the beginning of its life. */
    void begin(String name, boolean daemon, Runnable newBody) {
        if (actor.isDaemon() != daemon || !actor.name().equals(name)) {
            actor = new Actor(actor.index(), name, daemon);
            birth = Site.named(name);
        }
        body = newBody;
        if (!coroutine.isIdle()) {
            coroutine = new Coroutine();
        }
        coroutine.prepare(this);
        pend(Operation.START, 0, 0, 0, null, birth, 0);
        path = List.of();
    }

    void pend(
            Operation newOperation,
            long newObject,
            int newCount,
            long newParts,
            @Nullable BooleanSupplier newCondition,
            Site newSite,
            int newAlternatives) {
        operation = newOperation;
        object = newObject;
        count = newCount;
        parts = newParts;
        condition = newCondition;
        site = newSite;
        alternatives = newAlternatives;
        delta = 0;
        value = NO_COUNTER;
    }

    void pendCount(long counter, long itsParts, int newDelta, LongSupplier newValue, Site newSite) {
        pend(Operation.COUNT, counter, 1, itsParts, null, newSite, 0);
        delta = newDelta;
        value = newValue;
    }

    boolean isPossible() {
        BooleanSupplier enabled = condition;
        return enabled == null || enabled.getAsBoolean();
    }

    void resume() {
        coroutine.resume();
    }

    @Override
    public void run() {
        run.live(this, body);
    }
}
