package org.svalinn.kernel.simulate;

import java.util.ArrayDeque;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.kernel.iommu.Device;
import org.svalinn.kernel.iommu.FaultHandler;
import org.svalinn.kernel.iommu.IommuDriver;
import org.svalinn.kernel.iommu.PageFault;
import org.svalinn.kernel.mm.Mm;
import org.svalinn.kernel.mm.UserPages;
import org.svalinn.kernel.pasid.PasidAllocator;
import org.svalinn.kernel.sync.Scheduler;
import org.svalinn.machine.Steps;

/**
 * An IOMMU that has nothing but queues. Invalidations are carried out one at a time in the order in which they come,
 * and whoever has submitted one waits for it; page requests go through a queue to a thread that hands them over. What
 * it remembers is not modelled, only how long it takes to forget.
 */
final class TimedIommu implements IommuDriver {
    private static final Site PAGE_REQUEST = Site.named("page request queue");
    private static final Site IDLE = Site.named("page request thread");
    private static final long QUEUE = 1L << 41;

    private final VirtualTime time;
    private final Latency latency;
    private final RandomGenerator random;
    private final FaultHandler handler;
    private final Function<String, UserPages> userPages;
    private final ArrayDeque<Request> requests = new ArrayDeque<>();
    private long busyUntil;
    private long invalidations;
    private long answered;
    private long refused;

    private record Request(PageFault fault, TimedDevice.Context context) {}

    /** @param userPages makes the pages of an address space */
    TimedIommu(
            VirtualTime time,
            Latency latency,
            RandomGenerator random,
            FaultHandler handler,
            Function<String, UserPages> userPages) {
        this.time = time;
        this.latency = latency;
        this.random = random;
        this.handler = handler;
        this.userPages = userPages;
    }

    /** How many invalidations it has carried out. */
    long invalidations() {
        return invalidations;
    }

    /** How many page requests have been answered with success. */
    long answered() {
        return answered;
    }

    /** How many page requests have been answered otherwise. */
    long refused() {
        return refused;
    }

    /** Submits so many invalidations, and waits until they have been carried out. */
    private void invalidate(int number) {
        long done = Math.max(busyUntil, time.now());
        for (int i = 0; i < number; i++) {
            done += latency.draw(random);
        }
        invalidations += number;
        busyUntil = done;
        time.pass(done - time.now());
    }

    @Override
    public UserPages userPages(String owner) {
        return userPages.apply(owner);
    }

    @Override
    public void probe(Device device) {}

    @Override
    public int maxPasid() {
        return PasidAllocator.LAST;
    }

    /** It has no tables. */
    @Override
    public String entries(int pasid) {
        return "";
    }

    @Override
    public void acquireContext(Mm mm) {}

    @Override
    public void releaseContext(Mm mm) {}

    /** One invalidation: of the PASID's entry. */
    @Override
    public void setDevicePasid(Device device, int pasid, Mm mm) {
        invalidate(1);
        TimedDevice timed = (TimedDevice) device;
        timed.begin(timed.enable(pasid, this));
    }

    /** Three: of the PASID's entry, of what the IOMMU has translated, and of what the device has. */
    @Override
    public void quiesceDevicePasid(Device device, int pasid, Mm mm) {
        TimedDevice.Context context = ((TimedDevice) device).context(pasid);
        if (context != null) {
            context.isEnabled = false;
        }
        invalidate(3);
    }

    @Override
    public void removeDevicePasid(Device device, int pasid, Mm mm) {
        TimedDevice timed = (TimedDevice) device;
        TimedDevice.Context context = timed.context(pasid);
        invalidate(3);
        if (context != null) {
            timed.disable(context);
        }
        ((CountedPages) mm.pages()).watcher().bondIsGone();
    }

    /** Two: of what the IOMMU has translated, and of what the device has. */
    @Override
    public void invalidate(Mm mm, long start, long end) {
        invalidate(2);
    }

    @Override
    public void drainPageRequests(Device device, int pasid) {
        TimedDevice.Context context = ((TimedDevice) device).context(pasid);
        if (context != null) {
            context.drainRequests();
        }
    }

    /** A device asks for a page. */
    void request(TimedDevice device, TimedDevice.Context context, long page, long there) {
        PageFault fault = new PageFault(device, context.pasid, 0, page, true, true);
        time.at(time.now() + there, () -> {
            time.step(Operation.SIGNAL, QUEUE, Steps.ALL, PAGE_REQUEST);
            requests.add(new Request(fault, context));
        });
    }

    /** The life of the thread that takes page requests from the queue. */
    private void serve() {
        while (true) {
            time.await(Operation.WAIT, QUEUE, Steps.ALL, () -> !requests.isEmpty(), IDLE);
            Request request = requests.remove();
            handler.report(request.fault);
            request.context.handedOver();
        }
    }

    @Override
    public void respond(PageFault fault, PageFault.Response response) {
        if (response == PageFault.Response.SUCCESS) {
            answered++;
        } else {
            refused++;
        }
        TimedDevice.Context context = ((TimedDevice) fault.device()).context(fault.pasid());
        if (context != null && context.isWaiting()) {
            time.at(time.now() + context.wayBack(), context::answered);
        }
    }

    @Override
    public void start(Scheduler scheduler) {
        scheduler.spawnDaemon("page request thread", this::serve);
    }
}
