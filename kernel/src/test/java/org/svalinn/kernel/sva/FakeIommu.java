package org.svalinn.kernel.sva;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.explore.Violation;
import org.svalinn.kernel.iommu.Device;
import org.svalinn.kernel.iommu.FaultHandler;
import org.svalinn.kernel.iommu.IommuDriver;
import org.svalinn.kernel.iommu.PageFault;
import org.svalinn.kernel.mm.Mm;
import org.svalinn.kernel.mm.UserPages;
import org.svalinn.kernel.pasid.PasidAllocator;
import org.svalinn.kernel.sync.Core;
import org.svalinn.kernel.sync.Scheduler;
import org.svalinn.machine.Steps;

/**
 * The least IOMMU, with its driver: entries, a page request queue with an interrupt thread, and a log of calls. A call
 * is a step or two.
 */
final class FakeIommu implements IommuDriver {
    /** Which driver it is like. */
    enum Kind {
        /** Waits for its notifier; has nothing of the mm. */
        INTEL,
        /** Puts its notifier; pins an ASID of the mm. */
        ARM
    }

    private record Entry(Device device, int pasid, Mm mm, boolean isQuiet) {}

    private static final Site SET = Site.named("sets the entry");
    private static final Site QUIESCE = Site.named("quiesces the entry");
    private static final Site REMOVE = Site.named("clears the entry");
    private static final Site INVALIDATE = Site.named("invalidates");
    private static final Site ACQUIRE = Site.named("arm64_mm_context_get");
    private static final Site RELEASE = Site.named("arm64_mm_context_put");
    private static final Site DRAIN = Site.named("drains page requests");
    private static final Site RESPOND = Site.named("answers");
    private static final Site REQUEST = Site.named("page request");
    private static final Site INTERRUPT = Site.named("takes a page request");
    private static final Site DMA = Site.named("translates");
    private static final Site REUSE = Site.named("is asked whether it remembers the PASID");
    private static final long CONTEXT = 1L << 40;

    private final Core core;
    private final Kind kind;
    private final FaultHandler faults;
    private final long number;
    private final List<Entry> entries = new ArrayList<>();
    private final ArrayDeque<PageFault> requests = new ArrayDeque<>();
    private final List<PageFault> unanswered = new ArrayList<>();
    private int underWay;
    private boolean isReporting;

    /** The calls that it has had, such as {@code set accel 1}. */
    final List<String> log = new ArrayList<>();

    /** The answers that it was to give. */
    final List<PageFault.Response> answers = new ArrayList<>();

    FakeIommu(Core core, Kind kind, FaultHandler faults) {
        this.core = core;
        this.kind = kind;
        this.faults = faults;
        number = core.slab().number("the IOMMU");
    }

    private void step(Site site) {
        core.scheduler().step(Operation.UPDATE, number, Steps.ALL, site);
    }

    private void await(BooleanSupplier condition, Site site) {
        if (core.scheduler().isScheduled()) {
            core.scheduler().await(Operation.WAIT, number, Steps.ALL, condition, site);
        }
    }

    private void report(String check, String message, Site site) {
        core.scheduler().report(new Violation(check, message, List.of(core.scheduler().end("by", site))));
    }

    @Override
    public UserPages userPages(String owner) {
        return new CountedPages(core, owner);
    }

    @Override
    public void probe(Device device) {}

    @Override
    public boolean waitsForNotifier() {
        return kind == Kind.INTEL;
    }

    @Override
    public void acquireContext(Mm mm) {
        if (kind == Kind.ARM) {
            mm.read(CONTEXT, ACQUIRE);
        }
        log.add("acquire");
    }

    @Override
    public void releaseContext(Mm mm) {
        if (kind == Kind.ARM) {
            mm.read(CONTEXT, RELEASE);
        }
        log.add("release");
    }

    @Override
    public void setDevicePasid(Device device, int pasid, Mm mm) {
        step(SET);
        if (!entries.stream().noneMatch(entry -> is(entry, device, pasid))) {
            report("isolation", "an entry is set twice", SET);
        }
        entries.add(new Entry(device, pasid, mm, false));
        log.add("set " + device.name() + " " + pasid);
    }

