package org.svalinn.kernel.sva;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Site;
import org.svalinn.kernel.design.Omission;
import org.svalinn.kernel.iommu.Device;
import org.svalinn.kernel.iommu.FaultHandler;
import org.svalinn.kernel.iommu.IommuDriver;
import org.svalinn.kernel.iommu.PageFault;
import org.svalinn.kernel.mm.Mm;
import org.svalinn.kernel.sync.Core;
import org.svalinn.kernel.sync.KernelObject;
import org.svalinn.kernel.sync.SpinLock;
import org.svalinn.kernel.sync.WorkQueue;

/**
 * Page faults of devices, {@code drivers/iommu/io-pgfault.c}: collected until the last of a group has come, then
 * handled by a work of the group's own, off the interrupt thread, and answered once.
 *
 * <p>Up to 6.7 the work looks the mm up by the PASID; since then ({@code Design.domains}) the interrupt thread looks up
 * the bond, whose unbind then has to wait for the work.
 */
public final class PageFaultQueue implements FaultHandler {
    private final Core core;
    private final WorkQueue queue;
    private final SpinLock lock;
    /** Faults whose group is not complete: under the lock. */
    private final List<PageFault> partial = new ArrayList<>(2);

    private @Nullable IommuSva bonds;
    private @Nullable IommuDriver driver;

    /** A queue, to be given to the driver of an IOMMU, and then to {@link IommuSva}. */
    public PageFaultQueue(Core core) {
        this.core = core;
        queue = new WorkQueue(core, "iopf_queue");
        lock = new SpinLock(core, "partial faults lock");
    }

    /** Whose bonds say for which mm a PASID stands, and who takes answers. */
    void serveFor(IommuSva itsBonds, IommuDriver itsDriver) {
        bonds = itsBonds;
        driver = itsDriver;
    }

    /** {@code iommu_queue_iopf()}, {@code iommu_report_device_fault()}. */
    @Override
    public void report(PageFault fault) {
        SvaHandle bond = null;
        if (core.variant().design().domains()) {
            bond = bonds().findBond(fault.device(), fault.pasid());
            if (bond == null) {
                if (fault.last()) {
                    answer(fault, PageFault.Response.INVALID);
                }
                return;
            }
        }
        if (fault.last()) {
            Group group = new Group(core, bond);
            lock.lock();
            takePartial(fault, group.faults);
            lock.unlock();
            group.faults.add(fault);
            queue.queue(() -> handle(group));
        } else {
            lock.lock();
            partial.add(fault);
            lock.unlock();
        }
    }

    private void takePartial(PageFault last, List<PageFault> into) {
        for (PageFault fault : partial) {
            if (isOf(fault, last.device(), last.pasid()) && fault.group() == last.group()) {
                into.add(fault);
            }
        }
        partial.removeAll(into);
    }

    private static boolean isOf(PageFault fault, Device device, int pasid) {
        return fault.device() == device && fault.pasid() == pasid;
    }

    /** {@code iopf_handle_group()}: an error is the answer to all that come after it. */
    private void handle(Group group) {
        PageFault.Response response = PageFault.Response.SUCCESS;
        for (PageFault fault : group.faults) {
            if (response == PageFault.Response.SUCCESS) {
                response = handle(fault, group.bond);
            }
        }
        answer(group.faults.getLast(), response);
        group.free(Group.HANDLED);
    }

    /** {@code iopf_handle_single()}, {@code iommu_sva_handle_iopf()}. */
    private PageFault.Response handle(PageFault fault, @Nullable SvaHandle bond) {
        Mm mm = bond == null ? bonds().findMm(fault.pasid()) : bond.domainOfFault().mmOfFault();
        if (mm == null) {
            return PageFault.Response.INVALID;
        }
        boolean there = mm.fault(fault.address(), fault.write());
        if (bonds().mustHandlerPutAsync()) {
            mm.putAsync();
        } else {
            mm.put();
        }
        return there ? PageFault.Response.SUCCESS : PageFault.Response.INVALID;
    }

    /** {@code iommu_page_response()}. */
    private void answer(PageFault last, PageFault.Response response) {
        if (response == PageFault.Response.SUCCESS || core.variant().does(Omission.RESPONSE)) {
            served(driver).respond(last, response);
        }
    }

    /** {@code iopf_queue_flush_dev()}: waits until all groups that have come are answered. */
    public void flush() {
        queue.flush();
    }

    /** {@code iopf_queue_discard_partial()}: the last of the group will not come any more. */
    public void discardPartial(Device device, int pasid) {
        lock.lock();
        partial.removeIf(fault -> isOf(fault, device, pasid));
        lock.unlock();
    }

    /** The life of its worker: spawn it as a daemon. */
    public void serve() {
        queue.serve();
    }

    private IommuSva bonds() {
        return served(bonds);
    }

    private static <T> T served(@Nullable T known) {
        if (known == null) {
            throw new IllegalStateException("a page fault before there is SVA");
        }
        return known;
    }

    /** {@code struct iopf_group}. */
    private static final class Group extends KernelObject {
        static final Site ALLOC = Site.named("iopf_group_alloc");
        static final Site HANDLED = Site.named("iopf_free_group");

        final List<PageFault> faults = new ArrayList<>(1);
        final @Nullable SvaHandle bond;

        Group(Core core, @Nullable SvaHandle bond) {
            super(core, "page fault group", ALLOC);
            this.bond = bond;
        }

        @Override
        public String toString() {
            return "group " + faults.getLast().group() + " of page faults of " + faults.getLast().device().name();
        }

        @Override
        public String kind() {
            return "iopf_group";
        }
    }
}
