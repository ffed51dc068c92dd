package org.svalinn.kernel.sva;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Site;
import org.svalinn.kernel.design.Design;
import org.svalinn.kernel.design.Omission;
import org.svalinn.kernel.design.OnRelease;
import org.svalinn.kernel.design.PasidLifetime;
import org.svalinn.kernel.design.Pin;
import org.svalinn.kernel.iommu.Device;
import org.svalinn.kernel.iommu.IommuDriver;
import org.svalinn.kernel.mm.Mm;
import org.svalinn.kernel.pasid.PasidAllocator;
import org.svalinn.kernel.sync.Core;
import org.svalinn.kernel.sync.Mutex;
import org.svalinn.kernel.sync.SpinLock;

/**
 * Shared virtual addressing: {@code drivers/iommu/iommu-sva.c}, and what of it 5.17 and 5.18 had in the drivers of the IOMMUs.
 * Binds address spaces to devices by the design's policies.
 *
 * <p>Two locks. The mutex ({@code iommu_sva_lock}, {@code sva_lock}, {@code pasid_mutex}) makes one bind or unbind of another.
 * The spin lock holds the list of bonds still for those who cannot take the mutex: page faults, and a {@code release()} of a
 * design whose unbind waits for {@code release()} while it has the mutex.
 */
public final class IommuSva {
    private static final Site UNBIND = Site.named("iommu_sva_unbind_device");

    private final Core core;
    private final IommuDriver driver;
    private final PasidAllocator pasids;
    private final PageFaultQueue faults;
    private final Design design;
    private final boolean waitsForNotifier;
    private final boolean releaseTakesMutex;
    private final Mutex mutex;
    private final SpinLock lock;
    /** Changed with both locks held, so it may be read with either. */
    private final List<SvaHandle> bonds = new ArrayList<>(2);

    /** SVA for the devices behind the IOMMUs of this driver, whose page faults come by this queue. */
    public IommuSva(Core core, IommuDriver driver, PasidAllocator pasids, PageFaultQueue faults) {
        this.core = core;
        this.driver = driver;
        this.pasids = pasids;
        this.faults = faults;
        design = core.variant().design();
        boolean quiesces = design.onRelease() == OnRelease.QUIESCE;
        waitsForNotifier = driver.waitsForNotifier() && !design.domains() && quiesces;
        releaseTakesMutex = !waitsForNotifier && !design.domains();
        mutex = new Mutex(core, "iommu_sva_lock");
        lock = new SpinLock(core, "bonds lock");
        faults.serveFor(this);
    }

    IommuDriver driver() {
        return driver;
    }

    /**
     * {@code iommu_sva_bind_device()}: the bond, shared with others who bind the same; null if there is no PASID for it that
     * the device can use. The caller holds {@code mm_users}.
     */
    public @Nullable SvaHandle bindDevice(Device device, Mm mm) {
        mutex.lock();
        SvaHandle handle = findBond(device, mm);
        if (handle != null) {
            handle.users++;
        } else {
            handle = bind(device, mm);
        }
        mutex.unlock();
        return handle;
    }

    private @Nullable SvaHandle bind(Device device, Mm mm) {
        int pasid = takePasid(device, mm);
        if (pasid == PasidAllocator.INVALID) {
            return null;
        }
        if (design.pin() == Pin.MM_USERS) {
            mm.get();
        }
        SvaDomain domain = findDomain(mm);
        if (domain == null) {
            domain = makeDomain(mm);
        }
        domain.users++;
        driver.setDevicePasid(device, pasid, mm);
        SvaHandle handle = new SvaHandle(core, device, domain, pasid);
        lock.lock();
        bonds.add(handle);
        lock.unlock();
        return handle;
    }

    private SvaDomain makeDomain(Mm mm) {
        if (core.variant().does(Omission.MMGRAB)) {
            mm.grab();
        }
        driver.acquireContext(mm);
        SvaDomain domain = new SvaDomain(core, this, mm);
        mm.notifiers().register(domain);
        return domain;
    }

    /** {@code iommu_sva_alloc_pasid()}: the mm's, or a new one. */
    private int takePasid(Device device, Mm mm) {
        int pasid = mm.pasid();
        if (pasid == PasidAllocator.INVALID) {
            pasid = pasids.allocate(PasidAllocator.FIRST, device.maxPasid());
            if (pasid != PasidAllocator.INVALID) {
                mm.setPasid(pasid);
            }
            return pasid;
        }
        if (pasid > device.maxPasid()) {
            return PasidAllocator.INVALID;
        }
        if (design.pasid() == PasidLifetime.LAST_UNBIND) {
            pasids.get(pasid);
        }
        return pasid;
    }

    /** {@code iommu_sva_unbind_device()}: the last one tears the bond down. The device must have stopped before. */
    public void unbindDevice(SvaHandle handle) {
        mutex.lock();
        handle.use(UNBIND);
        Mm mm = handle.domain().mm();
        boolean isLast = --handle.users == 0;
        if (isLast) {
            unbind(handle);
        }
        mutex.unlock();
        if (isLast && design.pin() == Pin.MM_USERS) {
            // Not with the mutex held: it may be the last, and what exit_mmap() calls takes the mutex
            mm.put();
        }
    }

    private void unbind(SvaHandle handle) {
        SvaDomain domain = handle.domain();
        Mm mm = domain.mm();
        lock.lock();
        bonds.remove(handle);
        lock.unlock();
        boolean isLast = --domain.users == 0;
        boolean dropsNotifierFirst = isLast && !core.variant().does(Omission.TEAR_DOWN_BEFORE_UNREGISTER);
        if (dropsNotifierFirst) {
            dropNotifier(domain);
        }
        if (!handle.isTornDown) {
            tearDown(handle);
        }
        if (isLast) {
            freeDomain(domain, dropsNotifierFirst);
        }
        handle.free(UNBIND);
    }

    /** What hardware and handlers know of the bond. */
    private void tearDown(SvaHandle handle) {
        Device device = handle.device();
        int pasid = handle.pasid();
        driver.removeDevicePasid(device, pasid, handle.domain().mm());
        if (core.variant().does(Omission.DRAIN)) {
            driver.drainPageRequests(device, pasid);
            faults.flush(device);
            faults.discardPartial(device, pasid);
        }
    }

    private void freeDomain(SvaDomain domain, boolean hasDroppedNotifier) {
        Mm mm = domain.mm();
        if (!hasDroppedNotifier) {
            dropNotifier(domain);
        }
        driver.releaseContext(mm);
        if (core.variant().does(Omission.MMGRAB)) {
            mm.drop();
        }
    }

    private void dropNotifier(SvaDomain domain) {
        if (waitsForNotifier) {
            domain.mm().notifiers().unregister(domain);
            domain.freeNotifier();
        } else {
            domain.mm().notifiers().put(domain);
        }
    }

    /** The notifier's: the address space is about to go. */
    void release(SvaDomain domain) {
        lock.lock();
        for (SvaHandle bond : bonds) {
            if (bond.domain() == domain) {
                driver.quiesceDevicePasid(bond.device(), bond.pasid(), domain.mm());
            }
        }
        lock.unlock();
    }

    private @Nullable SvaHandle findBond(Device device, Mm mm) {
        for (SvaHandle bond : bonds) {
            if (bond.device() == device && bond.domain().mm() == mm) {
                return bond;
            }
        }
        return null;
    }

    private @Nullable SvaDomain findDomain(Mm mm) {
        for (SvaHandle bond : bonds) {
            if (bond.domain().mm() == mm) {
                return bond.domain();
            }
        }
        return null;
    }
}