    @Override
    public void quiesceDevicePasid(Device device, int pasid, Mm mm) {
        step(QUIESCE);
        if (!entries.removeIf(entry -> is(entry, device, pasid))) {
            report("written-after-clear", "an entry is written after it was cleared", QUIESCE);
        }
        entries.add(new Entry(device, pasid, mm, true));
        await(() -> underWay == 0, QUIESCE);
        log.add("quiesce " + device.name() + " " + pasid);
    }

    @Override
    public void removeDevicePasid(Device device, int pasid, Mm mm) {
        step(REMOVE);
        entries.removeIf(entry -> is(entry, device, pasid));
        await(() -> underWay == 0, REMOVE);
        log.add("remove " + device.name() + " " + pasid);
    }

    @Override
    public void invalidate(Mm mm, long start, long end) {
        step(INVALIDATE);
        mm.use(INVALIDATE);
        await(() -> underWay == 0, INVALIDATE);
        log.add("invalidate");
    }

    @Override
    public void drainPageRequests(Device device, int pasid) {
        await(() -> !isReporting && requests.stream().noneMatch(request -> request.pasid() == pasid), DRAIN);
        log.add("drain " + device.name() + " " + pasid);
    }

    @Override
    public void respond(PageFault fault, PageFault.Response response) {
        step(RESPOND);
        if (!unanswered.remove(fault)) {
            report("lost-response", "an answer to a request that nobody waits for", RESPOND);
        }
        answers.add(response);
        log.add("respond " + response);
    }

    @Override
    public void start(Scheduler scheduler) {
        scheduler.spawnDaemon("irq/iommu", this::interrupts);
    }

    private void interrupts() {
        while (true) {
            await(() -> !requests.isEmpty(), INTERRUPT);
            PageFault fault = requests.removeFirst();
            isReporting = true;
            faults.report(fault);
            step(INTERRUPT);
            isReporting = false;
        }
    }

    // What hardware does

    /** A page request comes: dropped, with an answer, if there is no translation for the PASID. */
    void request(PageFault fault) {
        step(REQUEST);
        if (isTranslated(fault.device(), fault.pasid())) {
            enqueue(fault);
        }
    }

    /** A page request comes from a device that makes its PASIDs up, behind an IOMMU that lets it through. */
    void requestUnchecked(PageFault fault) {
        step(REQUEST);
        enqueue(fault);
    }

    private void enqueue(PageFault fault) {
        requests.add(fault);
        if (fault.last()) {
            unanswered.add(fault);
        }
    }

    /** How many page requests of a device wait for their answers: no step. */
    boolean isAnswered(Device device) {
        return unanswered.stream().noneMatch(fault -> fault.device() == device);
    }

    long number() {
        return number;
    }

    /** DMA, with a translation that is under way for a while. */
    void dma(Device device, int pasid) {
        step(DMA);
        if (!isTranslated(device, pasid)) {
            return;
        }
        Mm mm = entries.stream().filter(entry -> is(entry, device, pasid)).findFirst().orElseThrow().mm();
        underWay++;
        if (!((CountedPages) mm.pages()).reach()) {
            report("dma-after-free", "DMA reaches pages that are free", DMA);
        }
        step(DMA);
        underWay--;
    }

    /** Asked when a PASID becomes free. */
    void mayReuse(int pasid) {
        step(REUSE);
        if (entries.stream().anyMatch(entry -> entry.pasid() == pasid)) {
            report("pasid-reuse", "an entry has the PASID", REUSE);
        }
        if (requests.stream().anyMatch(fault -> fault.pasid() == pasid)
                || unanswered.stream().anyMatch(fault -> fault.pasid() == pasid)) {
            report("pasid-reuse", "a page request has the PASID", REUSE);
        }
    }

    private boolean isTranslated(Device device, int pasid) {
        return entries.stream().anyMatch(entry -> is(entry, device, pasid) && !entry.isQuiet());
    }

    private static boolean is(Entry entry, Device device, int pasid) {
        return entry.device() == device && entry.pasid() == pasid;
    }

    @Override
    public int maxPasid() {
        return PasidAllocator.LAST;
    }

    @Override
    public String entries(int pasid) {
        return "";
    }
}
