package org.svalinn.machine.iommu.vtd;

import java.util.ArrayList;
import java.util.List;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.machine.HardwareObjects;
import org.svalinn.machine.Steps;
import org.svalinn.machine.iommu.Function;
import org.svalinn.machine.iommu.Interrupts;
import org.svalinn.machine.iommu.InvalidationRequest;
import org.svalinn.machine.iommu.PageResponse;
import org.svalinn.machine.iommu.Transaction;
import org.svalinn.machine.memory.Owner;
import org.svalinn.machine.memory.PageState;
import org.svalinn.machine.memory.Ram;
import org.svalinn.machine.memory.Use;

/**
 * A unit with its tables in memory and one function, as a driver would set them up: all in plain numbers of the
 * specification, so that a test can break each.
 */
final class VtdTestbed implements Interrupts {
    static final int RID = 0x0310;
    static final int DOMAIN = 7;
    static final int PASID = 5;
    static final Use CPU = Use.of(Use.Kind.SOFTWARE, "a driver");
    static final Site DRIVER = Site.named("a driver frees");

    static final int GCMD = 0x18;
    static final int GSTS = 0x1C;
    static final int RTADDR = 0x20;
    static final int FSTS = 0x34;
    static final int FECTL = 0x38;
    static final int IQH = 0x80;
    static final int IQT = 0x88;
    static final int IQA = 0x90;
    static final int ICS = 0x9C;
    static final int IECTL = 0xA0;
    static final int IQERCD = 0xB0;
    static final int PQH = 0xC0;
    static final int PQT = 0xC8;
    static final int PQA = 0xD0;
    static final int PRS = 0xDC;
    static final int PECTL = 0xE0;
    static final int FRCD = 0x220;

    static final int TE = 1 << 31;
    static final int SRTP = 1 << 30;
    static final int QIE = 1 << 26;

    final Steps steps;
    final Ram ram;
    final VtdIommu iommu;
    final VtdConfig config;
    final TestFunction function = new TestFunction(RID);
    final List<String> messages = new ArrayList<>();
    final Owner owner = new Owner("process 1");
    final Transaction transaction = new Transaction();

    long rootTable;
    long contextTable;
    long directory;
    long pasidTable;
    long queue;
    long pageRequestQueue;
    long statusWord;
    int tail;

    static final class TestFunction implements Function {
        final int rid;
        final List<InvalidationRequest> invalidations = new ArrayList<>();
        final List<PageResponse> responses = new ArrayList<>();

        TestFunction(int rid) {
            this.rid = rid;
        }

        @Override
        public int requesterId() {
            return rid;
        }

