package org.svalinn.kernel.sva;

import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.kernel.iommu.Device;
import org.svalinn.kernel.iommu.PageFault;
import org.svalinn.kernel.sync.Core;
import org.svalinn.machine.Steps;
import org.svalinn.machine.memory.Owner;

/** A device that does what a test tells it, until it is told to stop. */
final class FakeDevice implements Device {
    private static final Site STOP = Site.named("stops");
    private static final Site DRAIN = Site.named("waits for its work");
    private static final Site WORK = Site.named("works");

    private final Core core;
    private final FakeIommu iommu;
    private final String name;
    private final int maxPasid;
    private final long number;
    private boolean isStopped;
    private int working;

    FakeDevice(Core core, FakeIommu iommu, String name, int maxPasid) {
        this.core = core;
        this.iommu = iommu;
        this.name = name;
        this.maxPasid = maxPasid;
        number = core.slab().number(name);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int maxPasid() {
        return maxPasid;
    }

    @Override
    public void start(int pasid, Owner owner) {}

    @Override
    public void stop(int pasid) {
        core.scheduler().step(Operation.UPDATE, number, Steps.ALL, STOP);
        isStopped = true;
    }

    @Override
    public void drain(int pasid) {
        if (core.scheduler().isScheduled()) {
            core.scheduler().await(Operation.WAIT, number, Steps.ALL, () -> working == 0, DRAIN);
            core.scheduler().await(Operation.WAIT, iommu.number(), Steps.ALL, () -> iommu.isAnswered(this), DRAIN);
        }
    }

    void dma(int pasid) {
        if (begin()) {
            iommu.dma(this, pasid);
            end();
        }
    }

    void request(int pasid, int group, long address, boolean last) {
        if (begin()) {
            iommu.request(new PageFault(this, pasid, group, address, true, last));
            end();
        }
    }

    private boolean begin() {
        core.scheduler().step(Operation.UPDATE, number, Steps.ALL, WORK);
        if (isStopped) {
            return false;
        }
        working++;
        return true;
    }

    private void end() {
        core.scheduler().step(Operation.UPDATE, number, Steps.ALL, WORK);
        working--;
    }

    @Override
    public String toString() {
        return name;
    }
}
