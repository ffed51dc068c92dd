package org.svalinn.machine.driver;

import java.util.function.BooleanSupplier;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.machine.HardwareObjects;
import org.svalinn.machine.Steps;

/** A lock of software that drives the machine. */
final class Mutex {
    private final Steps steps;
    private final long object;
    private final Site locks;
    private final Site unlocks;
    private final BooleanSupplier isFree = () -> !isHeld();
    private boolean held;

    Mutex(Steps steps, HardwareObjects objects, String name) {
        this.steps = steps;
        object = objects.add(name);
        locks = Site.named("takes the " + name);
        unlocks = Site.named("gives the " + name + " back");
    }

    private boolean isHeld() {
        return held;
    }

    void lock() {
        steps.await(Operation.ACQUIRE, object, Steps.ALL, isFree, locks);
        held = true;
    }

    void unlock() {
        steps.step(Operation.RELEASE, object, Steps.ALL, unlocks);
        held = false;
    }
}
