package org.svalinn.kernel.iommu.smmuv3;

import static org.svalinn.kernel.iommu.smmuv3.CommandQueue.PRI_RESP;
import static org.svalinn.kernel.iommu.smmuv3.CommandQueue.RESUME;

import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.kernel.iommu.FaultHandler;
import org.svalinn.kernel.iommu.PageFault;
import org.svalinn.kernel.sync.Scheduler;
import org.svalinn.machine.iommu.smmuv3.SmmuV3;
import org.svalinn.machine.memory.Ram;

/** Faults of devices, from the SMMU's queues to the handler, and the answers to them. */
final class PageFaults {
    static final int LOG2_EVENTS = 5;
    static final int LOG2_REQUESTS = 6;

    private static final int EVENTQ_PROD = 0x1_00a8;
    private static final int PRIQ_PROD = 0x1_00c8;

    // Fields of commands (4)
    private static final long SSV = 1 << 11;
    private static final int SSID_SHIFT = 12;
    private static final long RESUME_RETRY = 1 << 12;
    private static final long RESUME_ABORT = 2 << 12;

    // Fields of events and page requests (7.3, 8)
    private static final long EVENT_STALL = 1L << 31;
    private static final long EVENT_RNW = 1L << 35;
    private static final long REQUEST_READ = 1L << 60;
    private static final long REQUEST_WRITE = 1L << 61;
    private static final long REQUEST_LAST = 1L << 62;
    private static final int PASID_MASK = 0xf_ffff;

    private static final Site EVTQ = Site.named("arm_smmu_evtq_thread waits for an interrupt");
    private static final Site PRIQ = Site.named("arm_smmu_priq_thread waits for an interrupt");
    private static final Site FLUSH = Site.named("waits until page faults have been taken from the queues");

    private final Scheduler scheduler;
    private final SmmuV3 smmu;
    private final CommandQueue commands;
    private final FaultHandler faults;
    private final IntFunction<@Nullable Master> masters;
    private final FaultQueue events;
    private final FaultQueue requests;

    /**
     * @param eventQueue where the event queue is
     * @param requestQueue where the PRI queue is
     * @param faults takes page faults on
     * @param masters by StreamID
     */
    PageFaults(Scheduler scheduler, Ram ram, SmmuV3 smmu, CommandQueue commands, long eventQueue, long requestQueue,
            FaultHandler faults, IntFunction<@Nullable Master> masters) {
        this.scheduler = scheduler;
        this.smmu = smmu;
        this.commands = commands;
        this.faults = faults;
        this.masters = masters;
        events = new FaultQueue(
                scheduler, ram, smmu, EVENTQ_PROD, eventQueue, LOG2_EVENTS, 5, EVTQ, this::handleEvent);
        requests = new FaultQueue(
                scheduler, ram, smmu, PRIQ_PROD, requestQueue, LOG2_REQUESTS, 4, PRIQ, this::handleRequest);
    }

    /** Spawns the interrupt threads. */
    void start(Scheduler on, boolean pri) {
        on.spawnDaemon("irq/smmu0-evtq", events::serve);
        if (pri) {
            on.spawnDaemon("irq/smmu0-priq", requests::serve);
        }
    }

    /** {@code arm_smmu_handle_evt()}: of a stalled transaction. Others are over, and Linux only logs them. */
    private void handleEvent(long[] event) {
        if ((event[1] & EVENT_STALL) == 0) {
            if (scheduler.isNarrating()) {
                scheduler.note("event 0x%02x of stream 0x%x".formatted(event[0] & 0xff, event[0] >>> 32));
            }
            return;
        }
        int pasid = (int) (event[0] >>> SSID_SHIFT) & PASID_MASK;
        report((int) (event[0] >>> 32), pasid, (int) event[1] & 0xffff, event[2], (event[1] & EVENT_RNW) == 0, true);
    }

    /** {@code arm_smmu_handle_ppr()}; Linux up to 6.1 refuses them all. A Stop Marker wants no answer. */
    private void handleRequest(long[] request) {
        boolean last = (request[0] & REQUEST_LAST) != 0;
        if (last && (request[0] & (REQUEST_READ | REQUEST_WRITE)) == 0) {
            return;
        }
        int pasid = (int) (request[0] >>> 32) & PASID_MASK;
        report((int) request[0], pasid, (int) request[1] & 0x1ff, request[1], (request[0] & REQUEST_WRITE) != 0, last);
    }

    private void report(int stream, int pasid, int group, long address, boolean write, boolean last) {
        Master master = masters.apply(stream);
        if (master != null) {
            faults.report(new PageFault(master.device(), pasid, group, address & -Ram.PAGE_SIZE, write, last));
        }
    }

    /** {@code arm_smmu_page_response()}: no CMD_SYNC, which would wait for nothing. */
    void respond(Master master, PageFault fault, PageFault.Response response) {
        if (master.stalls()) {
            long answer = response == PageFault.Response.SUCCESS ? RESUME_RETRY : RESUME_ABORT;
            commands.issue(RESUME | answer | master.stream(), fault.group());
            return;
        }
        long code = switch (response) {
            case FAILURE -> 0;
            case INVALID -> 1;
            case SUCCESS -> 2;
        };
        commands.issue(
                PRI_RESP | SSV | (long) fault.pasid() << SSID_SHIFT | master.stream(), fault.group() | code << 12);
    }

    /**
     * Waits until no fault with this PASID is in the queue, or on its way to the handler. Linux's driver up to 6.1 has
     * no such wait, nor does it call {@code iopf_queue_flush_dev()}: it counts on a device that is at rest before unbind.
     */
    void drain(Master master, int pasid) {
        FaultQueue queue = master.stalls() ? events : requests;
        if (!scheduler.isScheduled()) {
            queue.handleAll();
        }
        int stream = master.function().requesterId();
        scheduler.await(
                Operation.READ, smmu.registerObject(), queue.parts(), () -> !queue.holds(stream, pasid), FLUSH);
    }
}
