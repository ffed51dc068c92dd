package org.svalinn.machine.pcie;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.explore.Violation;
import org.svalinn.machine.Steps;
import org.svalinn.machine.iommu.Access;
import org.svalinn.machine.iommu.InvalidationRequest;
import org.svalinn.machine.iommu.PageRequest;
import org.svalinn.machine.iommu.Transaction;
import org.svalinn.machine.memory.PhysicalMemory;

/**
 * How an engine reaches memory: requests with the PASID and for the address space of the work that it does. A request
 * that is not granted fails the work, and everything after it does nothing and reads 0: a device need not look after
 * each access, but may ask whether its work {@linkplain #isFailed() has failed}.
 *
 * <p>One request is these steps: the ATC is looked into; on a miss a Translation Request goes through the IOMMU, and
 * its completion comes back; on a translation that does not grant it a Page Request goes out, and one waits for the
 * response, and begins again; the memory request goes through the IOMMU; memory is touched, at most 8 bytes a step;
 * the request is done. A request never crosses a page of 4 KiB: an access that does is several.
 *
 * <p>Between the lookup and the end a request is in flight: an Invalidate Request that drops its translation is not
 * completed before (10.3.3). Between a Translation Request and its completion, an Invalidate Request may overtake the
 * completion, which then is discarded (10.1.1).
 */
public final class Dma {
    private static final Site LOOKUP = Site.named("looks into the ATC");
    private static final Site COMPLETION = Site.named("receives a Translation Completion");
    private static final Site DONE = Site.named("a request is done");
    private static final Site ASKS = Site.named("opens a Page Request Group");
    private static final Site SENT = Site.named("has sent a Page Request Group");
    private static final Site WAITS = Site.named("waits for the PRG Response");

    private static final int PAGE = 4096;

    /** How often the page of one access is asked for; software that says yes and maps nothing is given up. */
    private static final int MAX_PAGE_REQUESTS = 8;

    private enum Phase {
        IDLE,
        TRANSLATING,
        IN_FLIGHT
    }

    private final Endpoint endpoint;
    private final PhysicalMemory memory;
    private final Atc atc;
    private final Transaction translation = new Transaction();
    private final Transaction request = new Transaction();
    private final BooleanSupplier mayAsk = this::mayAsk;
    private final BooleanSupplier isAnswered = this::isAnswered;

    private Context context = Endpoint.NOBODY;
    private boolean privileged;
    private int generation;
    private Status status = Status.SUCCESS;
    private long faultAddress;

    private Phase phase = Phase.IDLE;
    private long page;
    private int pageShift;
    private boolean overtaken;
    private boolean usesAtc;
    private long physical;
    private boolean ignored;
    private PageRequestInterface.@Nullable Group group;

    Dma(Endpoint endpoint) {
        this.endpoint = endpoint;
        this.memory = endpoint.memory;
        this.atc = endpoint.requests.atc;
    }

    void begin(Context workContext, boolean privilegedMode, int workGeneration) {
        context = workContext;
        privileged = privilegedMode;
        generation = workGeneration;
        status = Status.SUCCESS;
        faultAddress = 0;
    }

    /** Fails the work before its first request. */
    void refuse(Status why) {
        status = why;
    }

    // For devices

    /** What has become of the work until now. */
    public Status status() {
        return status;
    }

    public boolean isFailed() {
        return status != Status.SUCCESS;
    }

    /** The address of the request that failed the work. */
    public long faultAddress() {
        return faultAddress;
    }

    /** Reads 1, 2, 4 or 8 bytes, little endian; 0 once the work has failed. */
    public long read(long address, int size) {
        if ((address & size - 1) != 0) {
            long value = 0;
            for (int i = 0; i < size; i++) {
                value |= read(address + i, 1) << 8 * i;
            }
            return value;
        }
        if (!open(address, Access.READ, size)) {
            return 0;
        }
        long value = ignored ? 0 : memory.read(physical, size, context.read);
        close();
        return value;
    }

    /** Writes 1, 2, 4 or 8 bytes, little endian. */
    public void write(long address, int size, long value) {
        if ((address & size - 1) != 0) {
            for (int i = 0; i < size; i++) {
                write(address + i, 1, value >>> 8 * i);
            }
            return;
        }
        if (!open(address, Access.WRITE, size)) {
            return;
        }
        if (!ignored) {
            memory.write(physical, size, value, context.write);
        }
        close();
    }

