package org.svalinn.machine.iommu.vtd;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.machine.Steps;
import org.svalinn.machine.iommu.Function;
import org.svalinn.machine.iommu.PageResponse;
import org.svalinn.machine.iommu.Transaction;
import org.svalinn.machine.memory.Use;

/**
 * Queued invalidation (6.5.2): a ring of descriptors in memory, which the unit fetches at the head and carries out in
 * order.
 *
 * <p>A descriptor is fetched, checked, carried out, and then the head moves on; a wait descriptor completes after the
 * head has moved past it. An invalidation removes entries in one step and then waits for the requests that may still
 * use what was removed, see {@link Flight}; so when the next descriptor is fetched it has completed. The specification
 * lets hardware start later descriptors earlier; here that happens for one case only, which software can tell apart: a
 * wait descriptor without Fence that waits for a device's answer stays behind while the queue goes on.
 *
 * <p>An erroneous descriptor stops the queue with the head at it, until software clears IQE. A time-out of a device
 * stops it and aborts the wait descriptors that are pending, until software clears ITE (6.5.2.10).
 */
final class InvalidationQueue {
    private static final long POINTER = 0x7fff0;

    private static final Use FETCH = Use.of(Use.Kind.QUEUE, "fetches an invalidation descriptor (VT-d 6.5.2)");
    private static final Use STATUS =
            Use.of(Use.Kind.QUEUE, "writes the status of an invalidation wait (VT-d 6.5.2.8)");
    private static final Site ADVANCE = Site.named("advances the invalidation queue's head (VT-d 11.4.9.1)");
    private static final Site CONTEXTS = Site.named("invalidates the context cache (VT-d 6.5.2.1)");
    private static final Site PASIDS = Site.named("invalidates the PASID cache (VT-d 6.5.2.2)");
    private static final Site TRANSLATIONS = Site.named("invalidates the IOTLB (VT-d 6.5.2.3)");
    private static final Site PASID_TRANSLATIONS = Site.named("invalidates the IOTLB by PASID (VT-d 6.5.2.4)");
    private static final Site NOTIFY = Site.named("sets invalidation wait completion (VT-d 6.5.2.9)");

    private final Wiring wiring;
    private final Steps steps;
    private final TranslationCaches caches;
    private final Flight flight;
    private final FaultLog faults;
    private final Functions functions;
    private final PageRequestQueue pageRequests;
    private final Translator translator;
    final DeviceInvalidations devices;
    final Event event;

    private boolean enabled;
    private int enablings;
    private long address;
    private int head;
    private int tail;
    /** The tail as it was when last looked at: descriptors before it are fetched without looking again. */
    private int known;
    private boolean waitCompleted;
    private final long[] words = new long[4];
    private final BooleanSupplier ready = this::hasCommand;
    private final BooleanSupplier readyForKnown = () -> mayFetch() || mayComplete();

    private long[] saved = {};

    InvalidationQueue(
            Wiring wiring,
            TranslationCaches caches,
            Flight flight,
            FaultLog faults,
            Functions functions,
            PageRequestQueue pageRequests,
            Translator translator) {
        this.wiring = wiring;
        this.steps = wiring.steps;
        this.caches = caches;
        this.flight = flight;
        this.faults = faults;
        this.functions = functions;
        this.pageRequests = pageRequests;
        this.translator = translator;
        devices = new DeviceInvalidations(wiring, faults, functions);
        event = new Event(wiring.interrupts);
    }

    boolean hasCommand() {
        return mayFetch() && head != tail || mayComplete();
    }

    private boolean mayFetch() {
        return enabled && !faults.stopsQueue();
    }

    private boolean mayComplete() {
        return mayFetch() && devices.hasCompletedWait();
    }

    void awaitCommand(Site site) {
        long tailToo = known == head ? Wiring.QUEUE_TAIL : 0;
        steps.await(
                Operation.READ,
                wiring.registers,
                Wiring.COMMAND | tailToo | Wiring.FAULTS | (devices.hasWaits() ? Wiring.ITAGS : 0),
                tailToo == 0 ? readyForKnown : ready,
                site);
    }

    void execute() {
        if (!mayFetch()) {
            return;
        }
        if (devices.hasCompletedWait()) {
            completeOldestWait();
            return;
        }
        if (known == head) {
            known = tail;
        }
        if (known != head) {
            fetch();
        }
    }

    /** Stops at a descriptor, or at a tail, which software may then change. */
    private void fail(int error) {
        known = head;
        faults.queueError(error);
    }

