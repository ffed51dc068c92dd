package org.svalinn.machine.iommu.vtd;

import java.util.Arrays;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.machine.iommu.Function;
import org.svalinn.machine.iommu.InvalidationRequest;

/**
 * Invalidate Requests to devices that have not been answered, and the wait descriptors that wait for the answers
 * (6.5.2.5, 6.5.2.6, 6.5.2.8). Each request bears one of its function's 32 ITags and a number; a wait descriptor is
 * over when no request with a smaller number than its own is left.
 */
final class DeviceInvalidations {
    private static final int MOST_WAITS = 16;
    private static final int EVERY_PASID = -2;

    private static final Site ISSUE = Site.named("sends an Invalidate Request (VT-d 6.5.2.5)");
    private static final Site ANSWER = Site.named("receives an Invalidate Completion (VT-d 6.5.2.5)");
    private static final Site UNEXPECTED = Site.named("receives an unexpected Invalidate Completion (VT-d 6.5.2.10)");
    private static final Site TIME_OUT = Site.named("gives an Invalidate Request up (VT-d 6.5.2.10)");
    private static final Site AWAIT = Site.named("waits for Invalidate Completions (VT-d 6.5.2.8)");

    private static final long ERRORS = Wiring.FAULTS | Wiring.FAULT_EVENT;

    private final Wiring wiring;
    private final FaultLog faults;
    private final Functions functions;

    // Requests without answer: requester id and tag in one number, the PASID, and their own number.
    private int[] open = {};
    private int[] pasids = {};
    private int[] numbers = {};
    private int openCount;
    private int nextNumber;
    /** Whether the queue has sent a request and has not yet seen that all were answered: nothing that others change. */
    private boolean asked;

    // Wait descriptors: two numbers each, and the number that requests must be beyond.
    private long[] waits = {};
    private int[] waitNumbers = {};
    private int waitCount;

    private int wantedRequester;
    private int wantedLimit;
    private final BooleanSupplier hasTag = () -> countOpen(wantedRequester) < wantedLimit;
    private final BooleanSupplier waitIsOver = () -> waitCount == 0 || hasCompletedWait();

    private int[] savedOpen = {};
    private int[] savedNumbers = {};
    private int[] savedPasids = {};
    private long[] savedWaits = {};
    private int[] savedWaitNumbers = {};
    private int savedNextNumber;
    private boolean savedAsked;

    DeviceInvalidations(Wiring wiring, FaultLog faults, Functions functions) {
        this.wiring = wiring;
        this.faults = faults;
        this.functions = functions;
    }

    /**
     * Sends an Invalidate Request, once fewer than {@code most} of the function's are unanswered.
     *
     * @param most MIP: 0 for as many as there are ITags
     */
    void invalidate(int requester, int most, int pasid, long address, int shift, boolean global) {
        @Nullable Function function = functions.find(requester);
        if (function == null) {
            // Nobody is there who could answer.
            wiring.steps.step(Operation.UPDATE, wiring.registers, Wiring.ITAGS | ERRORS, TIME_OUT);
            faults.timedOut(requester);
            waitCount = 0;
            return;
        }
        wantedRequester = requester;
        wantedLimit = most == 0 ? 32 : most;
        wiring.steps.await(Operation.UPDATE, wiring.registers, Wiring.ITAGS, hasTag, ISSUE);
        if (openCount == open.length) {
            open = Arrays.copyOf(open, Math.max(4, 2 * openCount));
            numbers = Arrays.copyOf(numbers, open.length);
            pasids = Arrays.copyOf(pasids, open.length);
        }
        asked = true;
        int tag = freeTag(requester);
        open[openCount] = requester << 5 | tag;
        pasids[openCount] = global ? EVERY_PASID : pasid;
        numbers[openCount++] = nextNumber++;
        long from = shift >= Long.SIZE ? 0 : address & -1L << shift;
        function.invalidate(new InvalidationRequest(pasid, from, shift, global, tag));
    }

    /** An Invalidate Completion for a vector of ITags. */
    void completed(Function function, int tags) {
        wiring.steps.step(Operation.UPDATE, wiring.registers, Wiring.ITAGS, ANSWER);
        int requester = function.requesterId();
        boolean unexpected = tags == 0;
        for (int rest = tags; rest != 0; rest &= rest - 1) {
            unexpected |= !close(requester << 5 | Integer.numberOfTrailingZeros(rest));
        }
        if (unexpected) {
            wiring.steps.step(Operation.UPDATE, wiring.registers, ERRORS, UNEXPECTED);
            faults.completionError(requester);
        }
    }

