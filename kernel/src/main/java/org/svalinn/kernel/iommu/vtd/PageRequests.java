package org.svalinn.kernel.iommu.vtd;

import java.util.function.BooleanSupplier;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.kernel.iommu.FaultHandler;
import org.svalinn.kernel.iommu.PageFault;
import org.svalinn.kernel.iommu.PciDevice;
import org.svalinn.kernel.sync.Scheduler;
import org.svalinn.machine.iommu.vtd.VtdIommu;
import org.svalinn.machine.memory.Owner;
import org.svalinn.machine.memory.PageState;
import org.svalinn.machine.memory.Ram;
import org.svalinn.machine.memory.Use;

/**
 * The page request queue and its interrupt's thread: {@code intel_svm_enable_prq()}, {@code prq_event_thread()} of
 * {@code svm.c}.
 *
 * <p>{@code prq_complete}, by which the thread wakes whoever drains, is here the registers themselves: who drains
 * waits until the queue's head has moved.
 */
final class PageRequests {
    // Registers (11.4.11)
    private static final int HEAD = 0xc0;
    private static final int TAIL = 0xc8;
    private static final int ADDRESS = 0xd0;
    private static final int STATUS = 0xdc;
    private static final int EVENT = 0xe0;
    private static final long PENDING = 1;
    private static final long OVERFLOW = 1 << 1;

    private static final int BYTES = Ram.PAGE_SIZE;
    private static final int DESCRIPTOR_BYTES = 32;

    // Descriptors (7.4.1)
    private static final long PASID_PRESENT = 1 << 8;
    private static final long EXECUTE = 1L << 52;
    private static final long PRIVILEGED = 1L << 53;
    private static final int PASID_SHIFT = 32;
    private static final int PASID_MASK = 0xf_ffff;
    private static final int REQUESTER_SHIFT = 16;
    private static final long READ = 1;
    private static final long WRITE = 1 << 1;
    private static final long LAST = 1 << 2;
    private static final int GROUP_SHIFT = 3;
    private static final int VIRTUAL_BITS = 48;

    private static final Use REQUEST = Use.of(Use.Kind.SOFTWARE, "prq_event_thread reads a page request");
    private static final Site HANDLED = Site.named("intel_svm_drain_prq waits for prq_complete");
    private static final Site OVERFLOWN = Site.named("intel_svm_drain_prq waits for the end of an overflow");

    private final Scheduler scheduler;
    private final Ram ram;
    private final VtdIommu unit;
    private final VtdDriver driver;
    private final FaultHandler faults;
    private final long queue;
    private final long[] words = new long[4];
    private final BooleanSupplier hasNoOverflow = () -> !isOverflown();
    /** As the thread, which alone writes it, knows it. */
    private int head;

    /** {@code intel_svm_enable_prq()}. */
    PageRequests(Scheduler scheduler, Ram ram, VtdIommu unit, VtdDriver driver, FaultHandler faults) {
        this.scheduler = scheduler;
        this.ram = ram;
        this.unit = unit;
        this.driver = driver;
        this.faults = faults;
        queue = ram.allocate(PageState.KERNEL, Owner.KERNEL);
        unit.writeRegister(HEAD, 8, 0);
        unit.writeRegister(TAIL, 8, 0);
        unit.writeRegister(ADDRESS, 8, queue);
        unit.writeRegister(EVENT, 4, 0);
    }

    /** {@code prq_event_thread()}. */
    void handle() {
        unit.writeRegister(STATUS, 4, PENDING);
        int tail = (int) unit.readRegister(TAIL, 8);
        for (int at = head; at != tail; at = (at + DESCRIPTOR_BYTES) % BYTES) {
            ram.read256(queue + at, words, REQUEST);
            handle(words[0], words[1]);
        }
        if (head != tail) {
            head = tail;
            unit.writeRegister(HEAD, 8, tail);
        }
        if ((unit.readRegister(STATUS, 4) & OVERFLOW) != 0 && head == unit.readRegister(TAIL, 8)) {
            unit.writeRegister(STATUS, 4, OVERFLOW);
        }
    }

    private void handle(long first, long second) {
        int requesterId = (int) (first >>> REQUESTER_SHIFT) & 0xffff;
        int pasid = (int) (first >>> PASID_SHIFT) & PASID_MASK;
        int group = (int) (second >>> GROUP_SHIFT) & 0x1ff;
        long address = second & -Ram.PAGE_SIZE;
        boolean last = (second & LAST) != 0;
        PciDevice device = driver.device(requesterId);
        if (isBad(first, second, address)) {
            device = null;
        } else if (last && (second & (READ | WRITE)) == 0) {
            // A Stop Marker
            return;
        }
        if (device != null) {
            faults.report(new PageFault(device, pasid, group, address, (second & WRITE) != 0, last));
        } else if (last) {
            // handle_bad_prq_event()
            driver.respond(requesterId, pasid, group, PageFault.Response.INVALID);
        }
    }

    private static boolean isBad(long first, long second, long address) {
        int unused = Long.SIZE - VIRTUAL_BITS;
        return (first & PASID_PRESENT) == 0
                || address << unused >> unused != address
                || (first & PRIVILEGED) != 0 && (second & (READ | WRITE)) != 0
                || (first & EXECUTE) != 0 && (second & READ) != 0;
    }

    // For who drains

    /** Waits until the thread has taken every request of this PASID from the queue. */
    void awaitHandled(int pasid) {
        scheduler.await(
                Operation.READ,
                unit.registerObject(),
                unit.registerParts(HEAD) | unit.registerParts(TAIL),
                () -> !holds(pasid),
                HANDLED);
    }

    private boolean holds(int pasid) {
        int tail = (int) unit.peekRegister(TAIL, 8);
        for (int at = (int) unit.peekRegister(HEAD, 8); at != tail; at = (at + DESCRIPTOR_BYTES) % BYTES) {
            long first = ram.peek(queue + at, 8);
            if ((first & PASID_PRESENT) != 0 && ((int) (first >>> PASID_SHIFT) & PASID_MASK) == pasid) {
                return true;
            }
        }
        return false;
    }

    /** Whether requests were lost for want of room; then waits until there is room again. */
    boolean hadOverflow() {
        if ((unit.readRegister(STATUS, 4) & OVERFLOW) == 0) {
            return false;
        }
        scheduler.await(
                Operation.READ, unit.registerObject(), unit.registerParts(STATUS), hasNoOverflow, OVERFLOWN);
        return true;
    }

    private boolean isOverflown() {
        return (unit.peekRegister(STATUS, 4) & OVERFLOW) != 0;
    }
}
