package org.svalinn.kernel.sva;

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
import org.svalinn.kernel.mm.Reclaim;
import org.svalinn.kernel.pasid.PasidAllocator;
import org.svalinn.kernel.sync.Core;
import org.svalinn.kernel.sync.Mutex;
import org.svalinn.kernel.sync.SpinLock;

/**
 * Shared virtual addressing: {@code drivers/iommu/iommu-sva.c}, and what of it 5.17 and 5.18 had in the drivers of the
 * IOMMUs. Binds address spaces to devices by the design's policies.
 *
 * <p>Two locks. The mutex ({@code iommu_sva_lock}, {@code sva_lock}, {@code pasid_mutex}) makes one bind or unbind of
 * another. The spin lock holds the list of bonds still for those who cannot take the mutex: page faults, and a {@code
 * release()} of a design whose unbind waits for {@code release()} while it has the mutex.
 */
public final class IommuSva {
    private static final Site UNBIND = Site.named("iommu_sva_unbind_device");

    private final Core core;
    private final IommuDriver driver;
    private final PasidAllocator pasids;
    private final PageFaultQueue faults;
    private final Reclaim reclaim;
    private final Design design;
    private final boolean waitsForNotifier;
    private final boolean releaseTakesMutex;
    private final boolean touchesMmAfterNotifier;
    private final Mutex mutex;
    private final SpinLock lock;
    /** Changed with both locks held, so it may be read with either. */
    private final Bonds bonds = new Bonds();

    /**
     * SVA for the devices behind the IOMMUs of this driver.
     *
     * @param faults takes what these devices fault on: this class tells it whose a PASID is
     * @param reclaim is told of each wait for a device that keeps an address space
     */
    public IommuSva(
            Core core, IommuDriver driver, PasidAllocator pasids, PageFaultQueue faults, Reclaim reclaim) {
        this.core = core;
        this.driver = driver;
        this.pasids = pasids;
        this.faults = faults;
        this.reclaim = reclaim;
        design = core.variant().design();
        boolean quiesces = design.onRelease() == OnRelease.QUIESCE;
        waitsForNotifier = driver.waitsForNotifier() && !design.domains() && quiesces;
        releaseTakesMutex = !waitsForNotifier && !design.domains();
        touchesMmAfterNotifier = !waitsForNotifier || design.pasid() == PasidLifetime.LAST_UNBIND;
        mutex = new Mutex(core, "iommu_sva_lock");
        lock = new SpinLock(core, "bonds lock");
        faults.serveFor(this, driver);
    }

    IommuDriver driver() {
        return driver;
    }

    /**
     * {@code iommu_sva_bind_device()}: the bond, shared with others who bind the same; null if there is no PASID for it
     * that the device and its IOMMU can use. The caller holds {@code mm_users}.
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
        domain.bonds++;
        driver.setDevicePasid(device, pasid, mm);
        SvaHandle handle = new SvaHandle(core, device, domain, pasid);
        lock.lock();
        bonds.add(handle);
        lock.unlock();
        return handle;
    }

    private SvaDomain makeDomain(Mm mm) {
        if (holdsMm()) {
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
            pasid = pasids.allocate(PasidAllocator.FIRST, maxPasid(device));
            if (pasid != PasidAllocator.INVALID) {
                mm.setPasid(pasid);
            }
            return pasid;
        }
        if (pasid > maxPasid(device)) {
            return PasidAllocator.INVALID;
        }
        if (design.pasid() == PasidLifetime.LAST_UNBIND) {
            pasids.get(pasid);
        }
        return pasid;
    }

    /** {@code dev->iommu->max_pasids - 1}: what both the device and its IOMMU can do. */
    private int maxPasid(Device device) {
        return Math.min(device.maxPasid(), driver.maxPasid());
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
        lock.lock();
        bonds.remove(handle);
        lock.unlock();
        boolean isLast = --domain.bonds == 0;
        boolean dropsNotifierFirst = isLast && !core.variant().does(Omission.TEAR_DOWN_BEFORE_UNREGISTER);
        if (dropsNotifierFirst) {
            dropNotifier(domain);
        }
        if (!handle.isTornDown) {
            tearDown(handle, false);
        }
        if (isLast) {
            freeDomain(domain, handle.pasid(), dropsNotifierFirst);
        } else if (design.pasid() == PasidLifetime.LAST_UNBIND) {
            pasids.put(handle.pasid());
        }
        handle.free(UNBIND);
    }

    /**
     * Takes the bond from hardware, and from those who handle page faults. Page requests are drained when there can be
     * no more of them.
     *
     * @param inMmput whether whoever calls is in {@code mmput()} of the mm
     */
    private void tearDown(SvaHandle handle, boolean inMmput) {
        boolean hasStopped = core.variant().does(Omission.STOP_BEFORE_DRAIN);
        if (!hasStopped) {
            drainPageRequests(handle);
            stopDevice(handle, inMmput || design.pin() == Pin.MM_USERS);
        }
        driver.removeDevicePasid(handle.device(), handle.pasid(), handle.domain().mm());
        if (hasStopped) {
            drainPageRequests(handle);
        }
    }

