package org.svalinn.bench;

import org.svalinn.machine.Machine;
import org.svalinn.machine.iommu.Iommu;
import org.svalinn.machine.iommu.smmuv3.SmmuIds;
import org.svalinn.machine.iommu.smmuv3.SmmuV3;
import org.svalinn.machine.memory.Owner;
import org.svalinn.machine.memory.PageState;
import org.svalinn.machine.memory.Ram;
import org.svalinn.machine.memory.Use;

/**
 * An SMMUv3 with a linear stream table: each device has a stream table entry, a linear table of context descriptors, and one
 * SubstreamID with tables of four levels. Numbers are those of the specification's registers (chapter 6), tables (chapter 5)
 * and commands (chapter 4).
 */
final class SmmuBoard implements Board {
    // Registers
    private static final long CR0 = 0x20;
    private static final long CR0ACK = 0x24;
    private static final long STRTAB_BASE = 0x80;
    private static final long STRTAB_BASE_CFG = 0x88;
    private static final long CMDQ_BASE = 0x90;
    private static final long CMDQ_PROD = 0x98;
    private static final long CMDQ_CONS = 0x9c;
    private static final long EVENTQ_BASE = 0xa0;
    private static final long PRIQ_BASE = 0xc0;
    private static final long PRIQ_PROD = 0x1_00c8;
    private static final long PRIQ_CONS = 0x1_00cc;

    // Commands, lower 64 bits
    private static final long CFGI_ALL = 0x04;
    private static final long CFGI_ALL_RANGE = 31;
    private static final long TLBI_NH_VA = 0x12;
    private static final long TLBI_NSNH_ALL = 0x30;
    private static final long PRI_RESP = 0x41 | 1 << 11;
    private static final long PRI_RESP_SUCCESS = 0b10 << 12;
    private static final long SYNC = 0x46;

    private static final int LOG2_STREAMS = 7;
    private static final int LOG2_COMMANDS = 8;
    private static final int LOG2_EVENTS = 7;
    private static final int LOG2_REQUESTS = 8;
    private static final int LOG2_CONTEXTS = 5;
    private static final Owner DRIVER = new Owner("the driver");

    private final SmmuV3 smmu;
    private final Ram ram;
    private final Use software = Use.of(Use.Kind.SOFTWARE, "the driver");
    private final long commands;
    private final long requests;
    private int produced;
    private int queued;
    private int consumed;
    private long pagesTaken;

    SmmuBoard(Machine machine, int devices) {
        ram = machine.ram();
        smmu = machine.iommu(
                "smmu0",
                new SmmuV3(SmmuIds.DEFAULT, machine.steps(), ram, machine.interrupts(), machine.objects(), "smmu0"));
        long streams = ram.allocate(PageState.DEVICE_TABLE, DRIVER, 2);
        for (int device = 0; device < devices; device++) {
            bind(streams, device);
        }
        commands = ram.allocate(PageState.KERNEL, DRIVER);
        requests = ram.allocate(PageState.KERNEL, DRIVER);
        smmu.writeRegister(STRTAB_BASE, 8, streams);
        smmu.writeRegister(STRTAB_BASE_CFG, 4, LOG2_STREAMS);
        smmu.writeRegister(CMDQ_BASE, 8, commands | LOG2_COMMANDS);
        smmu.writeRegister(EVENTQ_BASE, 8, ram.allocate(PageState.KERNEL, DRIVER) | LOG2_EVENTS);
        smmu.writeRegister(PRIQ_BASE, 8, requests | LOG2_REQUESTS);
        // CMDQEN, EVENTQEN, PRIQEN; when commands have invalidated everything, SMMUEN.
        enable(0b1110);
        forgetEverything();
        enable(0b1111);
    }

    private void enable(int value) {
        smmu.writeRegister(CR0, 4, value);
        if (smmu.readRegister(CR0ACK, 4) != value) {
            throw new IllegalStateException("SMMU_CR0 is not updated");
        }
    }

