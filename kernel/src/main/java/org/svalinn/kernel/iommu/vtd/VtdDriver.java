package org.svalinn.kernel.iommu.vtd;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.kernel.design.Omission;
import org.svalinn.kernel.design.Variant;
import org.svalinn.kernel.iommu.Device;
import org.svalinn.kernel.iommu.FaultHandler;
import org.svalinn.kernel.iommu.IommuDriver;
import org.svalinn.kernel.iommu.PageFault;
import org.svalinn.kernel.iommu.PciDevice;
import org.svalinn.kernel.mm.MachinePages;
import org.svalinn.kernel.mm.Mm;
import org.svalinn.kernel.mm.UserPages;
import org.svalinn.kernel.sync.Core;
import org.svalinn.kernel.sync.IrqThread;
import org.svalinn.kernel.sync.Scheduler;
import org.svalinn.machine.Machine;
import org.svalinn.machine.iommu.Interrupts;
import org.svalinn.machine.iommu.vtd.VtdConfig;
import org.svalinn.machine.iommu.vtd.VtdIommu;
import org.svalinn.machine.memory.Owner;
import org.svalinn.machine.memory.PageState;
import org.svalinn.machine.memory.Ram;
import org.svalinn.machine.memory.Use;
import org.svalinn.machine.paging.X86Entries;
import org.svalinn.machine.paging.X86Walker;
import org.svalinn.machine.pcie.Endpoint;

/**
 * The driver: {@code iommu.c}, {@code pasid.c} and {@code svm.c} of {@code drivers/iommu/intel}. One unit in scalable
 * mode, first-level translation by the process's own page tables.
 *
 * <p>Where 6.1 submits the invalidations of one purpose one after the other and waits after each, here they are one
 * submission with one wait: the unit carries them out in their order, one after the other, all the same.
 *
 * <p>Who binds and unbinds holds the lock of shared virtual addressing; {@link #quiesceDevicePasid}, {@link
 * #invalidate} and {@link #respond} come at any time.
 */
public final class VtdDriver implements IommuDriver {
    // Registers (11.4)
    private static final int GLOBAL_COMMAND = 0x18;
    private static final int ROOT_TABLE_ADDRESS = 0x20;
    private static final long TRANSLATION_ENABLE = 1L << 31;
    private static final long SET_ROOT_TABLE = 1L << 30;
    private static final long QUEUED_INVALIDATION_ENABLE = 1L << 26;
    /** TTM = 01b. */
    private static final long SCALABLE_MODE = 1 << 10;

    // Root and context entries (9.1, 9.4)
    private static final long PRESENT = 1;
    private static final int CONTEXT_BYTES = 32;
    private static final long DEVICE_TLB_ENABLE = 1 << 2;
    private static final long PASID_ENABLE = 1 << 3;
    private static final long PAGE_REQUEST_ENABLE = 1 << 4;
    /** PDTS: a directory of one page, for 15 bits of PASID. */
    private static final long DIRECTORY_SIZE = 2 << 9;

    private static final int MAX_PASID = 0x7fff;

    /** {@code FLPT_DEFAULT_DID}. */
    private static final int DOMAIN = 1;
    /** Pages as powers of two, of which all addresses are. */
    private static final int EVERYTHING = Long.SIZE - Ram.PAGE_SHIFT;

    private static final VtdConfig CONFIG = VtdConfig.standard();
    private static final X86Entries ENTRIES =
            new X86Entries(X86Walker.format(CONFIG.hostAddressWidth(), X86Walker.NXE));

    private static final Use TABLES = Use.of(Use.Kind.SOFTWARE, "domain_context_mapping");
    private static final Site BIND = Site.named("list_add_rcu of svm->devs");
    private static final Site UNBIND = Site.named("list_del_rcu of svm->devs");
    private static final Site BONDS = Site.named("list_for_each_entry_rcu of svm->devs");

    /** {@code struct device_domain_info}. */
    private record Function(PciDevice device, PasidTables pasids) {
        int requesterId() {
            return device.endpoint().requesterId();
        }

        boolean ats() {
            return device.endpoint().capabilities().ats();
        }

        boolean pri() {
            return device.endpoint().capabilities().pri();
        }

        int depth() {
            return device.endpoint().capabilities().invalidateQueueDepth();
        }
    }

    /** {@code struct intel_svm_dev}. */
    private record Bond(Function function, int pasid, Mm mm) {}

    /** The only interrupt that is not masked. */
    private record PageRequestEvent(IrqThread thread) implements Interrupts {
        @Override
        public void message(long address, int data) {
            thread.raise();
        }

        @Override
        public void wire(int line) {}
    }

    private final Core core;
    private final Variant variant;
    private final Scheduler scheduler;
    private final Ram ram;
    private final VtdIommu unit;
    private final InvalidationQueue queue;
    private final PageRequests requests;
    private final IrqThread thread;
    private final long rootTable;
    /** Of the first half of bus 0, which is where all devices are. */
    private final long contexts;
    private final List<Function> functions = new ArrayList<>(1);
    private final List<Bond> bonds = new ArrayList<>(1);
    /** What steps know the bonds of all mms by: a part each. */
    private final long bondsNumber;