    /** Reads any number of bytes, page by page. */
    public void read(long address, byte[] into, int offset, int length) {
        for (int done = 0; done < length; ) {
            long at = address + done;
            int chunk = (int) Math.min(length - done, PAGE - (at & PAGE - 1));
            if (!open(at, Access.READ, length - done)) {
                return;
            }
            for (int i = 0; i < chunk; ) {
                int size = size(at + i, chunk - i);
                long value = ignored ? 0 : memory.read(physical + i, size, context.read);
                for (int k = 0; k < size; k++) {
                    into[offset + done + i + k] = (byte) (value >>> 8 * k);
                }
                i += size;
            }
            close();
            done += chunk;
        }
    }

    /** Writes any number of bytes, page by page. */
    public void write(long address, byte[] from, int offset, int length) {
        for (int done = 0; done < length; ) {
            long at = address + done;
            int chunk = (int) Math.min(length - done, PAGE - (at & PAGE - 1));
            if (!open(at, Access.WRITE, length - done)) {
                return;
            }
            for (int i = 0; i < chunk; ) {
                int size = size(at + i, chunk - i);
                long value = 0;
                for (int k = 0; k < size; k++) {
                    value |= (from[offset + done + i + k] & 0xffL) << 8 * k;
                }
                if (!ignored) {
                    memory.write(physical + i, size, value, context.write);
                }
                i += size;
            }
            close();
            done += chunk;
        }
    }

    /** The largest aligned access that begins here. */
    private static int size(long address, int left) {
        int size = 8;
        while ((address & size - 1) != 0 || size > left) {
            size >>>= 1;
        }
        return size;
    }

    /** FetchAdd (6.15), of 4 or 8 bytes. */
    public long fetchAdd(long address, int size, long addend) {
        return atomic(address, size, true, addend);
    }

    /** Swap (6.15), of 4 or 8 bytes. */
    public long swap(long address, int size, long value) {
        return atomic(address, size, false, value);
    }

    private long atomic(long address, int size, boolean adds, long operand) {
        checkAtomic(address, size, 8);
        if (!open(address, Access.READ | Access.WRITE, size)) {
            return 0;
        }
        long found = 0;
        if (!ignored) {
            long mask = size == 8 ? -1 : (1L << 8 * size) - 1;
            found = memory.read(physical, size, context.atomic);
            while (true) {
                long next = (adds ? found + operand : operand) & mask;
                long now = memory.compareExchange(physical, size, found, next, context.atomic);
                if (now == found) {
                    break;
                }
                found = now;
            }
        }
        close();
        return found;
    }

    /** CAS, compare and swap (6.15), of 4 or 8 bytes. What was found, which is what was expected if it was swapped. */
    public long compareAndSwap(long address, int size, long expected, long value) {
        checkAtomic(address, size, 8);
        if (!open(address, Access.READ | Access.WRITE, size)) {
            return 0;
        }
        long found = ignored ? 0 : memory.compareExchange(physical, size, expected, value, context.atomic);
        close();
        return found;
    }

    /** CAS, compare and swap (6.15), of 16 bytes. Whether it was swapped. */
    public boolean compareAndSwap128(long address, long expectedLow, long expectedHigh, long low, long high) {
        checkAtomic(address, 16, 16);
        if (!open(address, Access.READ | Access.WRITE, 16)) {
            return false;
        }
        boolean swapped = !ignored
                && memory.compareExchange128(physical, expectedLow, expectedHigh, low, high, context.atomic);
        close();
        return swapped;
    }

    private static void checkAtomic(long address, int size, int largest) {
        boolean sized = size == 4 || size == 8 || size == largest;
        if (!sized || (address & size - 1) != 0) {
            throw new IllegalArgumentException("no AtomicOp (6.15): %d bytes at 0x%x".formatted(size, address));
        }
    }

    /** Writes a completion record: what it says, and then that it is there. */
    void writeRecord(long address, long first, long second) {
        if (open(address, Access.WRITE, 16)) {
            if (!ignored) {
                memory.write(physical + 8, 8, second, context.record);
                memory.write(physical, 8, first, context.record);
            }
            close();
        }
    }

