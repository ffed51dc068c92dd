package org.svalinn.kernel.simulate;

import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.kernel.iommu.Device;
import org.svalinn.machine.memory.Owner;

/**
 * A device that works for whoever is bound to it, raises page faults now and then, and takes its time to stop. What
 * happens to it are timers: it needs no actor.
 */
final class TimedDevice implements Device {
    private static final Site STOP = Site.named("device stops");
    private static final Site REQUEST = Site.named("page request");
    private static final Site DRAIN = Site.named("waits for the device");
    private static final Site DRAIN_REQUESTS = Site.named("waits for page requests");

    private final VirtualTime time;
    private final String name;
    private final int index;
    private final Parameters parameters;
    private final RandomGenerator random;
    private final Map<Integer, Context> contexts = new HashMap<>();
    private boolean isQuiet;

    /** What it does with one PASID. */
    final class Context implements Agenda.Entry {
        final int pasid;
        private final long number;
        private final long stopLatency;
        /** Whether the IOMMU lets it through. */
        boolean isEnabled = true;
        /** Whether the PASID has an entry for it. */
        private boolean hasEntry = true;

        private boolean isRunning = true;
        private long stopped;
        /** Whether it waits for the answer to a page request: for one at a time. */
        private boolean isWaiting;
        /** Whether the request has not reached the handler yet. */
        private boolean isUnderWay;
        private long wayBack;
        private final TimedIommu iommu;
        /** How many page faults are still to come, and the page of the next. */
        private int faultsLeft;

        private int nextPage;

        private Context(int pasid, TimedIommu iommu) {
            this.pasid = pasid;
            this.iommu = iommu;
            number = 1L << 40 | (long) index << 24 | pasid;
            stopLatency = parameters.hardware().stop().draw(random);
            faultsLeft = faults();
            nextPage = parameters.load().privatePages();
        }

        private int faults() {
            int mean = parameters.load().pageFaults();
            return mean == 0 || isQuiet ? 0 : random.nextInt(2 * mean + 1);
        }

        /** It will touch a page that is not there. */
        private void scheduleFault() {
            if (faultsLeft > 0 && isRunning) {
                faultsLeft--;
                long gap = parameters.load().life() / (2L * parameters.load().pageFaults() + 1);
                time.atEntry(time.now() + 1 + random.nextLong(2 * gap), this);
            }
        }

        /** It touches that page. */
        @Override
        public void happen() {
            if (isRunning && isEnabled) {
                isWaiting = true;
                isUnderWay = true;
                long bothWays = parameters.hardware().pageRequest().draw(random);
                wayBack = bothWays / 2;
                long page = CountedPages.PRIVATE + nextPage++ * CountedPages.PAGE;
                iommu.request(TimedDevice.this, this, page, bothWays - wayBack);
            }
        }

        boolean isWaiting() {
            return isWaiting;
        }

        /** How long the answer takes to the device. */
        long wayBack() {
            return wayBack;
        }

        /** The page request has reached the handler. */
        void handedOver() {
            time.step(Operation.SIGNAL, number, 2, REQUEST);
            isUnderWay = false;
        }

        /** The response has come. */
        void answered() {
            time.step(Operation.SIGNAL, number, 1, REQUEST);
            isWaiting = false;
            scheduleFault();
        }

        /** Waits until no page request is on its way to the handler. */
        void drainRequests() {
            time.await(Operation.WAIT, number, 2, () -> !isUnderWay, DRAIN_REQUESTS);
        }
    }

    TimedDevice(VirtualTime time, String name, int index, Parameters parameters, RandomGenerator random) {
        this.time = time;
        this.name = name;
        this.index = index;
        this.parameters = parameters;
        this.random = random;
    }

    /** The IOMMU lets it use the PASID. */
    Context enable(int pasid, TimedIommu iommu) {
        Context context = new Context(pasid, iommu);
        contexts.put(pasid, context);
        return context;
    }

    /** Whoever is bound from here on has it touch nothing that is not there. */
    void beQuiet() {
        isQuiet = true;
    }

    @Nullable Context context(int pasid) {
        return contexts.get(pasid);
    }

    /** The IOMMU lets it no more. It may still have to stop. */
    void disable(Context context) {
        context.isEnabled = false;
        context.hasEntry = false;
        forgetIfQuiet(context);
    }

    /** How many PASIDs it knows. */
    int known() {
        return contexts.size();
    }

    private void forgetIfQuiet(Context context) {
        if (!context.hasEntry && !context.isRunning && !context.isWaiting && time.now() >= context.stopped) {
            contexts.remove(context.pasid, context);
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int maxPasid() {
        return parameters.hardware().maxPasid();
    }

    @Override
    public void start(int pasid, Owner owner) {}

    /** Begins to raise page faults. */
    void begin(Context context) {
        context.scheduleFault();
    }

    @Override
    public void stop(int pasid) {
        Context context = contexts.get(pasid);
        if (context != null && context.isRunning) {
            time.step(Operation.SIGNAL, context.number, 1, STOP);
            context.isRunning = false;
            context.stopped = time.now() + context.stopLatency;
        }
    }

    @Override
    public void drain(int pasid) {
        Context context = contexts.get(pasid);
        if (context != null) {
            time.pass(context.stopped - time.now());
            time.await(Operation.WAIT, context.number, 1, () -> !context.isWaiting, DRAIN);
            forgetIfQuiet(context);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
