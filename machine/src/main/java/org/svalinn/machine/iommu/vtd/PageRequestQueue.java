package org.svalinn.machine.iommu.vtd;

import java.util.Arrays;
import java.util.function.BooleanSupplier;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.machine.iommu.Access;
import org.svalinn.machine.iommu.Function;
import org.svalinn.machine.iommu.PageRequest;
import org.svalinn.machine.iommu.PageResponse;
import org.svalinn.machine.iommu.Transaction;
import org.svalinn.machine.memory.Use;

/**
 * Page requests (7.4): a queue in memory of descriptors of 256 bits, which hardware fills at the tail and software
 * empties at the head.
 *
 * <p>A request arrives, is checked against its function's context entry, gets a place in the queue, is written there,
 * and becomes visible by the tail, each a step. Several may be under way at once; they become visible in the order of
 * their places. When there is no place, or PRO is still set from earlier, the request is dropped, and the last of a
 * group is answered Success, so that the device asks again (7.4.1).
 */
final class PageRequestQueue {
    /** PRS: Pending Page Request. */
    static final int PPR = 1;
    /** PRS: Page Request Overflow. */
    static final int PRO = 1 << 1;

    private static final int DESCRIPTOR = 32;
    private static final long POINTER = 0x7ffe0;

    private static final long TYPE = 0x1;
    private static final int PASID_PRESENT = 8;
    private static final int REQUESTER = 16;
    private static final int PASID = 32;
    private static final int EXECUTE = 52;
    private static final int PRIVILEGED = 53;
    private static final int WRITE = 1;
    private static final int LAST = 2;
    private static final int GROUP = 3;

    private static final Site ARRIVE = Site.named("a page request arrives (VT-d 7.4)");
    private static final Site LOOKUP = Site.named("looks in the context cache for a page request (VT-d 7.4)");
    private static final Site RESERVE = Site.named("looks for a place in the page request queue (VT-d 7.4.1)");
    private static final Site PUBLISH = Site.named("advances the page request queue's tail (VT-d 7.4.1)");
    private static final Site DROP = Site.named("drops a page request (VT-d 7.4.1)");
    private static final Site DRAIN = Site.named("waits for page requests on their way into the queue (VT-d 7.10)");
    private static final Use QUEUE = Use.of(Use.Kind.QUEUE, "writes a page request descriptor (VT-d 7.4.1)");

    private final Wiring wiring;
    private final Functions functions;
    private final Translator translator;
    private final TranslationCaches caches;
    private final FaultLog faults;
    final Event event;

    private long address;
    private int head;
    private int tail;
    private int status;

    // Requests that have arrived and that are through, and of those with a place in the queue how many are visible.
    private int arrived;
    private int through;
    private int reserved;
    private int visible;
    private long written;

    private int drainTarget;
    private final BooleanSupplier drained = () -> through - drainTarget >= 0;

    /** What has been written into each place of the queue, for {@link #holds}, which must not touch memory. */
    private long[] queued = {};

    private long[] saved = {};
    private long[] savedQueued = {};

    PageRequestQueue(
            Wiring wiring, Functions functions, Translator translator, TranslationCaches caches, FaultLog faults) {
        this.wiring = wiring;
        this.functions = functions;
        this.translator = translator;
        this.caches = caches;
        this.faults = faults;
        event = new Event(wiring.interrupts);
    }

    /** A page request, a stop marker included. */
    void accept(PageRequest request) {
        wiring.steps.step(Operation.ADD, wiring.registers, Wiring.PAGE_ARRIVALS, ARRIVE);
        arrived++;
        long parts = Wiring.functionPart(request.requesterId());
        wiring.steps.step(Operation.READ, wiring.caches, parts, LOOKUP);
        int context = caches.findContext(request.requesterId() & 0xffff);
        if (context != SetCache.NONE && translator.isEnabled() && translator.isScalable()) {
            if (admit(caches.contexts.value(context, 0), request) == VtdFault.NONE) {
                enqueue(request);
                return;
            }
        }
        check(request, parts);
    }

    /** The long way: reads the context entry, or finds out what is wrong. */
    private void check(PageRequest request, long parts) {
        if (!translator.isEnabled()) {
            drop(request, PageResponse.Code.RESPONSE_FAILURE);
            return;
        }
        Passage passage = translator.take().begin(request.requesterId(), request.pasid(), parts);
        VtdFault fault = translator.findContext(passage);
        if (fault == VtdFault.NONE) {
            fault = admit(passage.contextLow, request);
        }
        boolean records = fault != VtdFault.NONE && !passage.faultsDisabled;
        translator.giveBack(passage);
        if (fault == VtdFault.NONE) {
            enqueue(request);
            return;
        }
        if (records) {
            faults.record(
                    fault,
                    request.requesterId(),
                    hasPasid(request),
                    request.pasid(),
                    request.address(),
                    0,
                    FaultLog.TYPE_PAGE_REQUEST,
                    (request.access() & Access.EXECUTE) != 0,
                    request.privileged());
        }
        drop(request, fault.response());
    }

    private VtdFault admit(long context, PageRequest request) {
        if ((context & ContextEntry.PAGE_REQUEST_ENABLE) == 0) {
            return VtdFault.SCT_8;
        }
        if (hasPasid(request)) {
            if ((context & ContextEntry.PASID_ENABLE) == 0) {
                return VtdFault.SCT_6;
            }
            if (ContextEntry.isBeyondDirectory(context, request.pasid())
                    || request.pasid() >>> wiring.config.pasidBits() != 0) {
                return VtdFault.SCT_7;
            }
        }
        return VtdFault.NONE;
    }

