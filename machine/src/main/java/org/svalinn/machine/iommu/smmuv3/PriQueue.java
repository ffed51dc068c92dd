package org.svalinn.machine.iommu.smmuv3;

import java.util.Arrays;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.machine.iommu.Access;
import org.svalinn.machine.iommu.PageRequest;
import org.svalinn.machine.iommu.Transaction;
import org.svalinn.machine.memory.PhysicalMemory;
import org.svalinn.machine.memory.Use;

/** The PRI queue (chapter 8): page requests for software, and the SMMU's own answers to those that it cannot queue. */
final class PriQueue {
    private static final int OVERFLOW = 1 << 31;
    private static final long INDEXES = Touch.PRIQ_PROD | Touch.PRIQ_CONS;

    private static final Use REQUEST = Use.of(Use.Kind.QUEUE, "writes a page request (8)");
    private static final Site TAKES = Site.named("takes a place in the PRI queue, or finds none (8.1)");
    private static final Site PUBLISHES = Site.named("advances PRIQ_PROD (8)");

    private final Touch touch;
    private final Control control;
    private final PhysicalMemory memory;
    private final Ring ring;
    private final Ring remembered;
    private boolean overflow;
    private boolean overflowAcknowledged;
    private int rememberedFlags;
    private int taken;
    private long written;

    /** Whose the requests are that software has not taken from the queue yet, for {@link #remembers}: by place. */
    private long[] owners = new long[0];

    PriQueue(SmmuIds ids, Touch touch, Control control, PhysicalMemory memory) {
        this.touch = touch;
        this.control = control;
        this.memory = memory;
        ring = new Ring(4, ids.priqs());
        remembered = new Ring(4, ids.priqs());
    }

    // Registers

    long base() {
        return ring.base();
    }

    void base(long register) {
        ring.base(register);
    }

    int prod() {
        return ring.producer() | (overflow ? OVERFLOW : 0);
    }

    void prod(int register) {
        ring.producer(register);
        overflow = register < 0;
        begins();
    }

    int cons() {
        return ring.consumer() | (overflowAcknowledged ? OVERFLOW : 0);
    }

    void cons(int register) {
        ring.consumer(register);
        overflowAcknowledged = register < 0;
    }

    /** The queue is being enabled. */
    void begins() {
        ring.producer(ring.wrapped(ring.producer()));
        taken = ring.producer();
        written = 0;
    }

    // Requests

    /** What a request that is not queued is answered with. */
    enum Answer {
        QUEUED,
        NOTHING,
        SUCCESS,
        FAILURE
    }

    /** Queues a request, or says what to answer. */
    Answer queue(PageRequest request) {
        touch.steps.step(Operation.UPDATE, touch.registers, INDEXES, TAKES);
        if (!control.has(Control.PRIQEN) || !control.has(Control.SMMUEN) || control.isActive(Control.PRIQ_ABT_ERR)) {
            return answers(request) ? Answer.FAILURE : Answer.NOTHING;
        }
        if (overflow != overflowAcknowledged) {
            return answers(request) ? Answer.SUCCESS : Answer.NOTHING;
        }
        if (ring.isFull(taken)) {
            overflow = !overflow;
            return answers(request) ? Answer.SUCCESS : Answer.NOTHING;
        }
        long address = ring.address(taken);
        if (!memory.contains(address)) {
            control.error(Control.PRIQ_ABT_ERR);
            return answers(request) ? Answer.FAILURE : Answer.NOTHING;
        }
        write(request, address);
        return Answer.QUEUED;
    }

    private static boolean answers(PageRequest request) {
        return request.last() && !isStopMarker(request);
    }

    /** A stop marker has a PASID; what looks like one without is a request (8). */
    private static boolean isStopMarker(PageRequest request) {
        return request.isStopMarker() && request.pasid() != Transaction.NO_PASID;
    }

    private void write(PageRequest request, long address) {
        int place = taken;
        taken = ring.next(taken);
        int access = request.access();
        boolean hasPasid = request.pasid() != Transaction.NO_PASID;
        long word0 = request.requesterId() & 0xffff_ffffL;
        if (hasPasid) {
            word0 |= 1L << 63 | (long) (request.pasid() & 0xf_ffff) << 32;
            if (request.privileged()) {
                word0 |= 1L << 58;
            }
            if ((access & Access.EXECUTE) != 0) {
                word0 |= 1L << 59;
            }
        }
        if ((access & Access.READ) != 0) {
            word0 |= 1L << 60;
        }
        if ((access & Access.WRITE) != 0) {
            word0 |= 1L << 61;
        }
        if (request.last()) {
            word0 |= 1L << 62;
        }
        memory.write128(address, word0, request.address() & -4096L | request.group() & 0x1ff, REQUEST);

        touch.steps.step(Operation.UPDATE, touch.registers, INDEXES, PUBLISHES);
        note(place, Translator.filler(request.requesterId(), request.pasid()));
        written |= 1L << ring.distance(ring.producer(), place);
        boolean wasEmpty = ring.isEmpty();
        boolean advances = (written & 1) != 0;
        while ((written & 1) != 0) {
            ring.producer(ring.next(ring.producer()));
            written >>>= 1;
        }
        boolean interrupts = control.isLastOnly() ? request.last() : wasEmpty && advances;
        if (interrupts && control.isInterruptEnabled(Control.Source.PRIQ)) {
            control.raise(Control.Source.PRIQ);
        }
    }

    private void note(int place, long owner) {
        int at = place & ring.size() - 1;
        if (at >= owners.length) {
            owners = Arrays.copyOf(owners, Math.min(ring.size(), Math.max(16, at * 2)));
        }
        owners[at] = owner;
    }

    /** A queued request of this requester and PASID, in words, or nothing. */
    String remembers(long owner, int pasid) {
        for (int i = ring.wrapped(ring.consumer()); i != ring.producer(); i = ring.next(i)) {
            int at = i & ring.size() - 1;
            if (at < owners.length && owners[at] == owner) {
                return "a page request of PASID %d in the PRI queue".formatted(pasid);
            }
        }
        return "";
    }

    // Hardware

    void snapshot() {
        remembered.copyFrom(ring);
        rememberedFlags = (overflow ? 1 : 0) | (overflowAcknowledged ? 2 : 0);
    }

    void restore() {
        ring.copyFrom(remembered);
        overflow = (rememberedFlags & 1) != 0;
        overflowAcknowledged = (rememberedFlags & 2) != 0;
        taken = ring.producer();
        written = 0;
    }
}
