package org.svalinn.bench;

import org.svalinn.machine.Machine;
import org.svalinn.machine.iommu.Iommu;
import org.svalinn.machine.iommu.vtd.VtdConfig;
import org.svalinn.machine.iommu.vtd.VtdIommu;
import org.svalinn.machine.memory.Owner;
import org.svalinn.machine.memory.PageState;
import org.svalinn.machine.memory.Ram;
import org.svalinn.machine.memory.Use;

/**
 * A VT-d unit in scalable mode: each device has a context entry, a PASID directory, a PASID table and one PASID with
 * first-stage tables of four levels. Numbers are those of the specification's registers (chapter 11), tables (chapter 9) and
 * descriptors (6.5.2, 7.4, 7.7).
 */
final class VtdBoard implements Board {
    // Registers
    private static final long GCMD = 0x18;
    private static final long GSTS = 0x1c;
    private static final long RTADDR = 0x20;
    private static final long IQT = 0x88;
    private static final long IQA = 0x90;
    private static final long PQH = 0xc0;
    private static final long PQT = 0xc8;
    private static final long PQA = 0xd0;
    private static final long PRS = 0xdc;

    private static final long SCALABLE_MODE = 0b01L << 10;
    private static final long WIDE_DESCRIPTORS = 1L << 11;
    private static final long SET_ROOT_TABLE = 1L << 30;
    private static final long QUEUED_INVALIDATION = 1L << 26;
    private static final long TRANSLATION = 1L << 31;

    // Descriptors, lower 64 bits
    private static final long CONTEXT_GLOBAL = 0x1 | 0b01 << 4;
    private static final long IOTLB_GLOBAL = 0x2 | 0b01 << 4;
    private static final long PASID_CACHE_GLOBAL = 0x7 | 0b11 << 4;
    private static final long PASID_IOTLB_PAGE = 0x6 | 0b11 << 4;
    private static final long WAIT_STATUS_WRITE = 0x5 | 1 << 5;
    private static final long PAGE_GROUP_RESPONSE = 0x9 | 1 << 4;

    private static final int DESCRIPTOR = 32;
    private static final int DOMAIN = 1;
    private static final Owner DRIVER = new Owner("the driver");

    private final VtdIommu vtd;
    private final Ram ram;
    private final Use software = Use.of(Use.Kind.SOFTWARE, "the driver");
    private final long queue;
    private final long pageQueue;
    private final long status;
    private long tail;
    private int queued;
    private long pageHead;
    private long waits;
    private long pagesTaken;

    VtdBoard(Machine machine, int devices) {
        ram = machine.ram();
        vtd = machine.iommu(
                "dmar0",
                new VtdIommu("dmar0", VtdConfig.standard(), ram, machine.steps(), machine.objects(), machine.interrupts()));
        long root = ram.allocate(PageState.DEVICE_TABLE, DRIVER);
        long contexts = ram.allocate(PageState.DEVICE_TABLE, DRIVER);
        write(root, contexts | 1);
        for (int device = 0; device < devices; device++) {
            bind(contexts, device);
        }
        queue = ram.allocate(PageState.KERNEL, DRIVER);
        pageQueue = ram.allocate(PageState.KERNEL, DRIVER);
        status = ram.allocate(PageState.KERNEL, DRIVER);
        vtd.writeRegister(RTADDR, 8, root | SCALABLE_MODE);
        command(SET_ROOT_TABLE);
        vtd.writeRegister(IQT, 8, 0);
        vtd.writeRegister(IQA, 8, queue | WIDE_DESCRIPTORS);
        command(QUEUED_INVALIDATION);
        vtd.writeRegister(PQH, 8, 0);
        vtd.writeRegister(PQT, 8, 0);
        vtd.writeRegister(PQA, 8, pageQueue);
        forgetEverything();
        command(TRANSLATION);
    }