    private void enqueue(PageRequest request) {
        wiring.steps.step(
                Operation.UPDATE,
                wiring.registers,
                Wiring.PAGE_ARRIVALS | Wiring.PAGE_HEAD | Wiring.PAGE_STATUS | Wiring.PAGE_EVENT,
                RESERVE);
        int mask = size() - 1;
        int place = tail + DESCRIPTOR * (reserved - visible) & mask;
        long at = (address & -1L << 12) + place;
        if ((status & PRO) != 0 || (place + DESCRIPTOR & mask) == (head & mask) || !hasRoom(at)) {
            overflow(request);
            return;
        }
        int number = reserved++;
        long first = first(request);
        remember(place / DESCRIPTOR, first);
        wiring.memory.write256(at, first, second(request), 0, 0, QUEUE);
        wiring.steps.step(
                Operation.UPDATE,
                wiring.registers,
                Wiring.PAGE_ARRIVALS | Wiring.PAGE_TAIL | Wiring.PAGE_STATUS | Wiring.PAGE_EVENT,
                PUBLISH);
        publish(number, mask);
    }

    private boolean hasRoom(long at) {
        return reserved - visible < Long.SIZE && wiring.memory.contains(at);
    }

    private void overflow(PageRequest request) {
        set(PRO);
        through++;
        respond(request, PageResponse.Code.SUCCESS);
    }

    /** Makes a written descriptor visible, as soon as those before it are. */
    private void publish(int number, int mask) {
        through++;
        written |= 1L << number - visible;
        if ((written & 1) == 0) {
            return;
        }
        while ((written & 1) != 0) {
            written >>>= 1;
            visible++;
            tail = tail + DESCRIPTOR & mask;
        }
        set(PPR);
    }

    private static long first(PageRequest request) {
        long first = TYPE | (request.requesterId() & 0xffffL) << REQUESTER;
        if (hasPasid(request)) {
            first |= 1L << PASID_PRESENT | (long) request.pasid() << PASID;
            first |= (request.access() & Access.EXECUTE) != 0 ? 1L << EXECUTE : 0;
            first |= request.privileged() ? 1L << PRIVILEGED : 0;
        }
        return first;
    }

    private static long second(PageRequest request) {
        long second = request.address() & -1L << 12 | (request.group() & 0x1ffL) << GROUP;
        second |= request.access() & Access.READ;
        second |= (request.access() & Access.WRITE) != 0 ? 1L << WRITE : 0;
        return request.last() ? second | 1L << LAST : second;
    }

    private static boolean hasPasid(PageRequest request) {
        return request.pasid() != Transaction.NO_PASID;
    }

    /** A request that does not get into the queue. */
    private void drop(PageRequest request, PageResponse.Code code) {
        wiring.steps.step(Operation.ADD, wiring.registers, Wiring.PAGE_ARRIVALS, DROP);
        through++;
        respond(request, code);
    }

    /** Answers a request that software does not see, where it wants an answer at all. */
    private void respond(PageRequest request, PageResponse.Code code) {
        if (!request.last() || request.isStopMarker()) {
            return;
        }
        Function function = functions.find(request.requesterId());
        if (function != null) {
            function.respond(new PageResponse(request.pasid(), request.group(), code));
        }
    }

    private void set(int bit) {
        boolean isNew = status == 0;
        status |= bit;
        if (isNew) {
            event.raise();
        }
    }

    /** 7.10, PD: waits until what has arrived by now is in the queue, or has been dropped. */
    void drain() {
        wiring.steps.step(Operation.READ, wiring.registers, Wiring.PAGE_ARRIVALS, DRAIN);
        drainTarget = arrived;
        wiring.steps.await(Operation.READ, wiring.registers, Wiring.PAGE_ARRIVALS, drained, DRAIN);
    }

    // Registers (11.4.11)

    private int size() {
        return 4096 << (address & 7);
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

    int status() {
        return status;
    }

    void head(long value) {
        head = (int) (value & POINTER);
    }

    void tail(long value) {
        tail = (int) (value & POINTER);
    }

    void address(long value) {
        address = value & ~(0x1ffL << 3) & ~wiring.beyondHost;
    }

    void clear(int bits) {
        status &= ~bits;
        if (status == 0) {
            event.served();
        }
    }

    /** Whether a request of this PASID of this function lies in the queue. Takes no step. */
    boolean holds(int requesterId, int pasid) {
        int mask = size() - 1;
        int places = (tail - head & mask) / DESCRIPTOR;
        for (int i = 0; i < places; i++) {
            int place = (head + i * DESCRIPTOR & mask) / DESCRIPTOR;
            long first = place < queued.length ? queued[place] : 0;
            if ((first >>> PASID_PRESENT & 1) != 0
                    && (first >>> REQUESTER & 0xffff) == requesterId
                    && (first >>> PASID & 0xfffff) == pasid) {
                return true;
            }
        }
        return false;
    }

    private void remember(int place, long first) {
        if (place >= queued.length) {
            queued = Arrays.copyOf(queued, Math.max(8, Integer.highestOneBit(place) * 2));
        }
        queued[place] = first;
    }

    void snapshot() {
        event.snapshot();
        saved = new long[] {address, head, tail, status, arrived, through, reserved, visible, written};
        savedQueued = queued.clone();
    }

    void restore() {
        event.restore();
        address = saved[0];
        head = (int) saved[1];
        tail = (int) saved[2];
        status = (int) saved[3];
        arrived = (int) saved[4];
        through = (int) saved[5];
        reserved = (int) saved[6];
        visible = (int) saved[7];
        written = saved[8];
        queued = savedQueued.clone();
    }
}