    private void fetch() {
        boolean isWide = isWide();
        if (isWide && (known & 0x10) != 0) {
            fail(Descriptor.UNALIGNED_TAIL);
            return;
        }
        if (known >= size()) {
            fail(Descriptor.INVALID_TAIL);
            return;
        }
        if (!isWide && translator.isScalable()) {
            fail(Descriptor.INVALID_WIDTH);
            return;
        }
        long at = (address & -1L << 12) + head;
        if (!wiring.memory.contains(at)) {
            fail(Descriptor.FETCH_ERROR);
            return;
        }
        int enabling = enablings;
        if (isWide && (at & 0x10) == 0) {
            wiring.memory.read256(at, words, FETCH);
        } else if (isWide) {
            // Software has made descriptors wider while the queue was on: the head is between two of them.
            fail(Descriptor.FETCH_ERROR);
            return;
        } else {
            wiring.memory.read128(at, words, FETCH);
            words[2] = 0;
            words[3] = 0;
        }
        long first = words[0];
        long second = words[1];
        long third = words[2];
        long fourth = words[3];
        int error = Descriptor.check(first, second, third, fourth, isWide, wiring.config);
        if (error != Descriptor.GOOD) {
            fail(error);
            return;
        }
        if (Descriptor.type(first) == Descriptor.WAIT) {
            advance(enabling);
            await(first, second);
        } else {
            act(first, second);
            advance(enabling);
        }
    }

    private void advance(int enabling) {
        steps.step(Operation.UPDATE, wiring.registers, Wiring.QUEUE_HEAD, ADVANCE);
        if (enabling == enablings) {
            int next = head + (isWide() ? 32 : 16);
            head = next >= size() ? 0 : next;
        }
    }

    private void act(long first, long second) {
        switch (Descriptor.type(first)) {
            case Descriptor.CONTEXT_CACHE -> invalidateContexts(first);
            case Descriptor.IOTLB -> invalidateTranslations(first, second);
            case Descriptor.PASID_IOTLB -> invalidateByPasid(first, second);
            case Descriptor.PASID_CACHE -> invalidatePasids(first);
            case Descriptor.DEVICE_TLB -> devices.invalidate(
                    (int) (first >>> 32) & 0xffff,
                    (int) (first >>> 16) & 0x1f,
                    Transaction.NO_PASID,
                    second & -1L << 12,
                    Descriptor.deviceTlbShift(second, (second & 1) != 0),
                    false);
            case Descriptor.PASID_DEVICE_TLB -> devices.invalidate(
                    Descriptor.domain(first),
                    (int) (first >>> 4) & 0x1f,
                    Descriptor.pasid(first),
                    second & -1L << 12,
                    Descriptor.deviceTlbShift(second, (second & 1L << 11) != 0),
                    (second & 1) != 0);
            case Descriptor.PAGE_GROUP_RESPONSE -> respond(first, second);
            default -> throw new AssertionError("a descriptor that was checked");
        }
    }

    /** 6.5.2.1. Scalable-mode context entries have no domain: domain-selective is global. */
    private void invalidateContexts(long first) {
        if (Descriptor.granularity(first) == 3) {
            int requester = (int) (first >>> 32) & 0xffff;
            int mask = functionMask((int) (first >>> 48) & 3);
            long parts = 0;
            for (int bits = 0; bits <= mask; bits++) {
                if ((bits & ~mask) == 0) {
                    parts |= Wiring.functionPart(requester & ~mask | bits);
                }
            }
            steps.step(Operation.UPDATE, wiring.caches, parts, CONTEXTS);
            caches.invalidateContexts(requester, mask, parts);
            settle(parts, false);
        } else {
            steps.step(Operation.UPDATE, wiring.caches, Wiring.ALL_FUNCTIONS, CONTEXTS);
            caches.invalidateContexts();
            settle(Wiring.ALL_FUNCTIONS, false);
        }
    }

    /** FM: which bits of the function number do not matter. */
    private static int functionMask(int mask) {
        return switch (mask) {
            case 0 -> 0b000;
            case 1 -> 0b100;
            case 2 -> 0b110;
            default -> 0b111;
        };
    }

    /** 6.5.2.2: 0 all PASIDs of a domain, 1 one of them, 3 everything. */
    private void invalidatePasids(long first) {
        int granularity = Descriptor.granularity(first);
        int pasid = Descriptor.pasid(first);
        long parts = granularity == 1 ? Wiring.pasidPart(pasid) : Wiring.ALL_PASIDS;
        steps.step(Operation.UPDATE, wiring.caches, parts, PASIDS);
        switch (granularity) {
            case 0 -> caches.invalidatePasids(Descriptor.domain(first));
            case 1 -> caches.invalidatePasids(Descriptor.domain(first), pasid);
            default -> caches.invalidatePasids();
        }
        settle(parts, false);
    }

