package org.svalinn.machine.iommu.vtd;

import java.util.Arrays;
import java.util.function.BooleanSupplier;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;

/**
 * The requests that are under way through the unit, so that an invalidation can wait for them. A request that is being
 * translated may still use what the tables said before, and every invalidation waits for those it could concern:
 * hardware must not walk tables that software frees once it has been told that they are forgotten. A request that has
 * been translated is on its way to memory until its device says that it has arrived; invalidations that drain (6.5.2.3,
 * 6.5.2.4; CAP.DRD and DWD) wait for those as well.
 *
 * <p>A request enters in the step of its lookup and leaves in a step of its own. An invalidation {@linkplain #mark
 * marks} in the step that removes entries those that are under way, and then waits for the marked ones to leave.
 */
final class Flight {
    /** No place: the request is not followed. */
    static final int NOT_FOLLOWED = 0;

    private static final byte FREE = 0;
    private static final byte WALKING = 1;
    private static final byte TRANSLATED = 2;
    private static final byte MARKED = 4;

    private static final Site LEAVE = Site.named("a request leaves the unit");
    private static final Site DRAIN = Site.named("waits for requests under way (VT-d 6.5.2)");

    private final Wiring wiring;
    private long[] parts = {};
    private byte[] states = {};
    private int free;
    private int underWay;
    private int marked;
    private final BooleanSupplier drained = () -> marked == 0;

    private long[] savedParts = {};
    private byte[] savedStates = {};

    Flight(Wiring wiring) {
        this.wiring = wiring;
    }

    /** A request enters, in its caller's step; gives its ticket. */
    int enter(long itsParts, boolean isTranslated) {
        int place = free;
        while (place < states.length && states[place] != FREE) {
            place++;
        }
        if (place == states.length) {
            int more = states.length == 0 ? 4 : 2 * states.length;
            parts = Arrays.copyOf(parts, more);
            states = Arrays.copyOf(states, more);
        }
        parts[place] = itsParts;
        states[place] = isTranslated ? TRANSLATED : WALKING;
        free = place + 1;
        underWay++;
        return place + 1;
    }

    /** A request has been translated, in its caller's step. */
    void translated(int ticket) {
        states[ticket - 1] = (byte) (states[ticket - 1] & MARKED | TRANSLATED);
    }

    /** A request leaves: one step. */
    void leave(int ticket, long itsParts) {
        wiring.steps.step(Operation.ADD, wiring.flight, itsParts, LEAVE);
        if (ticket > states.length) {
            return;
        }
        int place = ticket - 1;
        if ((states[place] & MARKED) != 0) {
            marked--;
        }
        states[place] = FREE;
        underWay--;
        if (place < free) {
            free = place;
        }
    }

    /** Marks requests under way that touch one of these parts, in its caller's step. */
    void mark(long anyOf, boolean alsoTranslated) {
        if (underWay == 0) {
            return;
        }
        for (int i = 0; i < states.length; i++) {
            int state = states[i];
            if (state != FREE
                    && (state & MARKED) == 0
                    && (parts[i] & anyOf) != 0
                    && (alsoTranslated || (state & WALKING) != 0)) {
                states[i] = (byte) (state | MARKED);
                marked++;
            }
        }
    }

    /** Waits until all that were marked have left: one step. */
    void drain(long anyOf) {
        wiring.steps.await(Operation.WAIT, wiring.flight, anyOf, drained, DRAIN);
    }

    void snapshot() {
        savedParts = parts.clone();
        savedStates = states.clone();
    }

    /** Goes back; requests under way at the snapshot are still under way. */
    void restore() {
        parts = savedParts.clone();
        states = savedStates.clone();
        free = 0;
        underWay = 0;
        marked = 0;
        for (byte state : states) {
            underWay += state == FREE ? 0 : 1;
            if ((state & MARKED) != 0) {
                marked++;
            }
        }
    }
}
