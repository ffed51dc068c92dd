package org.svalinn.machine.iommu.vtd;

import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;

/**
 * Primary fault logging (7.3.1): fault recording registers that are filled in turn, the Fault Status Register, and the
 * fault event. A record stays until software clears its F; when the next one is still occupied, PFO is set and faults
 * are lost until it is cleared. Faults of one request are not collapsed.
 */
final class FaultLog {
    /** FSTS: Primary Fault Overflow. */
    static final int PFO = 1;
    /** FSTS: Primary Pending Fault: some record has its F set. */
    static final int PPF = 1 << 1;
    /** FSTS: Invalidation Queue Error. */
    static final int IQE = 1 << 4;
    /** FSTS: Invalidation Completion Error. */
    static final int ICE = 1 << 5;
    /** FSTS: Invalidation Time-out Error. */
    static final int ITE = 1 << 6;

    /** What software clears by writing 1. PPF clears with the last record. */
    private static final int CLEARABLE = PFO | IQE | ICE | ITE;

    static final int TYPE_WRITE = 0b00;
    static final int TYPE_PAGE_REQUEST = 0b01;
    static final int TYPE_READ = 0b10;

    private static final long F = 1L << 63;

    private static final Site RECORD = Site.named("records a fault (VT-d 7.3.1)");
    private static final Site QUEUE_ERROR = Site.named("reports an error of the invalidation queue (VT-d 7.2.3)");

    private final Wiring wiring;
    final Event event;
    private long[] records = {};
    private int status;
    private int next;
    private int first;
    private long queueErrors;

    private long[] savedRecords = {};
    private int savedStatus;
    private int savedNext;
    private int savedFirst;
    private long savedQueueErrors;

    FaultLog(Wiring wiring) {
        this.wiring = wiring;
        event = new Event(wiring.interrupts);
    }

    /**
     * Records a fault: one step.
     *
     * @param addressType the AT field
     * @param type of the constants here
     */
    void record(
            VtdFault fault,
            int requesterId,
            boolean hasPasid,
            int pasid,
            long address,
            int addressType,
            int type,
            boolean executes,
            boolean privileged) {
        wiring.steps.step(
                Operation.UPDATE, wiring.registers, Wiring.FAULTS | Wiring.FAULT_EVENT, RECORD);
        if ((status & PFO) != 0) {
            return;
        }
        if (records.length == 0) {
            records = new long[2 * wiring.config.faultRecords()];
        }
        if ((records[2 * next + 1] & F) != 0) {
            set(PFO);
            return;
        }
        records[2 * next] = address & -1L << 12;
        long high = requesterId & 0xffffL | (long) fault.reason() << 32 | (long) addressType << 60 | F;
        high |= (long) (type >>> 1) << 62 | (long) (type & 1) << 28;
        if (hasPasid) {
            high |= 1L << 31 | (long) pasid << 40;
            high |= executes ? 1L << 30 : 0;
            high |= privileged ? 1L << 29 : 0;
        }
        records[2 * next + 1] = high;
        if ((status & PPF) == 0) {
            first = next;
        }
        next = (next + 1) % wiring.config.faultRecords();
        set(PPF);
    }

    /** IQE with its reason in IQERCD.IQEI: one step. The queue stops until software clears IQE. */
    void queueError(int reason) {
        wiring.steps.step(
                Operation.UPDATE, wiring.registers, Wiring.FAULTS | Wiring.FAULT_EVENT, QUEUE_ERROR);
        if ((status & IQE) == 0) {
            queueErrors = queueErrors & ~0xfL | reason;
        }
        set(IQE);
    }

    /** ITE with the function in IQERCD.ITESID. Part of its caller's step. */
    void timedOut(int requesterId) {
        if ((status & ITE) == 0) {
            queueErrors = queueErrors & ~(0xffffL << 32) | (requesterId & 0xffffL) << 32;
        }
        set(ITE);
    }

    /** ICE with the function in IQERCD.ICESID. Part of its caller's step. */
    void completionError(int requesterId) {
        if ((status & ICE) == 0) {
            queueErrors = queueErrors & ~(0xffffL << 48) | (requesterId & 0xffffL) << 48;
        }
        set(ICE);
    }

    /** Whether nothing may be fetched from the invalidation queue. */
    boolean stopsQueue() {
        return (status & (IQE | ITE)) != 0;
    }

    int status() {
        return status | ((status & PPF) != 0 ? first << 8 : 0);
    }

    void clear(int bits) {
        status &= ~(bits & CLEARABLE);
        if (status == 0) {
            event.served();
        }
    }

    /** IQERCD: valid as far as FSTS says so. */
    long queueErrors() {
        return queueErrors;
    }

    /** 32 bits of the recording registers; {@code word} counts from the first. */
    int readRecord(int word) {
        return records.length == 0 ? 0 : (int) (records[word >>> 1] >>> 32 * (word & 1));
    }

    /** F is cleared by writing 1; everything else is read-only. */
    void writeRecord(int word, int value) {
        if ((word & 3) != 3 || value >= 0 || records.length == 0) {
            return;
        }
        records[word >>> 1] &= ~F;
        for (int i = 1; i < records.length; i += 2) {
            if ((records[i] & F) != 0) {
                return;
            }
        }
        status &= ~PPF;
        if (status == 0) {
            event.served();
        }
    }

    private void set(int bit) {
        boolean isNew = status == 0;
        status |= bit;
        if (isNew) {
            event.raise();
        }
    }

    void snapshot() {
        event.snapshot();
        savedRecords = records.clone();
        savedStatus = status;
        savedNext = next;
        savedFirst = first;
        savedQueueErrors = queueErrors;
    }

    void restore() {
        event.restore();
        if (records.length == savedRecords.length) {
            System.arraycopy(savedRecords, 0, records, 0, records.length);
        } else {
            records = savedRecords.clone();
        }
        status = savedStatus;
        next = savedNext;
        first = savedFirst;
        queueErrors = savedQueueErrors;
    }
}