    /** Stream table entry (5.2): stage 1 only, full ATS. Context descriptor (5.4): TTBR0 only, 48 bits, 4 KiB. */
    private void bind(long streams, int device) {
        long contexts = ram.allocate(PageState.DEVICE_TABLE, DRIVER);
        long first = FourLevels.AARCH64.map(ram, new Owner("process " + device), ADDRESS);
        long descriptor = contexts + Board.pasid(device) * 64L;
        write(descriptor + 8, first);
        // ASID, ASET, A, R, AA64, IPS of 48 bits, V, EPD1, T0SZ.
        write(descriptor, asid(device) << 48 | 0b111L << 45 | 1L << 41 | 0b101L << 32 | 1L << 31 | 1 << 30 | 16);
        long entry = streams + Board.requesterId(device) * 64L;
        write(entry + 8, 0b01L << 28);
        write(entry, (long) LOG2_CONTEXTS << 59 | contexts | 0b101 << 1 | 1);
    }

    private static long asid(int device) {
        return 1 + device;
    }

    private void write(long address, long value) {
        ram.write(address, 8, value, software);
    }

    @Override
    public Iommu iommu() {
        return smmu;
    }

    @Override
    public void forgetTranslations() {
        command(TLBI_NSNH_ALL, 0);
        submitAndWait();
    }

    @Override
    public void forgetEverything() {
        command(CFGI_ALL, CFGI_ALL_RANGE);
        command(TLBI_NSNH_ALL, 0);
        submitAndWait();
    }

    @Override
    public void invalidate() {
        command(TLBI_NH_VA | asid(0) << 48, ADDRESS);
        submit();
    }

    @Override
    public void invalidateAndWait() {
        command(TLBI_NH_VA | asid(0) << 48, ADDRESS);
        submitAndWait();
    }

    private void command(long low, long high) {
        ram.write128(commands + (produced & (1 << LOG2_COMMANDS) - 1) * 16L, low, high, software);
        produced = next(produced, LOG2_COMMANDS);
        queued++;
    }

    /** An index with its wrap flag (3.5.1). */
    private static int next(int index, int log2) {
        return index + 1 & (2 << log2) - 1;
    }

    private void submit() {
        smmu.writeRegister(CMDQ_PROD, 4, produced);
        for (; queued > 0; queued--) {
            smmu.executeCommand();
        }
    }

    /** The consumer index passes a CMD_SYNC when all before it is complete. */
    private void submitAndWait() {
        command(SYNC, 0);
        submit();
        if (smmu.readRegister(CMDQ_CONS, 4) != produced) {
            throw new IllegalStateException("the invalidation is not complete");
        }
    }

    @Override
    public void takePageRequests() {
        int to = (int) smmu.readRegister(PRIQ_PROD, 4);
        pagesTaken += to - consumed & (2 << LOG2_REQUESTS) - 1;
        consumed = to;
        smmu.writeRegister(PRIQ_CONS, 4, consumed);
    }

    @Override
    public void answerPageRequest() {
        if ((int) smmu.readRegister(PRIQ_PROD, 4) == consumed) {
            throw new IllegalStateException("there is no page request");
        }
        long at = requests + (consumed & (1 << LOG2_REQUESTS) - 1) * 16L;
        long low = ram.read(at, 8, software);
        long high = ram.read(at + 8, 8, software);
        pagesTaken++;
        consumed = next(consumed, LOG2_REQUESTS);
        smmu.writeRegister(PRIQ_CONS, 4, consumed);
        long stream = low << 32;
        long substream = (low >>> 32 & 0xf_ffff) << 12;
        command(PRI_RESP | substream | stream, PRI_RESP_SUCCESS | high & 0x1ff);
        submit();
    }

    @Override
    public long pagesTaken() {
        return pagesTaken;
    }
}