    /** Context entry (9.4), PASID-directory entry (9.5), PASID-table entry (9.6). */
    private void bind(long contexts, int device) {
        int pasid = Board.pasid(device);
        long directory = ram.allocate(PageState.DEVICE_TABLE, DRIVER);
        long table = ram.allocate(PageState.DEVICE_TABLE, DRIVER);
        long first = FourLevels.X86_64.map(ram, new Owner("process " + device), ADDRESS);
        long entry = table + (pasid & 63) * 64L;
        write(entry + 16, first | 1 << 4 | 1 << 5);
        write(entry + 8, DOMAIN);
        write(entry, 0b001 << 6 | 1);
        write(directory + (pasid >>> 6) * 8L, table | 1);
        // Present, DTE, PASIDE, PRE.
        write(contexts + Board.requesterId(device) * 32L, directory | 0b11101);
    }

    private void write(long address, long value) {
        ram.write(address, 8, value, software);
    }

    /** A command of the global command register keeps what is on, and is waited for in the status register. */
    private void command(long bit) {
        long on = vtd.readRegister(GSTS, 4) & (QUEUED_INVALIDATION | TRANSLATION);
        vtd.writeRegister(GCMD, 4, on | bit);
        if ((vtd.readRegister(GSTS, 4) & bit) == 0) {
            throw new IllegalStateException("global command 0x%x is not done".formatted(bit));
        }
    }

    @Override
    public Iommu iommu() {
        return vtd;
    }

    @Override
    public void forgetTranslations() {
        describe(IOTLB_GLOBAL, 0);
        submitAndWait();
    }

    @Override
    public void forgetEverything() {
        describe(CONTEXT_GLOBAL, 0);
        describe(PASID_CACHE_GLOBAL, 0);
        describe(IOTLB_GLOBAL, 0);
        submitAndWait();
    }

    @Override
    public void invalidate() {
        describe(PASID_IOTLB_PAGE | DOMAIN << 16 | (long) Board.pasid(0) << 32, ADDRESS);
        submit();
    }

    @Override
    public void invalidateAndWait() {
        describe(PASID_IOTLB_PAGE | DOMAIN << 16 | (long) Board.pasid(0) << 32, ADDRESS);
        submitAndWait();
    }

    /** The upper half of each descriptor is zero, and stays so. */
    private void describe(long low, long high) {
        ram.write128(queue + tail, low, high, software);
        tail = tail + DESCRIPTOR & Ram.PAGE_SIZE - 1;
        queued++;
    }

    private void submit() {
        vtd.writeRegister(IQT, 4, tail);
        for (; queued > 0; queued--) {
            vtd.executeCommand();
        }
    }

    private void submitAndWait() {
        waits = waits + 1 & 0xffff_ffffL;
        describe(WAIT_STATUS_WRITE | waits << 32, status);
        submit();
        if (ram.read(status, 4, software) != waits) {
            throw new IllegalStateException("the invalidation is not complete");
        }
    }

    @Override
    public void takePageRequests() {
        long to = vtd.readRegister(PQT, 8);
        pagesTaken += (to - pageHead & Ram.PAGE_SIZE - 1) / DESCRIPTOR;
        taken(to);
    }

    private void taken(long to) {
        pageHead = to;
        vtd.writeRegister(PQH, 8, to);
        vtd.writeRegister(PRS, 4, 1);
    }

    @Override
    public void answerPageRequest() {
        if (vtd.readRegister(PQT, 8) == pageHead) {
            throw new IllegalStateException("there is no page request");
        }
        long low = ram.read(pageQueue + pageHead, 8, software);
        long high = ram.read(pageQueue + pageHead + 8, 8, software);
        pagesTaken++;
        taken(pageHead + DESCRIPTOR & Ram.PAGE_SIZE - 1);
        // Requester id and PASID stand at the same bits of both; the group index and LPIG too.
        describe(PAGE_GROUP_RESPONSE | low & 0x000f_ffff_ffff_0000L, high & 0xffc);
        submit();
    }

    @Override
    public long pagesTaken() {
        return pagesTaken;
    }
}