    /** 6.5.2.3: 1 global, 2 a domain, 3 pages of the second level in a domain. Drains when DR or DW says so. */
    private void invalidateTranslations(long first, long second) {
        steps.step(Operation.UPDATE, wiring.caches, Wiring.ALL_PASIDS, TRANSLATIONS);
        switch (Descriptor.granularity(first)) {
            case 1 -> caches.invalidateTranslations();
            case 2 -> caches.invalidateTranslations(Descriptor.domain(first));
            default -> caches.invalidateSecondLevel(
                    Descriptor.domain(first), second & -1L << 12, 12 + (int) (second & 0x3f), (second & 0x40) != 0);
        }
        settle(Wiring.ALL_PASIDS, (first & 0xc0) != 0);
    }

    /** 6.5.2.4: 2 a PASID, 3 pages of it. Always drains. */
    private void invalidateByPasid(long first, long second) {
        int pasid = Descriptor.pasid(first);
        int domain = Descriptor.domain(first);
        long parts = Wiring.pasidPart(pasid);
        steps.step(Operation.UPDATE, wiring.caches, parts, PASID_TRANSLATIONS);
        if (Descriptor.granularity(first) == 2) {
            caches.invalidateFirstLevel(domain, pasid);
        } else {
            caches.invalidateFirstLevel(
                    domain, pasid, second & -1L << 12, 12 + (int) (second & 0x3f), (second & 0x40) != 0);
        }
        settle(parts, true);
    }

    /** Waits for the requests that may still use what has just been removed. */
    private void settle(long parts, boolean drains) {
        flight.mark(parts, drains);
        flight.drain(parts);
    }

    /** 7.7.1: only the last of a group is answered; a function that is gone hears nothing. */
    private void respond(long first, long second) {
        @Nullable Function function = functions.find(Descriptor.domain(first));
        if (function == null || (second & 4) == 0) {
            return;
        }
        int pasid = (first & 0x10) != 0 ? Descriptor.pasid(first) : Transaction.NO_PASID;
        function.respond(new PageResponse(
                pasid, (int) (second >>> 3) & 0x1ff, PageResponse.Code.of((int) (first >>> 12) & 0xf)));
    }

    // Wait descriptors (6.5.2.8)

    /**
     * Completes, or stays behind until devices have answered. Whether they have answered already is not looked at here,
     * but where the queue waits for what to do next: there it makes no difference to anybody.
     */
    private void await(long first, long second) {
        boolean answered = !devices.areAsked();
        if (!answered) {
            devices.addWait(first, second);
        }
        if ((first & 0x80) != 0) {
            // PD: before it completes, and before anything after it, as if it were a fence.
            pageRequests.drain();
        }
        if (answered) {
            complete(first, second);
        } else if ((first & 0x40) != 0 || devices.hasMostWaits() || (first & 0x80) != 0) {
            while (devices.awaitOldestWait()) {
                completeOldestWait();
            }
        }
    }

    private void completeOldestWait() {
        long first = devices.oldestWaitFirst();
        long second = devices.oldestWaitSecond();
        devices.removeOldestWait();
        complete(first, second);
    }

    private void complete(long first, long second) {
        if ((first & 0x20) != 0) {
            long status = second & ~3L;
            if (wiring.memory.contains(status)) {
                wiring.memory.write(status, 4, first >>> 32, STATUS);
            }
        }
        if ((first & 0x10) != 0) {
            steps.step(Operation.UPDATE, wiring.registers, Wiring.COMPLETION, NOTIFY);
            if (!waitCompleted) {
                waitCompleted = true;
                event.raise();
            }
        }
    }

    // Registers (11.4.9)

    private boolean isWide() {
        return (address & 1L << 11) != 0;
    }

    private int size() {
        return 4096 << (address & 7);
    }

    void enable(boolean on) {
        if (on != enabled) {
            enabled = on;
            enablings++;
            head = 0;
            known = 0;
        }
    }

    boolean isEnabled() {
        return enabled;
    }

    long head() {
        return head;
    }

    long tail() {
        return tail;
    }

    long address() {
        return address;
    }

    void tail(long value) {
        tail = (int) (value & POINTER);
    }

    void address(long value) {
        address = value & ~(0xffL << 3) & ~wiring.beyondHost;
    }

    /** ICS.IWC. */
    boolean isWaitCompleted() {
        return waitCompleted;
    }

    void clearWaitCompleted() {
        waitCompleted = false;
        event.served();
    }

    void snapshot() {
        event.snapshot();
        devices.snapshot();
        saved = new long[] {enabled ? 1 : 0, enablings, address, head, tail, known, waitCompleted ? 1 : 0};
    }

    void restore() {
        event.restore();
        devices.restore();
        enabled = saved[0] != 0;
        enablings = (int) saved[1];
        address = saved[2];
        head = (int) saved[3];
        tail = (int) saved[4];
        known = (int) saved[5];
        waitCompleted = saved[6] != 0;
    }
}
