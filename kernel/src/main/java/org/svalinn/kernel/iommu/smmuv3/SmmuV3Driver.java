package org.svalinn.kernel.iommu.smmuv3;

import static org.svalinn.kernel.iommu.smmuv3.CommandQueue.ATC_INV;
import static org.svalinn.kernel.iommu.smmuv3.CommandQueue.CFGI_ALL;
import static org.svalinn.kernel.iommu.smmuv3.CommandQueue.TLBI_NH_ASID;
import static org.svalinn.kernel.iommu.smmuv3.CommandQueue.TLBI_NH_VA;
import static org.svalinn.kernel.iommu.smmuv3.CommandQueue.TLBI_NSNH_ALL;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.kernel.design.Omission;
import org.svalinn.kernel.iommu.Device;
import org.svalinn.kernel.iommu.FaultHandler;
import org.svalinn.kernel.iommu.IommuDriver;
import org.svalinn.kernel.iommu.PageFault;
import org.svalinn.kernel.iommu.PciDevice;
import org.svalinn.kernel.mm.MachinePages;
import org.svalinn.kernel.mm.Mm;
import org.svalinn.kernel.mm.UserPages;
import org.svalinn.kernel.sync.Core;
import org.svalinn.kernel.sync.Scheduler;
import org.svalinn.machine.Machine;
import org.svalinn.machine.iommu.Interrupts;
import org.svalinn.machine.iommu.smmuv3.SmmuIds;
import org.svalinn.machine.iommu.smmuv3.SmmuV3;
import org.svalinn.machine.memory.Owner;
import org.svalinn.machine.memory.PageState;
import org.svalinn.machine.memory.Ram;
import org.svalinn.machine.paging.AArch64Entries;
import org.svalinn.machine.paging.AArch64Format;
import org.svalinn.machine.paging.AArch64Walker;
import org.svalinn.machine.pcie.Endpoint;

/**
 * The driver: {@code arm-smmu-v3.c} and {@code arm-smmu-v3-sva.c}. Functions with ATS get full ATS, and their page
 * requests come in the PRI queue; faults of all other masters stall, and come in the event queue.
 *
 * <p>The stream table has two levels, for StreamIDs below 4096; each device has a table of 64 context descriptors,
 * so PASIDs are below 64. Callers of what binds and unbinds hold the lock of shared virtual addressing
 * ({@code sva_lock}); {@link #invalidate} and {@link #respond} come at any time.
 *
 * <p>In one thing it follows 6.10 instead ({@code arm_smmu_make_sva_cd()}): a quiet context does not stall. In 6.1
 * what a stalling master still sends is reported, to be answered with an error.
 */
public final class SmmuV3Driver implements IommuDriver {
    // Registers (6.3)
    private static final int CR0 = 0x20;
    private static final int CR1 = 0x28;
    private static final int CR2 = 0x2c;
    private static final int STRTAB_BASE = 0x80;
    private static final int STRTAB_BASE_CFG = 0x88;
    private static final int CMDQ_BASE = 0x90;
    private static final int EVENTQ_BASE = 0xa0;
    private static final int PRIQ_BASE = 0xc0;
    private static final int SMMUEN = 1;
    private static final int PRIQEN = 1 << 1;
    private static final int EVENTQEN = 1 << 2;
    private static final int CMDQEN = 1 << 3;
    /** Tables and queues are inner shareable and cached, write-back. */
    private static final int COHERENT = 3 << 10 | 1 << 8 | 1 << 6 | 3 << 4 | 1 << 2 | 1;
    /** PTM: no part in the processors' broadcast invalidation. RECINVSID. */
    private static final int PRIVATE_TLB = 1 << 2 | 1 << 1;

    // One page has the first level of the stream table and all queues, at these offsets
    private static final int COMMANDS = 0x400;
    private static final int EVENTS = 0x800;
    private static final int REQUESTS = 0xc00;