    /** No completion for these tags comes in time: ITE, and no wait descriptor that is pending completes. */
    void timedOut(Function function, int tags) {
        wiring.steps.step(Operation.UPDATE, wiring.registers, Wiring.ITAGS | ERRORS, TIME_OUT);
        boolean any = false;
        for (int rest = tags; rest != 0; rest &= rest - 1) {
            any |= close(function.requesterId() << 5 | Integer.numberOfTrailingZeros(rest));
        }
        if (any) {
            faults.timedOut(function.requesterId());
            waitCount = 0;
        }
    }

    private boolean close(int requesterAndTag) {
        for (int i = 0; i < openCount; i++) {
            if (open[i] == requesterAndTag) {
                openCount--;
                System.arraycopy(open, i + 1, open, i, openCount - i);
                System.arraycopy(numbers, i + 1, numbers, i, openCount - i);
                System.arraycopy(pasids, i + 1, pasids, i, openCount - i);
                return true;
            }
        }
        return false;
    }

    private int countOpen(int requester) {
        int count = 0;
        for (int i = 0; i < openCount; i++) {
            if (open[i] >>> 5 == requester) {
                count++;
            }
        }
        return count;
    }

    private int freeTag(int requester) {
        int used = 0;
        for (int i = 0; i < openCount; i++) {
            if (open[i] >>> 5 == requester) {
                used |= 1 << (open[i] & 31);
            }
        }
        return Integer.numberOfTrailingZeros(~used);
    }

    // Wait descriptors

    /** Whether there may be requests without an answer, as far as the queue has seen. */
    boolean areAsked() {
        return asked;
    }

    void addWait(long first, long second) {
        if (2 * waitCount == waits.length) {
            waits = Arrays.copyOf(waits, Math.max(4, 2 * waits.length));
            waitNumbers = Arrays.copyOf(waitNumbers, waits.length / 2);
        }
        waits[2 * waitCount] = first;
        waits[2 * waitCount + 1] = second;
        waitNumbers[waitCount++] = nextNumber;
    }

    boolean hasWaits() {
        return waitCount > 0;
    }

    boolean hasMostWaits() {
        return waitCount >= MOST_WAITS;
    }

    /**
     * Whether the oldest wait descriptor that stays behind can complete. Requests are in the order of their numbers.
     */
    boolean hasCompletedWait() {
        return waitCount > 0 && (openCount == 0 || numbers[0] - waitNumbers[0] >= 0);
    }

    /** Waits, in one step, until it can; false when there is none, or none any more. */
    boolean awaitOldestWait() {
        if (waitCount == 0) {
            return false;
        }
        wiring.steps.await(Operation.READ, wiring.registers, Wiring.ITAGS, waitIsOver, AWAIT);
        return waitCount > 0;
    }

    long oldestWaitFirst() {
        return waits[0];
    }

    long oldestWaitSecond() {
        return waits[1];
    }

    /** In a step that sees {@link #hasCompletedWait}. */
    void removeOldestWait() {
        waitCount--;
        asked = openCount > 0 || waitCount > 0;
        System.arraycopy(waits, 2, waits, 0, 2 * waitCount);
        System.arraycopy(waitNumbers, 1, waitNumbers, 0, waitCount);
    }

    /** Whether an unanswered request is for this PASID of this function. */
    boolean concerns(int requester, int pasid) {
        for (int i = 0; i < openCount; i++) {
            if (open[i] >>> 5 == requester && (pasids[i] == pasid || pasids[i] == EVERY_PASID)) {
                return true;
            }
        }
        return false;
    }

    void snapshot() {
        savedOpen = Arrays.copyOf(open, openCount);
        savedNumbers = Arrays.copyOf(numbers, openCount);
        savedPasids = Arrays.copyOf(pasids, openCount);
        savedWaits = Arrays.copyOf(waits, 2 * waitCount);
        savedWaitNumbers = Arrays.copyOf(waitNumbers, waitCount);
        savedNextNumber = nextNumber;
        savedAsked = asked;
    }

    void restore() {
        open = savedOpen.clone();
        numbers = savedNumbers.clone();
        pasids = savedPasids.clone();
        openCount = open.length;
        waits = savedWaits.clone();
        waitNumbers = savedWaitNumbers.clone();
        waitCount = waitNumbers.length;
        nextNumber = savedNextNumber;
        asked = savedAsked;
    }
}