    /** The work may go on to its completion record although a request has failed. */
    void forgive() {
        status = Status.SUCCESS;
    }

    // One request

    /** Begins a request; if it is granted, {@link #physical} is where, until {@link #close}. */
    private boolean open(long address, int wanted, long bytes) {
        long part = Endpoint.part(context.pasid);
        int asked = 0;
        while (status == Status.SUCCESS) {
            endpoint.steps.step(Operation.ENTER, endpoint.requestsObject, part, LOOKUP);
            Status refusal = endpoint.requests.refusal(context.pasid, privileged, generation);
            if (refusal != null) {
                return fail(refusal, address);
            }
            if (!endpoint.requests.usesAts()) {
                usesAtc = false;
                return send(Transaction.Type.UNTRANSLATED, context.pasid, address, wanted, address);
            }
            if (atc.find(context.pasid, address, wanted, privileged)) {
                return sendTranslated(address, wanted);
            }
            boolean isAnswered = translate(address, wanted);
            if (status != Status.SUCCESS) {
                return false;
            }
            if (isAnswered && (translation.granted() & wanted) == wanted) {
                int shift = translation.pageShift();
                atc.fill(context.pasid, page, translation.physical(), shift, translation.granted(), privileged);
                // What is smaller than the Smallest Translation Unit is no translation of this address (10.5.1.3)
                return atc.find(context.pasid, address, wanted, privileged)
                        ? sendTranslated(address, wanted)
                        : fail(Status.COMPLETER_ABORT, address);
            }
            if (isAnswered) {
                if (!endpoint.capabilities().pri() || asked == MAX_PAGE_REQUESTS) {
                    return fail(Status.PAGE_FAULT, address);
                }
                asked++;
                askFor(address, wanted, bytes);
            }
        }
        return false;
    }

    /** Sends a Translation Request (10.2). Whether there is an answer that counts; the work may have failed too. */
    private boolean translate(long address, int wanted) {
        int unit = endpoint.requests.smallestTranslation();
        phase = Phase.TRANSLATING;
        page = address & -(1L << unit);
        overtaken = false;
        translation.begin(
                Transaction.Type.TRANSLATION_REQUEST,
                endpoint.requesterId(),
                context.pasid,
                page,
                wanted,
                privileged);
        endpoint.iommu.translate(translation);
        // Unsupported Request turns the ATC off, and that concerns every PASID
        boolean unsupported = translation.outcome() == Transaction.Outcome.ABORTED;
        endpoint.steps.step(
                Operation.WRITE,
                endpoint.requestsObject,
                unsupported ? Steps.ALL : Endpoint.part(context.pasid),
                COMPLETION);
        phase = Phase.IDLE;
        if (overtaken && !endpoint.does(Misbehaviour.USES_OVERTAKEN_TRANSLATION)) {
            endpoint.steps.note("discards it: an Invalidate Request has overtaken it");
            return false;
        }
        Status refusal = endpoint.requests.refusal(context.pasid, privileged, generation);
        if (refusal != null) {
            return fail(refusal, address);
        }
        if (unsupported) {
            endpoint.requests.turnAtcOff();
            return fail(Status.UNSUPPORTED_REQUEST, address);
        }
        return translation.isGranted() || fail(Status.COMPLETER_ABORT, address);
    }

    /** Makes a request with the translation that was just found in the ATC. */
    private boolean sendTranslated(long address, int wanted) {
        pageShift = atc.pageShift();
        usesAtc = true;
        return send(Transaction.Type.TRANSLATED, Transaction.NO_PASID, atc.physical(), wanted, address);
    }

    private boolean send(Transaction.Type type, int pasid, long address, int wanted, long untranslated) {
        phase = Phase.IN_FLIGHT;
        page = untranslated;
        request.begin(type, endpoint.requesterId(), pasid, address, wanted, privileged && pasid >= 0);
        endpoint.iommu.translate(request);
        ignored = request.outcome() == Transaction.Outcome.IGNORED;
        if (ignored) {
            return true;
        }
        physical = request.physical();
        if (request.isGranted() && memory.contains(physical)) {
            return true;
        }
        boolean aborts = request.outcome() == Transaction.Outcome.COMPLETER_ABORT;
        close();
        return fail(aborts ? Status.COMPLETER_ABORT : Status.UNSUPPORTED_REQUEST, untranslated);
    }

