package org.svalinn.kernel.sync;

import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.machine.Steps;

/** What a mutex and a spin lock are alike in: one holder, who alone gives it back. */
final class Exclusive {
    private static final int FREE = Integer.MIN_VALUE;

    private final Core core;
    private final String name;
    private final long number;
    private KernelObject.@Nullable LockPart part;
    private int holder = FREE;

    Exclusive(Core core, String name) {
        this.core = core;
        this.name = name;
        number = core.slab().number(name);
    }

    /** It is this part of an object. */
    void isPart(KernelObject.LockPart of) {
        part = of;
    }

    /** Refuses who holds it already: he would wait for himself. */
    void refuseHolder(Site site) {
        if (isHeld()) {
            throw Misuse.halt(core, "recursive-locking", "locks " + name + ", which it holds already", site);
        }
    }

    /** Waits until it is free, and takes it: one step. */
    void take(Site site) {
        core.scheduler().await(Operation.ACQUIRE, number, Steps.ALL, () -> !isLocked(), site);
        KernelObject.use(part, site);
        holder = core.scheduler().current();
    }

    /** Gives it back: one step; false, and a violation, for who does not hold it. */
    boolean give(Site site) {
        if (!isHeld()) {
            Misuse.report(core, "bad-unlock", "unlocks " + name + ", which it does not hold", site);
            return false;
        }
        core.scheduler().step(Operation.RELEASE, number, Steps.ALL, site);
        KernelObject.use(part, site);
        holder = FREE;
        return true;
    }

    boolean isLocked() {
        return holder != FREE;
    }

    boolean isHeld() {
        return holder == core.scheduler().current();
    }

    long number() {
        return number;
    }

    String name() {
        return name;
    }
}
