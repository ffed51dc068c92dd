package org.svalinn.kernel;

import org.svalinn.kernel.design.Variant;
import org.svalinn.kernel.driver.CharDevice;
import org.svalinn.kernel.sync.Core;
import org.svalinn.kernel.sync.Scheduler;
import org.svalinn.kernel.task.Task;
import org.svalinn.machine.Machine;

/**
 * One running reference kernel: a machine with an IOMMU, devices and their drivers, and processes. Made anew for each
 * execution: boot it, add devices and processes, have them do what was before, {@link #start} it, and spawn the actors.
 */
public final class ReferenceKernel {
    /** Which IOMMU the machine has, and with it which processor's page tables. */
    public enum Iommu {
        VTD("vtd"),
        SMMUV3("smmuv3");

        private final String text;

        Iommu(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }

    private ReferenceKernel() {}

    /** A kernel of this variant on a machine with this IOMMU, and nothing else yet. */
    public static ReferenceKernel boot(Scheduler scheduler, Variant variant, Iommu iommu) {
        throw new UnsupportedOperationException();
    }

    public Core core() {
        throw new UnsupportedOperationException();
    }

    public Machine machine() {
        throw new UnsupportedOperationException();
    }

    /**
     * Adds an accelerator with a uacce-like driver, in a group of its own: with ATS and PRI on VT-d, a master that stalls on
     * SMMUv3.
     */
    public CharDevice addDevice(String name) {
        throw new UnsupportedOperationException();
    }

    /** Adds an accelerator with a shared work queue, with an idxd-like driver. Its engine works on an actor of its own. */
    public CharDevice addWorkQueueDevice(String name) {
        throw new UnsupportedOperationException();
    }

    /** A process that was there before: the first thing that it does is its own. */
    public Task exec(String name) {
        throw new UnsupportedOperationException();
    }

    /** Spawns the daemons of kernel and hardware: once the set-up is made. */
    public void start() {
        throw new UnsupportedOperationException();
    }

    /** The device reads or writes one word of DMA there, on the actor that calls: whether it reached memory. */
    public boolean dma(CharDevice device, int pasid, long address, boolean write) {
        throw new UnsupportedOperationException();
    }

    /** The checks at the end of a run: what hardware finds, and what is alive when everything is quiet. */
    public void finish() {
        throw new UnsupportedOperationException();
    }

    /** A name for people of what a step touches. */
    public String describe(long object, long parts) {
        throw new UnsupportedOperationException();
    }
}
