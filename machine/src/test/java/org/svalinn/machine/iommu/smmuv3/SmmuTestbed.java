package org.svalinn.machine.iommu.smmuv3;

import java.util.ArrayList;
import java.util.List;
import org.svalinn.explore.Site;
import org.svalinn.machine.HardwareObjects;
import org.svalinn.machine.Steps;
import org.svalinn.machine.iommu.Access;
import org.svalinn.machine.iommu.Function;
import org.svalinn.machine.iommu.Interrupts;
import org.svalinn.machine.iommu.InvalidationRequest;
import org.svalinn.machine.iommu.PageResponse;
import org.svalinn.machine.iommu.Transaction;
import org.svalinn.machine.memory.Owner;
import org.svalinn.machine.memory.PageState;
import org.svalinn.machine.memory.Ram;
import org.svalinn.machine.memory.Use;

/** An SMMU with memory and software around it that knows the formats: what tests program. */
final class SmmuTestbed {
    static final int SID = 0x108;
    static final int ASID = 7;
    static final Owner DRIVER = new Owner("the driver");
    static final Owner PROCESS = new Owner("process 1");
    static final Use SOFTWARE = Use.of(Use.Kind.SOFTWARE, "software");

    static final int CR0 = 0x20;
    static final int CR2 = 0x2c;
    static final int IRQ_CTRL = 0x50;
    static final int GERROR = 0x60;
    static final int GERRORN = 0x64;
    static final int STRTAB_BASE = 0x80;
    static final int STRTAB_BASE_CFG = 0x88;
    static final int CMDQ_BASE = 0x90;
    static final int CMDQ_PROD = 0x98;
    static final int CMDQ_CONS = 0x9c;
    static final int EVENTQ_BASE = 0xa0;
    static final int EVENTQ_PROD = 0x100a8;
    static final int EVENTQ_CONS = 0x100ac;
    static final int PRIQ_BASE = 0xc0;
    static final int PRIQ_PROD = 0x100c8;
    static final int PRIQ_CONS = 0x100cc;

    static final long V = 1;
    static final long CONFIG_BYPASS = 0b100 << 1;
    static final long CONFIG_S1 = 0b101 << 1;
    static final long CONFIG_S2 = 0b110 << 1;
    static final long CONFIG_NESTED = 0b111 << 1;
    /** T0SZ 16, 4 KiB, EPD1, V, IPS 48 bits, AA64, R, A. */
    static final long CD0 = 16 | 1L << 30 | 1L << 31 | 5L << 32 | 1L << 41 | 1L << 45 | 1L << 46;

    static final long CD_STALL = 1L << 44;
    /** S2T0SZ 24 (40 bits), S2SL0 1, 4 KiB, S2PS 48 bits, S2AA64, S2R. */
    static final long STE2 = 24L << 32 | 1L << 38 | 5L << 48 | 1L << 51 | 1L << 58;

    /** A page of user data: valid, unprivileged, not global, access flag set, read-only or not. */
    static final long LEAF = 0b11 | 1 << 6 | 1 << 10 | 1 << 11 | 1L << 53;

    static final long LEAF_READ_ONLY = LEAF | 1 << 7;
    /** A page of stage 2: valid, read and write, access flag. */
    static final long S2_LEAF = 0b11 | 0b11 << 6 | 1 << 10;

    final Steps steps;
    final Ram ram;
    final SmmuV3 smmu;
    final Endpoint endpoint = new Endpoint();
    final List<String> interrupts = new ArrayList<>();
    final HardwareObjects objects = new HardwareObjects();
    long streamTable;
    long contextTable;
    long commandQueue;
    long eventQueue;
    long priQueue;
    int commandLog2 = 5;
    int eventLog2 = 4;
    int priLog2 = 3;

    /** A device that only remembers what it is told. */
    final class Endpoint implements Function {
        final List<InvalidationRequest> invalidations = new ArrayList<>();
        final List<PageResponse> responses = new ArrayList<>();

        @Override
        public int requesterId() {
            return SID;
        }

        @Override
        public String name() {
            return "endpoint";
        }

        @Override
        public void invalidate(InvalidationRequest request) {
            invalidations.add(request);
        }

        @Override
        public void respond(PageResponse response) {
            responses.add(response);
        }
    }

    private final class Log implements Interrupts {
        @Override
        public void message(long address, int data) {
            interrupts.add("message %x %x".formatted(address, data));
        }

        @Override
        public void wire(int line) {
            interrupts.add("wire " + line);
        }
    }

    SmmuTestbed() {
        this(SmmuIds.DEFAULT, Steps.DIRECT);
    }

    SmmuTestbed(SmmuIds ids) {
        this(ids, Steps.DIRECT);
    }

    SmmuTestbed(SmmuIds ids, Steps steps) {
        this.steps = steps;
        ram = new Ram(steps, 256);
        smmu = new SmmuV3(ids, steps, ram, new Log(), objects, "smmu0");
        smmu.attach(endpoint);
        streamTable = ram.allocate(PageState.DEVICE_TABLE, DRIVER, 16);
        contextTable = ram.allocate(PageState.DEVICE_TABLE, DRIVER);
        commandQueue = ram.allocate(PageState.KERNEL, DRIVER);
        eventQueue = ram.allocate(PageState.KERNEL, DRIVER);
        priQueue = ram.allocate(PageState.KERNEL, DRIVER);
    }

    // Registers

    long get(long offset) {
        return smmu.readRegister(offset, 4);
    }

    void set(long offset, long value) {
        smmu.writeRegister(offset, 4, value);
    }

    void set64(long offset, long value) {
        smmu.writeRegister(offset, 8, value);
    }