    private void drainPageRequests(SvaHandle handle) {
        if (core.variant().does(Omission.DRAIN)) {
            driver.drainPageRequests(handle.device(), handle.pasid());
            faults.flush();
            faults.discardPartial(handle.device(), handle.pasid());
        }
    }

    /**
     * What is for the device's driver to do, where it is done for it.
     *
     * @param keepsMemory whether the mm's memory waits with whoever waits for the device
     */
    private void stopDevice(SvaHandle handle, boolean keepsMemory) {
        if (core.variant().does(Omission.STOP)) {
            handle.device().stop(handle.pasid());
        }
        if (core.variant().does(Omission.DEVICE_DRAIN)) {
            Mm mm = handle.domain().mm();
            if (keepsMemory) {
                reclaim.begin(mm, handle.device().name());
            }
            handle.device().drain(handle.pasid());
            if (keepsMemory) {
                reclaim.end(mm);
            }
        }
    }

    /**
     * The mm has no bond any more. Arm's driver of 5.18 touches it after its notifier is put, and so needs {@code
     * mm_count} of its own; 6.12 gives {@code mm_count} back before, and is kept by its notifier ({@code
     * iommu_domain_free()}).
     */
    private void freeDomain(SvaDomain domain, int pasid, boolean hasDroppedNotifier) {
        Mm mm = domain.mm();
        if (design.domains()) {
            dropMm(mm);
            driver.releaseContext(mm);
        }
        if (!hasDroppedNotifier) {
            dropNotifier(domain);
        }
        if (design.pasid() == PasidLifetime.LAST_UNBIND && pasids.put(pasid)) {
            mm.setPasid(PasidAllocator.INVALID);
        }
        if (!design.domains()) {
            driver.releaseContext(mm);
            dropMm(mm);
        }
    }

    private void dropMm(Mm mm) {
        if (holdsMm()) {
            mm.drop();
        }
    }

    /**
     * Whether a domain has {@code mm_count} of its own, beside its notifier's: VT-d's driver of 5.18 has not, as it
     * waits for its notifier and touches the mm no more.
     */
    private boolean holdsMm() {
        return touchesMmAfterNotifier && core.variant().does(Omission.MMGRAB);
    }

    private void dropNotifier(SvaDomain domain) {
        if (waitsForNotifier) {
            domain.mm().notifiers().unregister(domain);
            domain.freeNotifier();
        } else {
            domain.mm().notifiers().put(domain);
        }
    }

    /**
     * The notifier's: the address space is about to go, and devices may still send. A bond that unbind has taken off
     * the list is unbind's: an entry that it has cleared must not be written again.
     */
    void release(SvaDomain domain) {
        if (!core.variant().does(Omission.RELEASE)) {
            return;
        }
        if (releaseTakesMutex) {
            mutex.lock();
        } else {
            lock.lock();
        }
        for (SvaHandle bond : bonds.of(domain.mm())) {
            if (bond.domain() == domain) {
                release(bond);
            }
        }
        if (releaseTakesMutex) {
            mutex.unlock();
        } else {
            lock.unlock();
        }
    }

    private void release(SvaHandle bond) {
        Mm mm = bond.domain().mm();
        if (design.onRelease() == OnRelease.QUIESCE) {
            driver.quiesceDevicePasid(bond.device(), bond.pasid(), mm);
            return;
        }
        if (core.variant().does(Omission.STOP_BEFORE_DRAIN)) {
            stopDevice(bond, true);
        }
        tearDown(bond, true);
        bond.isTornDown = true;
    }

    // Page faults

    /**
     * The mm for which a PASID stands, with {@code mm_users}; null if there is none that anybody uses ({@code
     * iommu_sva_find()}). A bond on the list holds {@code mm_count}, and so the mm is there as long as the lock is
     * held.
     */
    @Nullable Mm findMm(int pasid) {
        Mm found = null;
        lock.lock();
        List<SvaHandle> those = bonds.withPasid(pasid);
        if (!those.isEmpty()) {
            Mm mm = those.getFirst().domain().mm();
            found = mm.getNotZero() ? mm : null;
        }
        lock.unlock();
        return found;
    }

    /**
     * The bond of a device and a PASID ({@code iommu_attach_handle_get()} of 6.12). It is there as long as the unbind
     * that frees it has not drained page requests.
     */
    @Nullable SvaHandle findBond(Device device, int pasid) {
        SvaHandle found = null;
        lock.lock();
        for (SvaHandle bond : bonds.withPasid(pasid)) {
            if (bond.device() == device) {
                found = bond;
            }
        }
        lock.unlock();
        return found;
    }

    /**
     * Whether {@code mmput()} by the handler of page faults might wait, in {@code release()}, for an unbind that waits
     * for the handler; or for the device, which waits for an answer.
     */
    boolean mustHandlerPutAsync() {
        return releaseTakesMutex;
    }

    // Bonds, with the mutex held

    private @Nullable SvaHandle findBond(Device device, Mm mm) {
        for (SvaHandle bond : bonds.of(mm)) {
            if (bond.device() == device) {
                return bond;
            }
        }
        return null;
    }

    private @Nullable SvaDomain findDomain(Mm mm) {
        List<SvaHandle> those = bonds.of(mm);
        return those.isEmpty() ? null : those.getFirst().domain();
    }
}
