package org.svalinn.machine.iommu.smmuv3;

import java.util.function.BooleanSupplier;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.machine.memory.PhysicalMemory;
import org.svalinn.machine.memory.Use;

/**
 * The event queue (7.2, 7.4). A record first takes its place in the queue, is then written to memory, and becomes
 * visible when PROD.WR passes it; several transactions may be at that at once, and PROD.WR passes a record only after
 * all before it.
 */
final class EventQueue {
    private static final long OVERFLOW = 1L << 31;
    private static final long INDEXES = Touch.EVENTQ_PROD | Touch.EVENTQ_CONS;

    private static final Use RECORD = Use.of(Use.Kind.QUEUE, "writes an event record (7.3)");
    private static final Site TAKES = Site.named("takes a place in the event queue, or finds none (7.2.1)");
    private static final Site WAITS =
            Site.named("a stalled transaction's event waits for room in the event queue (7.2.1)");
    private static final Site LOOKS = Site.named("looks whether it was invalidated while its event waited (7.2.1)");
    private static final Site PUBLISHES = Site.named("advances EVENTQ_PROD (7.2)");

    private final Touch touch;
    private final Control control;
    private final PhysicalMemory memory;
    private final Ring ring;
    private final Ring remembered;
    private boolean overflow;
    private boolean overflowAcknowledged;
    private long rememberedFlags;

    /** The place after the last that is taken. */
    private int taken;
    /** Which entries from PROD.WR on are written. */
    private long written;

    private final BooleanSupplier writable = this::isWritable;

    EventQueue(Touch touch, Control control, PhysicalMemory memory, int mostLog2Size) {
        this.touch = touch;
        this.control = control;
        this.memory = memory;
        ring = new Ring(5, mostLog2Size);
        remembered = new Ring(5, mostLog2Size);
    }

    // Registers

    long base() {
        return ring.base();
    }

    void base(long register) {
        ring.base(register);
    }

    int prod() {
        return ring.producer() | (overflow ? (int) OVERFLOW : 0);
    }

    void prod(int register) {
        ring.producer(register);
        overflow = register < 0;
        begins();
    }

    int cons() {
        return ring.consumer() | (overflowAcknowledged ? (int) OVERFLOW : 0);
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

    private boolean isWritable() {
        return control.has(Control.EVENTQEN)
                && !ring.isFull(taken)
                && !control.isActive(Control.EVENTQ_ABT_ERR)
                && memory.contains(ring.address(taken));
    }

    // Records

    /** Records the passage's event, or discards it. */
    void record(Passage passage) {
        touch.steps.step(Operation.UPDATE, touch.registers, INDEXES, TAKES);
        if (isWritable()) {
            write(passage.event);
        } else {
            missed();
        }
    }

    /** Why a record could not be written, within the step that found it. */
    private void missed() {
        if (!control.has(Control.EVENTQEN) || control.isActive(Control.EVENTQ_ABT_ERR)) {
            return;
        }
        if (!ring.isFull(taken)) {
            control.error(Control.EVENTQ_ABT_ERR);
        } else if (overflow == overflowAcknowledged) {
            overflow = !overflow;
        }
    }

    /** Records the event of a transaction that stalls; false when there is no room, and it has to wait for that. */
    boolean recordStall(Passage passage) {
        touch.steps.step(Operation.UPDATE, touch.registers, INDEXES, TAKES);
        if (isWritable()) {
            write(passage.event);
            return true;
        }
        if (control.has(Control.EVENTQEN) && !ring.isFull(taken) && !control.isActive(Control.EVENTQ_ABT_ERR)) {
            control.error(Control.EVENTQ_ABT_ERR);
        }
        return false;
    }

    /**
     * Waits until there is room for the event of a stalled transaction, which is never discarded.
     *
     * @return whether the transaction was affected by an invalidation meanwhile, and is to be tried again instead
     */
    boolean awaitRoom(Passage passage) {
        touch.steps.await(Operation.WAIT, touch.registers, INDEXES | Touch.GERROR, writable, WAITS);
        touch.steps.step(Operation.READ, touch.tlb, Tlb.part(passage.tag), LOOKS);
        touch.steps.step(
                Operation.READ,
                touch.configuration,
                Touch.stePart(passage.stream) | Touch.cdPart(passage.stream, passage.substream),
                LOOKS);
        return passage.translationStale || passage.configurationStale;
    }

    private void write(EventRecord event) {
        int place = taken;
        taken = ring.next(taken);
        long address = ring.address(place);
        memory.write128(address, event.word0, event.word1, RECORD);
        memory.write128(address + 16, event.word2, event.word3, RECORD);

        touch.steps.step(Operation.UPDATE, touch.registers, INDEXES, PUBLISHES);
        written |= 1L << ring.distance(ring.producer(), place);
        boolean wasEmpty = ring.isEmpty();
        boolean advances = (written & 1) != 0;
        while ((written & 1) != 0) {
            ring.producer(ring.next(ring.producer()));
            written >>>= 1;
        }
        if (wasEmpty && advances && control.isInterruptEnabled(Control.Source.EVENTQ)) {
            control.raise(Control.Source.EVENTQ);
        }
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
