package org.svalinn.kernel.iommu.smmuv3;

import java.util.function.BooleanSupplier;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.kernel.sync.Scheduler;
import org.svalinn.machine.iommu.smmuv3.SmmuV3;
import org.svalinn.machine.memory.Ram;
import org.svalinn.machine.memory.Use;

/**
 * A queue in which the SMMU tells of faults, the event queue or the PRI queue, and the thread that empties it:
 * {@code arm_smmu_evtq_thread()}, {@code arm_smmu_priq_thread()}. The interrupt itself is left out: its thread goes on
 * as soon as there is something in the queue. Overflow is not looked for; there is room for all that can stall.
 */
final class FaultQueue {
    /** What is done about one record, of 32 bytes or of 16. */
    interface Handler {
        void handle(long[] record);
    }

    /** A register that nobody writes while the SMMU runs: its part announces what the thread is in the middle of. */
    private static final int CR1 = 0x28;

    private static final long NOBODY = -1;

    private static final Use RECORD = Use.of(Use.Kind.SOFTWARE, "queue_remove_raw");
    private static final Site HANDLED = Site.named("the interrupt thread is done with a fault");

    private final Scheduler scheduler;
    private final Ram ram;
    private final SmmuV3 smmu;
    private final int prodRegister;
    private final int consRegister;
    private final long base;
    private final int log2Entries;
    private final int entryBytes;
    private final Handler handler;
    private final Site idle;
    private final BooleanSupplier hasRecord = this::hasRecord;
    private final long[] record = new long[4];

    /** Of the thread alone. */
    private int cons;
    /** Whose fault the thread is in the middle of. */
    private long handling = NOBODY;

    /** @param log2Bytes of a record: 5 in the event queue, 4 in the PRI queue */
    FaultQueue(Scheduler scheduler, Ram ram, SmmuV3 smmu, int prodRegister, long base, int log2Entries, int log2Bytes,
            Site idle, Handler handler) {
        this.scheduler = scheduler;
        this.ram = ram;
        this.smmu = smmu;
        this.prodRegister = prodRegister;
        consRegister = prodRegister + 4;
        this.base = base;
        this.log2Entries = log2Entries;
        entryBytes = 1 << log2Bytes;
        this.idle = idle;
        this.handler = handler;
    }

    /** The life of the interrupt thread. */
    void serve() {
        while (true) {
            scheduler.await(
                    Operation.READ, smmu.registerObject(), smmu.registerParts(prodRegister), hasRecord, idle);
            handleNext();
        }
    }

    private boolean hasRecord() {
        return (int) smmu.peekRegister(prodRegister, 4) != cons;
    }

    private void handleNext() {
        long address = address(cons);
        if (entryBytes == 32) {
            ram.read256(address, record, RECORD);
        } else {
            ram.read128(address, record, RECORD);
        }
        int next = next(cons);
        smmu.writeRegister(consRegister, 4, next);
        cons = next;
        handling = owner(record[0]);
        handler.handle(record);
        scheduler.step(Operation.SIGNAL, smmu.registerObject(), smmu.registerParts(CR1), HANDLED);
        handling = NOBODY;
    }

    /** What {@link #holds} depends on, of the SMMU's registers. */
    long parts() {
        return smmu.registerParts(prodRegister) | smmu.registerParts(consRegister) | smmu.registerParts(CR1);
    }

    /** Whether a fault of this stream and PASID is in the queue or being handled: for who waits until there is none. */
    boolean holds(int stream, int pasid) {
        long owner = (long) stream << 32 | pasid;
        if (handling == owner) {
            return true;
        }
        int end = (int) smmu.peekRegister(prodRegister, 4);
        for (int i = (int) smmu.peekRegister(consRegister, 4); i != end; i = next(i)) {
            if (owner(ram.peek(address(i), 8)) == owner) {
                return true;
            }
        }
        return false;
    }

    /** Handles what there is on the caller's behalf, while nobody is scheduled. */
    void handleAll() {
        while (hasRecord()) {
            handleNext();
        }
    }

    /** StreamID and SubstreamID: bits 63:32 and 31:12 of an event (7.3), 31:0 and 51:32 of a page request (8). */
    private long owner(long word0) {
        return entryBytes == 32
                ? word0 & 0xffff_ffff_0000_0000L | word0 >>> 12 & 0xf_ffff
                : word0 << 32 | word0 >>> 32 & 0xf_ffff;
    }

    private long address(int index) {
        return base + (index & (1 << log2Entries) - 1) * (long) entryBytes;
    }

    private int next(int index) {
        return index + 1 & (2 << log2Entries) - 1;
    }
}