    /**
     * Adds a unit to a machine and brings it up: {@code init_dmars()}. Functions that are added to the machine from
     * now on are behind it.
     *
     * @param faults takes page requests on
     */
    public VtdDriver(Core core, Machine machine, FaultHandler faults) {
        this.core = core;
        variant = core.variant();
        scheduler = core.scheduler();
        ram = machine.ram();
        thread = new IrqThread(core, "irq/dmar0-prq", this::handlePageRequests);
        unit = machine.iommu(
                "dmar0",
                new VtdIommu("dmar0", CONFIG, ram, machine.steps(), machine.objects(), new PageRequestEvent(thread)));
        rootTable = table();
        contexts = table();
        queue = new InvalidationQueue(core, ram, unit);
        bondsNumber = core.slab().number("svm->devs");
        ram.write(rootTable, 8, contexts | PRESENT, TABLES);
        unit.writeRegister(ROOT_TABLE_ADDRESS, 8, rootTable | SCALABLE_MODE);
        unit.writeRegister(GLOBAL_COMMAND, 4, QUEUED_INVALIDATION_ENABLE);
        unit.writeRegister(GLOBAL_COMMAND, 4, QUEUED_INVALIDATION_ENABLE | SET_ROOT_TABLE);
        requests = new PageRequests(scheduler, ram, unit, this, faults);
        unit.writeRegister(GLOBAL_COMMAND, 4, QUEUED_INVALIDATION_ENABLE | TRANSLATION_ENABLE);
    }

    private long table() {
        return ram.allocate(PageState.DEVICE_TABLE, Owner.KERNEL);
    }

    /** The hardware that it drives. */
    public VtdIommu unit() {
        return unit;
    }

    @Override
    public void start(Scheduler on) {
        on.spawnDaemon("dmar0", unit::serve);
        boolean pri = false;
        for (Function function : functions) {
            if (function.ats()) {
                Endpoint endpoint = function.device.endpoint();
                on.spawnDaemon(endpoint.name() + " messages", endpoint::serve);
            }
            pri |= function.pri();
        }
        if (pri) {
            on.spawnDaemon("irq/dmar0-prq", thread::serve);
        }
    }

    /** With the page tables of an x86-64 processor of four levels. */
    @Override
    public UserPages userPages(String owner) {
        return new MachinePages(core, ram, owner, ENTRIES, X86Walker.USER);
    }

    @Override
    public int maxPasid() {
        return MAX_PASID;
    }

    /** {@code mmu_notifier_unregister()} in {@code intel_svm_unbind_mm()}. */
    @Override
    public boolean waitsForNotifier() {
        return true;
    }

    // Devices

    /** {@code intel_iommu_probe_device()}, {@code domain_context_mapping()}, {@code iommu_enable_pci_caps()}. */
    @Override
    public void probe(Device device) {
        if (!(device instanceof PciDevice pci)) {
            throw new IllegalArgumentException(device.name() + " is no PCI function");
        }
        int id = pci.endpoint().requesterId();
        if (id >>> 7 != 0) {
            throw new IllegalArgumentException(device.name() + ": requester ids are below 128 here, not " + id);
        }
        Function function = new Function(pci, new PasidTables(ram));
        long enables = PASID_ENABLE
                | (function.ats() ? DEVICE_TLB_ENABLE : 0)
                | (function.pri() ? PAGE_REQUEST_ENABLE : 0);
        long entry = function.pasids.directory() | DIRECTORY_SIZE | enables | PRESENT;
        ram.write(contexts + (long) id * CONTEXT_BYTES, 8, entry, TABLES);
        functions.add(function);
        pci.endpoint().enable();
    }

    private Function function(Device device) {
        for (Function function : functions) {
            if (function.device == device) {
                return function;
            }
        }
        throw new IllegalArgumentException(device.name() + " is not behind this unit");
    }

    /** {@code pci_get_domain_bus_and_slot()}. */
    @Nullable PciDevice device(int requesterId) {
        for (Function function : functions) {
            if (function.requesterId() == requesterId) {
                return function.device;
            }
        }
        return null;
    }

    @Override
    public String entries(int pasid) {
        List<String> present = new ArrayList<>(1);
        for (Function function : functions) {
            if (function.pasids.isPresent(pasid)) {
                present.add("the PASID-table entry of " + function.device.name());
            }
        }
        return String.join(", ", present);
    }

    // Bonds

    @Override
    public void acquireContext(Mm mm) {}

    @Override
    public void releaseContext(Mm mm) {}

    /**
     * {@code intel_svm_bind_mm()}. Of an entry that was not present the unit remembers nothing (CAP.CM is 0), and so
     * nothing is invalidated: {@code pasid_flush_caches()}.
     */
    @Override
    public void setDevicePasid(Device device, int pasid, Mm mm) {
        if (pasid > MAX_PASID) {
            throw new IllegalArgumentException("this driver's PASIDs have 15 bits: " + pasid);
        }
        Function function = function(device);
        function.pasids.setUp(pasid, DOMAIN, mm.pages().root());
        scheduler.step(Operation.WRITE, bondsNumber, part(mm), BIND);
        bonds.add(new Bond(function, pasid, mm));
        device.start(pasid, mm.pages().owner());
    }