        @Override
        public String name() {
            return "function " + Integer.toHexString(rid);
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

    VtdTestbed() {
        this(VtdConfig.standard());
    }

    VtdTestbed(VtdConfig config) {
        this(config, Steps.DIRECT);
    }

    VtdTestbed(VtdConfig config, Steps steps) {
        this.config = config;
        this.steps = steps;
        ram = new Ram(steps, 512);
        iommu = new VtdIommu("dmar0", config, ram, steps, new HardwareObjects(), this);
        iommu.attach(function);
        rootTable = table();
        contextTable = table();
        directory = table();
        pasidTable = table();
        queue = ram.allocate(PageState.KERNEL, Owner.KERNEL, 2);
        pageRequestQueue = ram.allocate(PageState.KERNEL, Owner.KERNEL);
        statusWord = ram.allocate(PageState.KERNEL, Owner.KERNEL);
    }

    // Interrupts

    /** What interrupts are to steps. */
    static final long EVENTS = 1L << 60;

    private static final Site INTERRUPT = Site.named("an interrupt arrives");

    @Override
    public void message(long address, int data) {
        steps.step(Operation.SIGNAL, EVENTS, Steps.ALL, INTERRUPT);
        messages.add(Long.toHexString(address) + ":" + data);
    }

    @Override
    public void wire(int line) {
        throw new AssertionError("VT-d has no wires");
    }

    // Memory

    long table() {
        return ram.allocate(PageState.DEVICE_TABLE, Owner.KERNEL);
    }

    long pageTable() {
        return ram.allocate(PageState.PAGE_TABLE, owner);
    }

    long userPage() {
        return ram.allocate(PageState.USER, owner);
    }

    void put(long address, long value) {
        ram.write(address, 8, value, CPU);
    }

    long get(long address) {
        return ram.read(address, 8, CPU);
    }

    // Registers

    long register(int offset) {
        return iommu.readRegister(offset, 4);
    }

    void register(int offset, long value) {
        iommu.writeRegister(offset, 4, value);
    }

    void register64(int offset, long value) {
        iommu.writeRegister(offset, 8, value);
    }

    // Tables

    long contextEntry() {
        return contextEntry(RID);
    }

    long contextEntry(int rid) {
        return contextTable + (rid & 0x7f) * 32L;
    }

    long rootEntry() {
        return rootTable + (RID >>> 8) * 16L;
    }

    long directoryEntry() {
        return directory + (PASID >>> 6) * 8L;
    }

    long pasidEntry(int pasid) {
        return pasidTable + (pasid & 63) * 64L;
    }

    /** Root, context and directory entries, queues and interrupts, and everything on. */
    VtdTestbed start() {
        put(rootEntry(), contextTable | 1);
        // P, DTE, PASIDE, PRE; PDTS = 7
        put(contextEntry(), directory | 7 << 9 | 0b11101);
        put(contextEntry() + 8, 0);
        put(directoryEntry(), pasidTable | 1);
        register64(IQA, queue | 1L << 11 | 1);
        register(IQT, 0);
        register64(PQH, 0);
        register64(PQT, 0);
        register64(PQA, pageRequestQueue);
        for (int event : new int[] {FECTL, IECTL, PECTL}) {
            register(event + 4, event);
            register(event + 8, 0xFEE0_0000L);
            register(event + 12, 0);
            register(event, 0);
        }
        register64(RTADDR, rootTable | 1 << 10);
        register(GCMD, QIE);
        register(GCMD, QIE | SRTP);
        register(GCMD, QIE | TE);
        return this;
    }

    /** A first-level PASID-table entry: P, AW = 2, PGTT = 001b, PWSNP; NXE. */
    VtdTestbed firstLevel(int pasid, long pml4) {
        long entry = pasidEntry(pasid);
        put(entry + 8, DOMAIN | 1L << 23);
        put(entry + 16, pml4 | 1 << 5);
        put(entry, 1 | 2 << 2 | 1 << 6);
        return this;
    }

    /** A second-level PASID-table entry of 4 levels. */
    VtdTestbed secondLevel(int pasid, long top) {
        long entry = pasidEntry(pasid);
        put(entry + 8, DOMAIN);
        put(entry + 16, 0);
        put(entry, top | 1 | 2 << 2 | 2 << 6);
        return this;
    }

    VtdTestbed nested(int pasid, long pml4, long top) {
        long entry = pasidEntry(pasid);
        put(entry + 8, DOMAIN);
        put(entry + 16, pml4 | 1 << 5);
        put(entry, top | 1 | 2 << 2 | 3 << 6);
        return this;
    }

    VtdTestbed passThrough(int pasid) {
        long entry = pasidEntry(pasid);
        put(entry + 8, DOMAIN);
        put(entry + 16, 0);
        put(entry, 1 | 2 << 2 | 4 << 6);
        return this;
    }

    /**
     * Maps a page in tables of 4 levels whose directories have these flags, making tables as needed; gives the entry's
     * address.
     */
    long map(long top, long address, long physical, long upper, long leaf) {
        return map(top, address, physical, upper, leaf, 1);
    }

    long map(long top, long address, long physical, long upper, long leaf, int atLevel) {
        long table = top;
        for (int level = 4; level > atLevel; level--) {
            long at = table + (address >>> 3 + 9 * level & 0x1ff) * 8;
            long entry = get(at);
            if ((entry & 3) == 0) {
                entry = pageTable() | upper;
                put(at, entry);
            }
            table = entry & 0x000f_ffff_ffff_f000L;
        }
        long at = table + (address >>> 3 + 9 * atLevel & 0x1ff) * 8;
        put(at, physical | leaf);
        return at;
    }

    /** First level: P, R/W, U/S. */
    long mapUser(long pml4, long address, long physical) {
        return map(pml4, address, physical, 7, 7);
    }

    // Requests

    Transaction request(int pasid, long address, int wanted) {
        return send(Transaction.Type.UNTRANSLATED, RID, pasid, address, wanted, false);
    }

    Transaction ask(int pasid, long address, int wanted) {
        return send(Transaction.Type.TRANSLATION_REQUEST, RID, pasid, address, wanted, false);
    }

    Transaction send(Transaction.Type type, int rid, int pasid, long address, int wanted, boolean privileged) {
        transaction.begin(type, rid, pasid, address, wanted, privileged);
        iommu.translate(transaction);
        iommu.completed(transaction);
        return transaction;
    }

    // Faults

    /** Fault Reason of the record; -1 when there is none. */
    int faultReason(int record) {
        long high = iommu.readRegister(FRCD + 16L * record + 8, 8);
        return high < 0 ? (int) (high >>> 32) & 0xff : -1;
    }

    /** Reads and clears the first record and all of FSTS. */
    int takeFault() {
        int record = (int) (register(FSTS) >>> 8) & 0xff;
        int reason = faultReason(record);
        register(FRCD + 16 * record + 12, 1L << 31);
        register(FSTS, 0xff);
        return reason;
    }

    // Invalidation

    void submit(long first, long second) {
        submit(first, second, 0, 0);
    }

    void submit(long first, long second, long third, long fourth) {
        put(queue + tail, first);
        put(queue + tail + 8, second);
        put(queue + tail + 16, third);
        put(queue + tail + 24, fourth);
        tail = (tail + 32) % 8192;
        register(IQT, tail);
    }

    void serveAll() {
        while (iommu.hasCommand()) {
            iommu.executeCommand();
        }
    }

    void execute(long first, long second) {
        submit(first, second);
        serveAll();
    }

    /** Waits with a status write of {@code data}. */
    void submitWait(int data, long flags) {
        submit((long) data << 32 | 0x25 | flags, statusWord);
    }

    int status() {
        return (int) ram.read(statusWord, 4, CPU);
    }
}
