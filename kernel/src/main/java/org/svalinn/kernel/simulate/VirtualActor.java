package org.svalinn.kernel.simulate;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Coroutine;
import org.svalinn.explore.Site;

/** One actor in virtual time: a coroutine, and what it waits for. Used again when its body has ended. */
final class VirtualActor implements Agenda.Entry {
    private final VirtualTime time;
    private final Coroutine coroutine = new Coroutine();
    /** Small, and unique among those who are there. */
    final int index;

    String name = "";
    boolean isDaemon;
    /** Its place in every line: when it began to wait. */
    long ticket;

    /** What it waits for; null if it goes on without a condition. */
    @Nullable BooleanSupplier condition;

    long object;
    long parts;
    /** Whether it waits to enter or to take a lock, which others' taking makes no easier. */
    boolean wantsLock;
    /** Whether nobody else who wants the lock can have it with this one. */
    boolean wantsAlone;
    boolean isOver;
    @Nullable Site site;
    @Nullable VirtualActor before;
    @Nullable VirtualActor after;

    VirtualActor(VirtualTime time, int index) {
        this.time = time;
        this.index = index;
    }

    void begin(String newName, boolean daemon, Runnable body) {
        name = newName;
        isDaemon = daemon;
        isOver = false;
        coroutine.prepare(() -> time.live(this, body));
    }

    void resume() {
        coroutine.resume();
    }

    @Override
    public void happen() {
        time.dispatch(this);
    }
}