    /** {@code intel_mm_release()}, for one device. */
    @Override
    public void quiesceDevicePasid(Device device, int pasid, Mm mm) {
        tearDownEntry(function(device), pasid, true);
    }

    /** {@code intel_svm_unbind_mm()}, as far as the entry: from here on its mm's invalidations pass the device by. */
    @Override
    public void removeDevicePasid(Device device, int pasid, Mm mm) {
        Function function = function(device);
        scheduler.step(Operation.WRITE, bondsNumber, part(mm), UNBIND);
        bonds.removeIf(bond -> bond.function == function && bond.mm == mm);
        tearDownEntry(function, pasid, false);
    }

    /** {@code intel_pasid_tear_down_entry()}: nothing, if it was torn down before. */
    private void tearDownEntry(Function function, int pasid, boolean ignoresFaults) {
        boolean clears = ignoresFaults || variant.does(Omission.TEAR_DOWN);
        if (clears && !function.pasids.clearPresent(pasid, ignoresFaults)) {
            return;
        }
        boolean pasidCache = variant.does(Omission.PASID_INVALIDATION);
        boolean iotlb = variant.does(Omission.IOTLB_INVALIDATION);
        boolean deviceTlb = function.ats() && variant.does(Omission.ATC_INVALIDATION);
        if (!pasidCache && !iotlb && !deviceTlb) {
            return;
        }
        queue.begin();
        if (pasidCache) {
            queue.pasidCache(DOMAIN, pasid);
        }
        if (iotlb) {
            queue.iotlb(DOMAIN, pasid);
        }
        if (deviceTlb) {
            queue.deviceTlb(function.requesterId(), pasid, function.depth(), 0, EVERYTHING);
        }
        queue.submitSync(0);
    }

    private static long part(Mm mm) {
        return 1L << (mm.number() & 63);
    }

    // Translations

    /**
     * {@code intel_invalidate_range()}: the smallest aligned power of two of pages that covers the range. The IOTLB is
     * asked once for all devices, whose PASID is the same.
     */
    @Override
    public void invalidate(Mm mm, long start, long end) {
        scheduler.step(Operation.READ, bondsNumber, part(mm), BONDS);
        boolean begun = false;
        long first = start >>> Ram.PAGE_SHIFT;
        int order = Long.SIZE - Long.numberOfLeadingZeros(first ^ end - 1 >>> Ram.PAGE_SHIFT);
        long address = first >>> order << order + Ram.PAGE_SHIFT;
        Bond[] mine = bonds.toArray(Bond[]::new);
        for (Bond bond : mine) {
            boolean iotlb = !begun && variant.does(Omission.IOTLB_INVALIDATION);
            boolean deviceTlb = bond.function.ats() && variant.does(Omission.ATC_INVALIDATION);
            if (bond.mm != mm || !iotlb && !deviceTlb) {
                continue;
            }
            if (!begun) {
                queue.begin();
                begun = true;
            }
            if (iotlb && order == 0) {
                queue.iotlb(DOMAIN, bond.pasid, address, 0);
            } else if (iotlb) {
                queue.iotlb(DOMAIN, bond.pasid);
            }
            if (deviceTlb) {
                queue.deviceTlb(bond.function.requesterId(), bond.pasid, bond.function.depth(), address, order);
            }
        }
        if (begun) {
            queue.submitSync(0);
        }
    }

    // Page requests

    private void handlePageRequests() {
        requests.handle();
    }

    /**
     * {@code intel_svm_drain_prq()}; VT-d 7.10. Linux flushes the fault handler's own queue between the two halves,
     * here whoever calls does so afterwards: what the second half drives out is what a device sends that has not
     * stopped.
     */
    @Override
    public void drainPageRequests(Device device, int pasid) {
        Function function = function(device);
        if (!function.pri()) {
            return;
        }
        requests.awaitHandled(pasid);
        do {
            queue.begin();
            queue.fence();
            queue.iotlb(DOMAIN, pasid);
            queue.deviceTlb(function.requesterId(), pasid, function.depth(), 0, 0);
            queue.submitSync(InvalidationQueue.PAGE_REQUEST_DRAIN);
        } while (requests.hadOverflow());
    }

    /** {@code intel_svm_page_response()}: the last of a group is answered for all. */
    @Override
    public void respond(PageFault fault, PageFault.Response response) {
        if (fault.last()) {
            respond(function(fault.device()).requesterId(), fault.pasid(), fault.group(), response);
        }
    }

    void respond(int requesterId, int pasid, int group, PageFault.Response response) {
        int code =
                switch (response) {
                    case SUCCESS -> 0x0;
                    case INVALID -> 0x1;
                    case FAILURE -> 0xf;
                };
        queue.begin();
        queue.pageGroupResponse(requesterId, pasid, group, code);
        queue.submitSync(0);
    }
}