    private void close() {
        if (request.isGranted()) {
            endpoint.iommu.completed(request);
        }
        endpoint.steps.step(Operation.LEAVE, endpoint.requestsObject, Endpoint.part(context.pasid), DONE);
        phase = Phase.IDLE;
    }

    private boolean fail(Status why, long address) {
        status = why;
        faultAddress = address;
        return false;
    }

    // Page requests

    /** Asks for the pages of what is left of an access, as many as it may, in one group; and waits for the response. */
    private void askFor(long address, int wanted, long bytes) {
        PageRequestInterface pri = endpoint.pri;
        endpoint.steps.await(Operation.UPDATE, endpoint.pageRequestsObject, Steps.ALL, mayAsk, ASKS);
        Status refusal = pri.refusal(context.pasid, generation);
        if (refusal != null) {
            fail(refusal, address);
            return;
        }
        long first = address & -PAGE;
        int pages = (int) Math.min((address + bytes - 1 - first) / PAGE + 1, pri.credit());
        int index = pri.nextIndex(endpoint.does(Misbehaviour.REUSES_GROUP_INDEX));
        Violation.End here = endpoint.steps.end("asked by", ASKS);
        PageRequestInterface.Group asked = pri.open(index, context.pasid, pages, here);
        group = asked;
        for (int i = 0; i < pages; i++) {
            long missing = first + (long) i * PAGE;
            boolean last = i == pages - 1;
            endpoint.iommu.pageRequest(new PageRequest(
                    endpoint.requesterId(), context.pasid, missing, index, wanted, privileged, last));
        }
        long part = PageRequestInterface.part(index);
        if (endpoint.capabilities().stopMarkers()) {
            // A Stop Marker must come after all of it
            endpoint.steps.step(Operation.SIGNAL, endpoint.pageRequestsObject, part, SENT);
        }
        asked.sent = true;
        endpoint.steps.await(Operation.WAIT, endpoint.pageRequestsObject, part, isAnswered, WAITS);
        group = null;
        if (asked.cancelled != null) {
            fail(asked.cancelled, address);
        } else if (asked.stale) {
            fail(Status.STOPPED, address);
        } else if (asked.response != null) {
            switch (asked.response.code()) {
                case SUCCESS -> {}
                case INVALID_REQUEST -> fail(Status.INVALID_PAGE, address);
                case RESPONSE_FAILURE -> fail(Status.RESPONSE_FAILURE, address);
            }
        }
    }

    private boolean mayAsk() {
        return endpoint.pri.refusal(context.pasid, generation) != null || endpoint.pri.credit() > 0;
    }

    private boolean isAnswered() {
        return group == null || group.isOver();
    }

    // For the function

    /** Whether a request for this PASID is under way between its lookup and its end. */
    boolean isBusy(int pasid) {
        return phase != Phase.IDLE && context.pasid == pasid;
    }

    /** Whether it has a request in flight with a translation that this drops. */
    boolean isInFlight(InvalidationRequest invalidation, boolean everyPasid) {
        return phase == Phase.IN_FLIGHT
                && usesAtc
                && isOf(invalidation, everyPasid)
                && invalidation.covers(page, pageShift);
    }

    /**
     * An Invalidate Request is processed: a Translation Completion that is still to come may be older than it. How
     * large that translation will be is not known yet, so any range counts.
     */
    void overtake(InvalidationRequest invalidation, boolean everyPasid) {
        if (phase == Phase.TRANSLATING && isOf(invalidation, everyPasid)) {
            overtaken = true;
        }
    }

    private boolean isOf(InvalidationRequest invalidation, boolean everyPasid) {
        return everyPasid ? context.pasid >= 0 : context.pasid == invalidation.pasid();
    }

    /** The ATC was invalidated without a request (10.3.7). */
    void overtakeAll() {
        overtaken = true;
    }

    /** Nobody goes on with what it was doing. */
    void abandon() {
        phase = Phase.IDLE;
        group = null;
        status = Status.SUCCESS;
    }

    boolean isUnderWay() {
        return phase != Phase.IDLE;
    }

    boolean isIdle() {
        return phase == Phase.IDLE && group == null;
    }
}