    // Fields of commands (4)
    private static final long EVERY_STREAM = 31;
    private static final long SSV = 1 << 11;
    private static final int SSID_SHIFT = 12;
    private static final int TLBI_ASID_SHIFT = 48;
    private static final long ATC_ALL = 52;

    private static final long USER_PAGE =
            AArch64Walker.AP_UNPRIVILEGED | AArch64Walker.ACCESS_FLAG | AArch64Walker.NOT_GLOBAL;
    private static final AArch64Entries ENTRIES = new AArch64Entries(AArch64Format.stage1(12, 48, 48, 0));

    /** The part of an mm that is {@code mm->context}. */
    private static final long MM_CONTEXT = 1L << 32;

    private static final Site CONTEXT_GET = Site.named("arm64_mm_context_get");
    private static final Site CONTEXT_PUT = Site.named("arm64_mm_context_put");
    private static final Site BOND = Site.named("bonds of an mm change");
    private static final Site BONDS = Site.named("looks for the bonds of an mm");

    private final Core core;
    private final Scheduler scheduler;
    private final Machine machine;
    private final Ram ram;
    private final SmmuV3 smmu;
    private final StreamTable streams;
    private final CommandQueue commands;
    private final ContextDescriptors descriptors;
    private final PageFaults pageFaults;
    private final List<Master> masters = new ArrayList<>(1);
    private final List<SharedContext> contexts = new ArrayList<>(1);
    /** What steps know the bonds of all mms by: a part each. */
    private final long bondsNumber;
    private int lastAsid;
    /** {@code nr_ats_masters} is not 0. */
    private boolean hasAts;

    /**
     * Adds an SMMU to a machine and brings it up: {@code arm_smmu_device_probe()}. Functions that are added to it
     * from now on are behind it.
     *
     * @param faults takes page faults on
     */
    public SmmuV3Driver(Core core, Machine machine, FaultHandler faults) {
        this.core = core;
        this.machine = machine;
        scheduler = core.scheduler();
        ram = machine.ram();
        smmu = machine.iommu("smmu0", new SmmuV3(
                SmmuIds.DEFAULT, machine.steps(), ram, Interrupts.NONE, machine.objects(), "smmu0"));
        long page = table();
        commands = new CommandQueue(core, ram, smmu, page + COMMANDS);
        streams = new StreamTable(ram, commands, page);
        descriptors = new ContextDescriptors(core.variant(), ram, commands);
        pageFaults = new PageFaults(
                scheduler, ram, smmu, commands, page + EVENTS, page + REQUESTS, faults, this::master);
        bondsNumber = core.slab().number("bonds of smmu0");
        reset(page);
    }

    /** {@code arm_smmu_device_reset()}. */
    private void reset(long page) {
        smmu.writeRegister(CR1, 4, COHERENT);
        smmu.writeRegister(CR2, 4, PRIVATE_TLB);
        smmu.writeRegister(STRTAB_BASE, 8, page);
        smmu.writeRegister(STRTAB_BASE_CFG, 4, StreamTable.CONFIGURATION);
        smmu.writeRegister(CMDQ_BASE, 8, page + COMMANDS | CommandQueue.LOG2_ENTRIES);
        smmu.writeRegister(CR0, 4, CMDQEN);
        commands.issueWithSync(CFGI_ALL, EVERY_STREAM);
        commands.issueWithSync(TLBI_NSNH_ALL, 0);
        smmu.writeRegister(EVENTQ_BASE, 8, page + EVENTS | PageFaults.LOG2_EVENTS);
        smmu.writeRegister(CR0, 4, CMDQEN | EVENTQEN);
        smmu.writeRegister(PRIQ_BASE, 8, page + REQUESTS | PageFaults.LOG2_REQUESTS);
        smmu.writeRegister(CR0, 4, CMDQEN | EVENTQEN | PRIQEN);
        smmu.writeRegister(CR0, 4, CMDQEN | EVENTQEN | PRIQEN | SMMUEN);
    }

    /** What it drives. */
    public SmmuV3 smmu() {
        return smmu;
    }

