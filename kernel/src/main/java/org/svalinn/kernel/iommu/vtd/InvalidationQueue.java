package org.svalinn.kernel.iommu.vtd;

import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.kernel.sync.Core;
import org.svalinn.kernel.sync.Scheduler;
import org.svalinn.kernel.sync.SpinLock;
import org.svalinn.machine.Steps;
import org.svalinn.machine.iommu.vtd.VtdIommu;
import org.svalinn.machine.memory.Owner;
import org.svalinn.machine.memory.PageState;
import org.svalinn.machine.memory.Ram;
import org.svalinn.machine.memory.Use;

/**
 * Queued invalidation: {@code struct q_inval} and {@code qi_submit_sync()} of {@code dmar.c}, with the formats of VT-d
 * 6.5.2. Who submits calls {@link #begin}, adds descriptors, and ends with {@link #submitSync}, which waits, without
 * the queue's lock, until the unit has carried them out. Does not sleep.
 *
 * <p>{@code desc_status} has a word for each place of the queue. Linux sets the word of a wait descriptor back to 0
 * before and after; here the status is a number that counts up, so that nobody need touch it but the unit.
 */
final class InvalidationQueue {
    private static final int TAIL = 0x88;
    private static final int ADDRESS = 0x90;
    /** DW: descriptors of 256 bits; QS = 0: a queue of one page. */
    private static final long WIDE = 1L << 11;

    private static final int DESCRIPTOR_SHIFT = 5;
    private static final int LENGTH = Ram.PAGE_SIZE >>> DESCRIPTOR_SHIFT;
    private static final int HALF = LENGTH / 2;

    // Descriptors (6.5.2)
    private static final long WAIT = 0x5;
    private static final long STATUS_WRITE = 1 << 5;
    private static final long FENCE = 1 << 6;
    private static final long IOTLB = 0x6;
    private static final long DEVICE_TLB = 0x8;
    private static final long PASID_CACHE = 0x7;
    private static final long PAGE_GROUP_RESPONSE = 0x9;
    private static final long OF_PASID = 2 << 4;
    private static final long PAGES_OF_PASID = 3 << 4;
    private static final long ENTRY_OF_PASID = 1 << 4;
    private static final long HAS_PASID = 1 << 4;
    private static final long LAST = 1 << 2;
    private static final int PASID_SHIFT = 32;
    private static final int ID_SHIFT = 16;
    private static final int DEPTH_SHIFT = 4;
    private static final int CODE_SHIFT = 12;
    private static final int GROUP_SHIFT = 3;
    /** S, of a device TLB's: the lowest clear bit of the address says how much. */
    private static final long SIZE = 1 << 11;

    /** PD, of a wait descriptor: page requests that have come by then are in their queue when it completes. */
    static final long PAGE_REQUEST_DRAIN = 1 << 7;

    private static final Use DESCRIPTOR = Use.of(Use.Kind.SOFTWARE, "qi_submit_sync writes a descriptor");
    private static final Site COMPLETION = Site.named("qi_submit_sync waits for its status");
    private static final Site ROOM = Site.named("qi_submit_sync waits for room");

    private final Scheduler scheduler;
    private final Ram ram;
    private final VtdIommu unit;
    private final SpinLock lock;
    private final long queue;
    private final long statuses;
    private int tail;
    private int sequence;

    // Of each half of the queue: where the status of the last submission that began there is, and what it will be
    private final int[] lastIndex = new int[2];
    private final int[] lastSequence = new int[2];

    /** Makes the queue and tells the unit: {@code dmar_enable_qi()}, but for enabling it. */
    InvalidationQueue(Core core, Ram ram, VtdIommu unit) {
        scheduler = core.scheduler();
        this.ram = ram;
        this.unit = unit;
        lock = new SpinLock(core, "qi->q_lock");
        queue = ram.allocate(PageState.KERNEL, Owner.KERNEL);
        statuses = ram.allocate(PageState.KERNEL, Owner.KERNEL);
        unit.writeRegister(ADDRESS, 8, queue | WIDE);
    }

    /** Takes the queue's lock. */
    void begin() {
        lock.lock();
    }

    // Descriptors, under the lock

    /** A PASID-table entry. */
    void pasidCache(int domain, int pasid) {
        add((long) pasid << PASID_SHIFT | (long) domain << ID_SHIFT | ENTRY_OF_PASID | PASID_CACHE, 0);
    }

    /** All translations of a PASID. */
    void iotlb(int domain, int pasid) {
        add((long) pasid << PASID_SHIFT | (long) domain << ID_SHIFT | OF_PASID | IOTLB, 0);
    }

    /** The translations of 2^order pages, aligned. */
    void iotlb(int domain, int pasid, long address, int order) {
        add((long) pasid << PASID_SHIFT | (long) domain << ID_SHIFT | PAGES_OF_PASID | IOTLB, address | order);
    }

    /** Translations of 2^order pages, aligned, in a device's ATC: {@code qi_flush_dev_iotlb_pasid()}. */
    void deviceTlb(int requesterId, int pasid, int depth, long address, int order) {
        long range = order == 0 ? address : address | (1L << order - 1 << Ram.PAGE_SHIFT) - Ram.PAGE_SIZE | SIZE;
        add(
                (long) pasid << PASID_SHIFT | (long) requesterId << ID_SHIFT
                        | (long) (depth & 31) << DEPTH_SHIFT | DEVICE_TLB,
                range);
    }

    void pageGroupResponse(int requesterId, int pasid, int group, int code) {
        add(
                (long) pasid << PASID_SHIFT | (long) requesterId << ID_SHIFT | (long) code << CODE_SHIFT | HAS_PASID
                        | PAGE_GROUP_RESPONSE,
                (long) group << GROUP_SHIFT | LAST);
    }

    /** What comes after it is begun when what came before it is over. */
    void fence() {
        add(FENCE | WAIT, 0);
    }

    private void add(long first, long second) {
        ram.write256(queue + ((long) tail << DESCRIPTOR_SHIFT), first, second, 0, 0, DESCRIPTOR);
        tail = (tail + 1) % LENGTH;
        if (tail % HALF == 0) {
            awaitRoom(tail / HALF);
        }
    }

    /** What was in this half of the queue a lap ago has been carried out. */
    private void awaitRoom(int half) {
        if (lastSequence[half] != 0) {
            await(lastIndex[half], lastSequence[half], ROOM);
        }
    }

    /** Adds a wait descriptor, tells the unit, gives the lock back, and waits. */
    void submitSync(long options) {
        int mine = ++sequence;
        int index = tail;
        lastIndex[index / HALF] = index;
        lastSequence[index / HALF] = mine;
        add((long) mine << 32 | STATUS_WRITE | WAIT | options, status(index));
        unit.writeRegister(TAIL, 4, tail << DESCRIPTOR_SHIFT);
        lock.unlock();
        if (!scheduler.isScheduled()) {
            while (unit.hasCommand()) {
                unit.executeCommand();
            }
        }
        await(index, mine, COMPLETION);
    }

    private void await(int index, int wanted, Site site) {
        long status = status(index);
        // A later lap's status is this one's too
        scheduler.await(
                Operation.READ,
                Ram.object(status),
                Ram.parts(status, 4),
                () -> (int) ram.peek(status, 4) - wanted >= 0,
                site);
    }

    /** Eight bytes each, that two waits have nothing in common. */
    private long status(int index) {
        return statuses + index * 8L;
    }
}
