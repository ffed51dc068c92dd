package org.svalinn.machine.iommu.vtd;

import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.machine.HardwareObjects;
import org.svalinn.machine.Steps;
import org.svalinn.machine.iommu.Function;
import org.svalinn.machine.iommu.Interrupts;
import org.svalinn.machine.iommu.Iommu;
import org.svalinn.machine.iommu.PageRequest;
import org.svalinn.machine.iommu.Transaction;
import org.svalinn.machine.memory.PhysicalMemory;

/**
 * One DMA-remapping hardware unit of Intel VT-d, in scalable mode.
 *
 * <p>To bring it up as a driver does: write IQA and GCMD.QIE for the invalidation queue, PQA for page requests, RTADDR
 * with TTM = 01b and GCMD.SRTP for the root table, and GCMD.TE.
 *
 * <p>A device that is granted an untranslated or translated request says {@link #completed} after its accesses; with
 * CAP.DRD and DWD (the default) an invalidation waits for it.
 */
public final class VtdIommu implements Iommu {
    private static final Site SERVE = Site.named("waits for an invalidation descriptor (VT-d 6.5.2)");

    private final Wiring wiring;
    private final TranslationCaches caches;
    private final Flight flight;
    private final FaultLog faults;
    private final Functions functions = new Functions();
    private final Translator translator;
    private final PageRequestQueue pageRequests;
    private final InvalidationQueue queue;
    private final Registers registers;

    /**
     * A unit after reset: nothing is translated, queues are off, interrupts are masked.
     *
     * @param name for people, such as {@code dmar0}
     */
    public VtdIommu(
            String name,
            VtdConfig config,
            PhysicalMemory memory,
            Steps steps,
            HardwareObjects objects,
            Interrupts interrupts) {
        wiring = new Wiring(name, config, memory, steps, objects, interrupts);
        caches = new TranslationCaches(config);
        flight = new Flight(wiring);
        faults = new FaultLog(wiring);
        translator = new Translator(wiring, caches, flight, faults);
        pageRequests = new PageRequestQueue(wiring, functions, translator, caches, faults);
        queue = new InvalidationQueue(wiring, caches, flight, faults, functions, pageRequests, translator);
        registers = new Registers(wiring, translator, faults, queue, pageRequests);
    }

    @Override
    public long readRegister(long offset, int size) {
        return registers.read(offset, size);
    }

    @Override
    public void writeRegister(long offset, int size, long value) {
        registers.write(offset, size, value);
    }

    /** Reads a register without a step: for the condition of somebody who waits for it, see {@link #registerParts}. */
    public long peekRegister(long offset, int size) {
        return registers.value(offset, size);
    }

    /** What steps know the registers by. */
    public long registerObject() {
        return wiring.registers;
    }

    /** The parts of {@link #registerObject} that changes of this register touch. */
    public long registerParts(long offset) {
        return registers.parts(offset);
    }

    @Override
    public boolean hasCommand() {
        return queue.hasCommand();
    }

    @Override
    public void executeCommand() {
        queue.execute();
    }

    @Override
    public void serve() {
        while (true) {
            queue.awaitCommand(SERVE);
            queue.execute();
        }
    }

    @Override
    public void attach(Function function) {
        functions.add(function);
    }

    @Override
    public void translate(Transaction transaction) {
        translator.translate(transaction);
    }

    @Override
    public void completed(Transaction transaction) {
        translator.completed(transaction);
    }

    @Override
    public void pageRequest(PageRequest request) {
        pageRequests.accept(request);
    }

    @Override
    public void invalidationCompleted(Function function, int tags) {
        queue.devices.completed(function, tags);
    }

    @Override
    public void invalidationTimedOut(Function function, int tags) {
        queue.devices.timedOut(function, tags);
    }

    @Override
    public void observe(int requesterId, int pasid, Site site) {
        wiring.steps.step(
                Operation.READ,
                wiring.caches,
                Wiring.functionPart(requesterId) | Wiring.pasidPart(pasid),
                site);
        wiring.steps.step(
                Operation.READ,
                wiring.registers,
                Wiring.PAGE_HEAD | Wiring.PAGE_TAIL | Wiring.ITAGS,
                site);
    }

    /**
     * PASID cache, IOTLB and paging-structure caches, and the page request queue. Of entries of PASID and domain, which
     * all functions share, it cannot be said which function they came by: they count for every one.
     */
    @Override
    public String remembers(int requesterId, int pasid) {
        String cached = caches.remembers(requesterId, pasid);
        if (!cached.isEmpty()) {
            return cached;
        }
        if (pageRequests.holds(requesterId, pasid)) {
            return "a page request of PASID " + pasid + " in the queue";
        }
        return queue.devices.concerns(requesterId, pasid)
                ? "an Invalidate Request for PASID " + pasid + " that the device has not answered"
                : "";
    }

    @Override
    public void snapshot() {
        caches.snapshot();
        flight.snapshot();
        faults.snapshot();
        translator.snapshot();
        pageRequests.snapshot();
        queue.snapshot();
        registers.snapshot();
    }

    @Override
    public void restore() {
        caches.restore();
        flight.restore();
        faults.restore();
        translator.restore();
        pageRequests.restore();
        queue.restore();
        registers.restore();
    }
}