    @Override
    public void start(Scheduler on) {
        on.spawnDaemon("smmu0", smmu::serve);
        boolean pri = false;
        for (Endpoint function : machine.functions()) {
            if (function.capabilities().ats()) {
                on.spawnDaemon(function.name() + " messages", function::serve);
                pri |= function.capabilities().pri();
            }
        }
        pageFaults.start(on, pri);
    }

    /** With the page tables of a processor with 48 bits of address and pages of 4 KiB. */
    @Override
    public UserPages userPages(String owner) {
        return new MachinePages(core, ram, owner, ENTRIES, USER_PAGE);
    }

    @Override
    public int maxPasid() {
        return ContextDescriptors.MAX_PASID;
    }

    // Devices

    /** {@code arm_smmu_probe_device()}, {@code arm_smmu_attach_dev()}: a domain of its own, of stage 1. */
    @Override
    public void probe(Device device) {
        if (!(device instanceof PciDevice pci)) {
            throw new IllegalArgumentException(device.name() + " is not a device of the machine");
        }
        Endpoint function = pci.endpoint();
        Master master = new Master(device, function, table());
        masters.add(master);
        hasAts |= master.ats();
        streams.write(master);
        function.enable();
    }

    private long table() {
        return ram.allocate(PageState.DEVICE_TABLE, Owner.KERNEL);
    }

    private Master master(Device device) {
        for (Master master : masters) {
            if (master.device() == device) {
                return master;
            }
        }
        throw new IllegalArgumentException(device.name() + " is not behind this SMMU");
    }

    private @Nullable Master master(int stream) {
        for (Master master : masters) {
            if (master.function().requesterId() == stream) {
                return master;
            }
        }
        return null;
    }

    @Override
    public String entries(int pasid) {
        List<String> valid = new ArrayList<>(1);
        for (Master master : masters) {
            if (descriptors.isValid(master, pasid)) {
                valid.add("the context descriptor of " + master.device().name());
            }
        }
        return String.join(", ", valid);
    }

    // ASIDs

    /** {@code arm_smmu_alloc_shared_cd()}. */
    @Override
    public void acquireContext(Mm mm) {
        mm.write(MM_CONTEXT, CONTEXT_GET);
        SharedContext context = find(mm);
        if (context == null) {
            context = new SharedContext(mm, ++lastAsid);
            contexts.add(context);
        }
        context.pinned++;
    }

    /** {@code arm_smmu_free_shared_cd()}. */
    @Override
    public void releaseContext(Mm mm) {
        mm.write(MM_CONTEXT, CONTEXT_PUT);
        SharedContext context = context(mm);
        if (--context.pinned == 0) {
            contexts.remove(context);
        }
    }

    private @Nullable SharedContext find(Mm mm) {
        for (SharedContext context : contexts) {
            if (context.mm == mm) {
                return context;
            }
        }
        return null;
    }

    private SharedContext context(Mm mm) {
        SharedContext context = find(mm);
        if (context == null) {
            throw new IllegalStateException(mm + " has no ASID");
        }
        return context;
    }

    // Bonds

    @Override
    public void setDevicePasid(Device device, int pasid, Mm mm) {
        Master master = master(device);
        SharedContext context = context(mm);
        changeBonds(mm);
        context.bonds.add(new SharedContext.Bond(master, pasid));
        descriptors.write(master, pasid, context);
        device.start(pasid, mm.pages().owner());
    }

    /** {@code arm_smmu_mm_release()}, for one of the devices. */
    @Override
    public void quiesceDevicePasid(Device device, int pasid, Mm mm) {
        Master master = master(device);
        SharedContext context = context(mm);
        SharedContext.Bond bond = context.bond(master);
        if (bond.cleared) {
            return;
        }
        descriptors.quiet(master, pasid);
        invalidateContext(context);
        invalidateAtc(bond, ATC_ALL);
        bond.cleared = true;
    }