    /** The way of a driver's reset: a linear stream table of 1024 entries, all queues, CR0 last. */
    SmmuTestbed enable() {
        set64(STRTAB_BASE, streamTable | 1L << 62);
        set(STRTAB_BASE_CFG, 10);
        set64(CMDQ_BASE, commandQueue | commandLog2 | 1L << 62);
        set64(EVENTQ_BASE, eventQueue | eventLog2 | 1L << 62);
        set64(PRIQ_BASE, priQueue | priLog2 | 1L << 62);
        set(CR2, 0b010);
        set(IRQ_CTRL, 0b111);
        set(CR0, 0b11111);
        return this;
    }

    // Structures

    long read(long address) {
        return ram.read(address, 8, SOFTWARE);
    }

    void write(long address, long value) {
        ram.write(address, 8, value, SOFTWARE);
    }

    long ste(int sid) {
        return streamTable + ((long) sid << 6);
    }

    /** Writes an STE, the word with V last. */
    void writeSte(int sid, long dw0, long dw1, long dw2, long dw3) {
        write(ste(sid) + 24, dw3);
        write(ste(sid) + 16, dw2);
        write(ste(sid) + 8, dw1);
        write(ste(sid), dw0);
    }

    /** An STE for stage 1 with 64 substreams in a linear table; what comes without one uses substream 0. */
    void stage1(long dw1) {
        writeSte(SID, V | CONFIG_S1 | contextTable | 6L << 59, 0b10 | dw1, 0, 0);
    }

    void writeCd(int ssid, long dw0, long table, long dw2) {
        long cd = contextTable + ((long) ssid << 6);
        write(cd + 16, dw2);
        write(cd + 8, table);
        write(cd, dw0);
    }

    static long asid(int asid) {
        return (long) asid << 48;
    }

    long table() {
        return ram.allocate(PageState.PAGE_TABLE, PROCESS);
    }

    long page() {
        return ram.allocate(PageState.USER, PROCESS);
    }

    /**
     * Maps 4 KiB of 48-bit addresses, or 2 MiB with {@code level} 2 and so on; makes tables that are missing. Gives the
     * entry's address.
     */
    long map(long root, long address, long entry, int level) {
        long table = root;
        for (int at = 0; at < level; at++) {
            table = next(table, address, at);
        }
        long place = table + index(address, level) * 8;
        write(place, entry);
        return place;
    }

    /** The same for stage 2 of 40 bits, which begins at level 1. */
    long mapStage2(long root, long ipa, long entry) {
        long table = root;
        for (int at = 1; at < 3; at++) {
            table = next(table, ipa, at);
        }
        long place = table + index(ipa, 3) * 8;
        write(place, entry);
        return place;
    }

    private long next(long table, long address, int level) {
        long place = table + index(address, level) * 8;
        long entry = read(place);
        if ((entry & 1) == 0) {
            entry = table() | 0b11;
            write(place, entry);
        }
        return entry & 0x0000_ffff_ffff_f000L;
    }

    static long index(long address, int level) {
        return address >>> 39 - 9 * level & 0x1ff;
    }

    /** Stage 1, PASID 1, one page at {@code va}; gives the leaf's address. */
    long bind(long va, long physical) {
        stage1(0b01L << 28);
        long root = table();
        writeCd(1, CD0 | asid(ASID), root, 0);
        return map(root, va, physical | LEAF, 3);
    }

    // Transactions

    Transaction translate(int pasid, long address, int access) {
        return translate(Transaction.Type.UNTRANSLATED, pasid, address, access);
    }

    Transaction translate(Transaction.Type type, int pasid, long address, int access) {
        Transaction transaction = new Transaction().begin(type, SID, pasid, address, access, false);
        smmu.translate(transaction);
        smmu.completed(transaction);
        return transaction;
    }

    Transaction load(int pasid, long address) {
        return translate(pasid, address, Access.READ);
    }

    Transaction store(int pasid, long address) {
        return translate(pasid, address, Access.WRITE);
    }

    // Queues

    /** Puts a command into the queue without telling. */
    void put(long word0, long word1) {
        int prod = (int) get(CMDQ_PROD);
        long entry = commandQueue + (prod & (1 << commandLog2) - 1) * 16L;
        write(entry, word0);
        write(entry + 8, word1);
        set(CMDQ_PROD, prod + 1 & (2 << commandLog2) - 1);
    }

    /** Gives a command and has the SMMU carry out all it has. */
    void command(long word0, long word1) {
        put(word0, word1);
        run();
    }

    void run() {
        while (smmu.hasCommand()) {
            smmu.executeCommand();
        }
    }

    void sync() {
        command(0x46, 0);
    }

    static long sid(int sid) {
        return (long) sid << 32;
    }

    static long ssid(int ssid) {
        return (long) ssid << 12;
    }

    /** The next event, four words, or none at all. */
    long[] event() {
        int prod = (int) get(EVENTQ_PROD);
        int cons = (int) get(EVENTQ_CONS);
        if (((prod ^ cons) & (2 << eventLog2) - 1) == 0) {
            return new long[0];
        }
        long entry = eventQueue + (cons & (1 << eventLog2) - 1) * 32L;
        long[] words = {read(entry), read(entry + 8), read(entry + 16), read(entry + 24)};
        set(EVENTQ_CONS, cons & 1 << 31 | cons + 1 & (2 << eventLog2) - 1);
        return words;
    }

    /** The number of the next event, 0 for none. */
    int eventNumber() {
        long[] words = event();
        return words.length == 0 ? 0 : (int) words[0] & 0xff;
    }

    static Site site(String name) {
        return Site.named(name);
    }
}