    /** {@code arm_smmu_mmu_notifier_put()}, but for the notifier. */
    @Override
    public void removeDevicePasid(Device device, int pasid, Mm mm) {
        Master master = master(device);
        SharedContext context = context(mm);
        SharedContext.Bond bond = context.bond(master);
        descriptors.clear(master, pasid);
        if (!bond.cleared) {
            invalidateContext(context);
            invalidateAtc(bond, ATC_ALL);
        }
        changeBonds(mm);
        context.bonds.remove(bond);
    }

    private void changeBonds(Mm mm) {
        scheduler.step(Operation.WRITE, bondsNumber, part(mm), BOND);
    }

    private static long part(Mm mm) {
        return 1L << (mm.number() & 63);
    }

    // Translations

    /**
     * {@code arm_smmu_mm_invalidate_range()}: what the SMMU remembers goes first, and then what devices do (3.9.1). A
     * device that is bound meanwhile is looked for after that: it may have found what the SMMU still remembered.
     */
    @Override
    public void invalidate(Mm mm, long start, long end) {
        SharedContext context = contextOfBonds(mm);
        if (context == null) {
            return;
        }
        if (end - start > Ram.PAGE_SIZE) {
            invalidateContext(context);
        } else if (core.variant().does(Omission.IOTLB_INVALIDATION)) {
            commands.issueWithSync(TLBI_NH_VA | (long) context.asid << TLBI_ASID_SHIFT, start & -Ram.PAGE_SIZE);
        }
        if (hasAts && core.variant().does(Omission.ATC_INVALIDATION) && contextOfBonds(mm) != null) {
            invalidateAtcs(context.bonds.toArray(SharedContext.Bond[]::new), atcRange(start, end));
        }
    }

    private @Nullable SharedContext contextOfBonds(Mm mm) {
        scheduler.step(Operation.READ, bondsNumber, part(mm), BONDS);
        SharedContext context = find(mm);
        return context == null || context.bonds.isEmpty() ? null : context;
    }

    /** {@code arm_smmu_tlb_inv_asid()}. */
    private void invalidateContext(SharedContext context) {
        if (core.variant().does(Omission.IOTLB_INVALIDATION)) {
            commands.issueWithSync(TLBI_NH_ASID | (long) context.asid << TLBI_ASID_SHIFT, 0);
        }
    }

    /** {@code arm_smmu_atc_inv_to_cmd()}: the smallest aligned power of two of pages that covers the range. */
    private static long atcRange(long start, long end) {
        long first = start >>> Ram.PAGE_SHIFT;
        int span = Long.SIZE - Long.numberOfLeadingZeros(first ^ end - 1 >>> Ram.PAGE_SHIFT);
        return first >>> span << span + Ram.PAGE_SHIFT | span;
    }

    /** {@code arm_smmu_atc_inv_domain()}. */
    private void invalidateAtc(SharedContext.Bond bond, long range) {
        if (bond.master.ats() && core.variant().does(Omission.ATC_INVALIDATION)) {
            commands.issueWithSync(atcInvalidation(bond), range);
        }
    }

    /** The same for all devices of an mm, in one list. */
    private void invalidateAtcs(SharedContext.Bond[] bonds, long range) {
        boolean begun = false;
        for (SharedContext.Bond bond : bonds) {
            if (bond.master.ats()) {
                if (!begun) {
                    commands.begin();
                    begun = true;
                }
                commands.add(atcInvalidation(bond), range);
            }
        }
        if (begun) {
            commands.sync();
        }
    }

    private static long atcInvalidation(SharedContext.Bond bond) {
        return ATC_INV | SSV | (long) bond.pasid << SSID_SHIFT | bond.master.stream();
    }

    // Page faults

    @Override
    public void respond(PageFault fault, PageFault.Response response) {
        pageFaults.respond(master(fault.device()), fault, response);
    }

    @Override
    public void drainPageRequests(Device device, int pasid) {
        pageFaults.drain(master(device), pasid);
    }
}
