package org.svalinn.machine.driver;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Run;
import org.svalinn.explore.Site;
import org.svalinn.machine.Machine;
import org.svalinn.machine.Steps;
import org.svalinn.machine.iommu.Interrupts;
import org.svalinn.machine.iommu.smmuv3.SmmuIds;
import org.svalinn.machine.iommu.smmuv3.SmmuV3;
import org.svalinn.machine.memory.Owner;
import org.svalinn.machine.memory.PageState;
import org.svalinn.machine.memory.Ram;
import org.svalinn.machine.memory.Use;
import org.svalinn.machine.paging.AArch64Entries;
import org.svalinn.machine.paging.AArch64Format;
import org.svalinn.machine.paging.AArch64Walker;
import org.svalinn.machine.pcie.Endpoint;

/**
 * Drives an SMMUv3 (IHI 0070): a two-level stream table, and for each function a linear table of 64 context
 * descriptors, so PASIDs are below 64. Functions with ATS get full ATS; faults of others stall, and are resumed when
 * the page is there.
 *
 * <p>One command is under way at a time: each list of commands ends in CMD_SYNC, and the caller waits until the SMMU
 * has consumed that. Translations are invalidated and synchronised before the ATCs are (3.9.1).
 */
public final class SmmuDriver implements IommuDriver, Interrupts {
    // Registers (6.3)
    private static final int CR0 = 0x20;
    private static final int IRQ_CTRL = 0x50;
    private static final int STRTAB_BASE = 0x80;
    private static final int STRTAB_BASE_CFG = 0x88;
    private static final int CMDQ_BASE = 0x90;
    private static final int CMDQ_PROD = 0x98;
    private static final int CMDQ_CONS = 0x9c;
    private static final int EVENTQ_BASE = 0xa0;
    private static final int EVENTQ_PROD = 0x1_00a8;
    private static final int EVENTQ_CONS = 0x1_00ac;
    private static final int PRIQ_BASE = 0xc0;
    private static final int PRIQ_PROD = 0x1_00c8;
    private static final int PRIQ_CONS = 0x1_00cc;
    /** SMMUEN, PRIQEN, EVENTQEN, CMDQEN. */
    private static final int ENABLE_ALL = 0b1111;
    private static final int ENABLE_QUEUES = 0b1110;
    private static final int PRIQ_AND_EVENTQ_INTERRUPTS = 0b110;

    // Each queue fills a page
    private static final int LOG2_COMMANDS = 8;
    private static final int LOG2_EVENTS = 7;
    private static final int LOG2_REQUESTS = 8;

    // Stream table: FMT = two levels, SPLIT = 6, of 16 bits of StreamID (6.3.25); each second level is a page
    private static final int STREAM_TABLE = 1 << 16 | 6 << 6 | 16;
    private static final int SPAN_64 = 7;
    private static final int LOG2_CONTEXTS = 6;

    // Commands (chapter 4)
    private static final long CFGI_STE = 0x03;
    private static final long CFGI_ALL = 0x04;
    private static final long CFGI_CD = 0x05;
    private static final long TLBI_NH_ASID = 0x11;
    private static final long TLBI_NH_VA = 0x12;
    private static final long TLBI_NSNH_ALL = 0x30;
    private static final long ATC_INV = 0x40;
    private static final long PRI_RESP = 0x41;
    private static final long RESUME = 0x44;
    private static final long SYNC = 0x46;
    private static final long SSV = 1 << 11;
    private static final long LEAF = 1;
    private static final long EVERY_STREAM = 31;
    private static final long WHOLE_SPACE = 52;
    private static final long RESUME_RETRY = 1 << 12;
    private static final long RESUME_ABORT = 2 << 12;
    private static final long RESPONSE_SUCCESS = 0b10 << 12;
    private static final long RESPONSE_INVALID = 0b01 << 12;

    // Context descriptor (5.4): AA64, IPS of 48 bits, V, EPD1, T0SZ; R, A, ASET; S
    private static final long CD = 0b111L << 45 | 1L << 41 | 0b101L << 32 | 1L << 31 | 1 << 30 | 16;
    private static final long CD_STALL = 1L << 44;

    private static final Use TABLES = Use.of(Use.Kind.SOFTWARE, "the driver sets up a table of the SMMU");
    private static final Use CLEAR = Use.of(Use.Kind.SOFTWARE, "the driver clears the context descriptor");
    private static final Use COMMAND = Use.of(Use.Kind.SOFTWARE, "the driver writes a command");
    private static final Use RECORD = Use.of(Use.Kind.SOFTWARE, "the driver reads a fault");
    private static final Site WAIT = Site.named("the driver waits for CMD_SYNC");
    private static final Site IDLE = Site.named("waits for a fault");

    private record Binding(Endpoint function, int pasid, AddressSpace space) {}

    private final Machine machine;
    private final Steps steps;
    private final Ram ram;
    private final SmmuV3 smmu;
    /** Of the command queue, and of what is bound where. */
    private final Mutex mutex;
    /** Of the queues of faults. */
    private final Mutex faultMutex;
    private final long streamTable;
    private final long commands;
    private final long events;
    private final long requests;
    private final TreeMap<Integer, Long> secondLevels = new TreeMap<>();
    private final TreeMap<Integer, Long> contextTables = new TreeMap<>();
    private final TreeMap<Long, Long> asids = new TreeMap<>();
    private final List<Binding> bindings = new ArrayList<>();
    private final BooleanSupplier isConsumed = this::isConsumed;
    private final BooleanSupplier hasFault = this::hasFault;
    private int produced;

    /**
     * Adds an SMMU to a machine and brings it up. Functions that are added to the machine from now on are behind it.
     */
    public SmmuDriver(Machine machine, SmmuIds ids) {
        this.machine = machine;
        steps = machine.steps();
        ram = machine.ram();
        smmu = machine.iommu("smmu0", new SmmuV3(ids, steps, ram, this, machine.objects(), "smmu0"));
        mutex = new Mutex(steps, machine.objects(), "lock of the command queue");
        faultMutex = new Mutex(steps, machine.objects(), "lock of the fault queues");
        streamTable = ram.allocate(PageState.DEVICE_TABLE, Owner.KERNEL, 2);
        commands = ram.allocate(PageState.KERNEL, Owner.KERNEL);
        events = ram.allocate(PageState.KERNEL, Owner.KERNEL);
        requests = ram.allocate(PageState.KERNEL, Owner.KERNEL);
        smmu.writeRegister(STRTAB_BASE, 8, streamTable);
        smmu.writeRegister(STRTAB_BASE_CFG, 4, STREAM_TABLE);
        smmu.writeRegister(CMDQ_BASE, 8, commands | LOG2_COMMANDS);
        smmu.writeRegister(EVENTQ_BASE, 8, events | LOG2_EVENTS);
        smmu.writeRegister(PRIQ_BASE, 8, requests | LOG2_REQUESTS);
        if (steps == Steps.DIRECT) {
            // Under a scheduler an actor looks at the queues
            smmu.writeRegister(IRQ_CTRL, 4, PRIQ_AND_EVENTQ_INTERRUPTS);
        }
        smmu.writeRegister(CR0, 4, ENABLE_QUEUES);
        put(CFGI_ALL, EVERY_STREAM);
        put(TLBI_NSNH_ALL, 0);
        put(SYNC, 0);
        smmu.writeRegister(CMDQ_PROD, 4, produced);
        while (smmu.hasCommand()) {
            smmu.executeCommand();
        }
        smmu.writeRegister(CR0, 4, ENABLE_ALL);
    }

    public SmmuV3 smmu() {
        return smmu;
    }

    /** A new address space, with the page tables of a processor with 48 bits of address and pages of 4 KiB. */
    @Override
    public AddressSpace addressSpace(String name) {
        AArch64Entries entries = new AArch64Entries(AArch64Format.stage1(12, 48, 48, 0));
        long attributes = AArch64Walker.AP_UNPRIVILEGED | AArch64Walker.ACCESS_FLAG | AArch64Walker.NOT_GLOBAL;
        AddressSpace space = new AddressSpace(machine, name, entries, attributes);
        space.onChange((address, bytes, tables) -> invalidate(space, address, bytes));
        return space;
    }

    // PASIDs

    @Override
    public void bind(Endpoint function, int pasid, AddressSpace space) {
        mutex.lock();
        long descriptor = descriptor(function, pasid);
        bindings.add(new Binding(function, pasid, space));
        ram.write(descriptor + 8, 8, space.root(), TABLES);
        long stalls = function.capabilities().ats() ? 0 : CD_STALL;
        ram.write(descriptor, 8, CD | stalls | asid(space) << 48, TABLES);
        put(CFGI_CD | (long) pasid << 12 | stream(function), LEAF);
        submitAndWait();
        mutex.unlock();
        function.program(pasid, space.owner());
    }

    @Override
    public void unbind(Endpoint function, int pasid) {
        mutex.lock();
        ram.write(descriptor(function, pasid), 8, 0, CLEAR);
        for (Binding binding : bindings) {
            if (binding.function == function && binding.pasid == pasid) {
                put(CFGI_CD | (long) pasid << 12 | stream(function), LEAF);
                put(TLBI_NH_ASID | asid(binding.space) << 48, 0);
            }
        }
        bindings.removeIf(binding -> binding.function == function && binding.pasid == pasid);
        submitAndWait();
        if (function.capabilities().ats()) {
            put(ATC_INV | SSV | (long) pasid << 12 | stream(function), WHOLE_SPACE);
            submitAndWait();
        }
        mutex.unlock();
        answerFaults();
    }

    private static long stream(Endpoint function) {
        return (long) function.requesterId() << 32;
    }

    private long asid(AddressSpace space) {
        return asids.computeIfAbsent(space.root(), root -> asids.size() + 1L);
    }

    private long descriptor(Endpoint function, int pasid) {
        if (pasid < 1 || pasid >= 1 << LOG2_CONTEXTS) {
            throw new IllegalArgumentException("this driver's PASIDs are 1 to 63, not " + pasid);
        }
        int id = function.requesterId();
        long contexts = contextTables.computeIfAbsent(id, key -> {
            long made = table();
            long streams = secondLevels.computeIfAbsent(id >>> 6, high -> {
                long second = table();
                ram.write(streamTable + high * 8L, 8, second | SPAN_64, TABLES);
                return second;
            });
            // STE (5.2): EATS; S1CDMax, S1ContextPtr, Config = stage 1 only, V
            long entry = streams + (id & 63) * 64L;
            ram.write(entry + 8, 8, function.capabilities().ats() ? 1L << 28 : 0, TABLES);
            ram.write(entry, 8, (long) LOG2_CONTEXTS << 59 | made | 0b101 << 1 | 1, TABLES);
            put(CFGI_STE | stream(function), LEAF);
            return made;
        });
        return contexts + pasid * 64L;
    }

    private long table() {
        return ram.allocate(PageState.DEVICE_TABLE, Owner.KERNEL);
    }

    // Commands

    @Override
    public void invalidate(AddressSpace space, long address, long bytes) {
        mutex.lock();
        boolean single = bytes <= Ram.PAGE_SIZE;
        boolean bound = false;
        boolean cached = false;
        for (Binding binding : bindings) {
            bound |= binding.space == space;
            cached |= binding.space == space && binding.function.capabilities().ats();
        }
        if (bound) {
            put((single ? TLBI_NH_VA : TLBI_NH_ASID) | asid(space) << 48, single ? address : 0);
            submitAndWait();
        }
        if (cached) {
            for (Binding binding : bindings) {
                if (binding.space == space && binding.function.capabilities().ats()) {
                    long which = SSV | (long) binding.pasid << 12 | stream(binding.function);
                    put(ATC_INV | which, single ? address : WHOLE_SPACE);
                }
            }
            submitAndWait();
        }
        mutex.unlock();
    }

    private void put(long low, long high) {
        long slot = commands + (produced & (1 << LOG2_COMMANDS) - 1) * 16L;
        ram.write128(slot, low, high, COMMAND);
        produced = next(produced, LOG2_COMMANDS);
    }

    /** An index with its wrap flag (3.5.1). */
    private static int next(int index, int log2) {
        return index + 1 & (2 << log2) - 1;
    }

    private void submitAndWait() {
        put(SYNC, 0);
        smmu.writeRegister(CMDQ_PROD, 4, produced);
        if (!steps.isScheduled()) {
            while (smmu.hasCommand()) {
                smmu.executeCommand();
            }
        }
        steps.await(Operation.READ, smmu.registerObject(), smmu.registerParts(CMDQ_CONS), isConsumed, WAIT);
    }

    private boolean isConsumed() {
        return (int) smmu.peekRegister(CMDQ_CONS, 4) == produced;
    }

    // Faults

    @Override
    public void start(Run run) {
        run.spawnDaemon("page faults", this::serveFaults);
    }

    @Override
    public void message(long address, int data) {}

    @Override
    public void wire(int line) {
        if (!steps.isScheduled() && (line == SmmuV3.WIRE_EVENTQ || line == SmmuV3.WIRE_PRIQ)) {
            answerFaults();
        }
    }

    /** Answers page requests and faults, for ever. */
    public void serveFaults() {
        long parts = smmu.registerParts(EVENTQ_PROD)
                | smmu.registerParts(EVENTQ_CONS)
                | smmu.registerParts(PRIQ_PROD)
                | smmu.registerParts(PRIQ_CONS);
        while (true) {
            steps.await(Operation.WAIT, smmu.registerObject(), parts, hasFault, IDLE);
            answerFaults();
        }
    }

    private boolean hasFault() {
        return smmu.peekRegister(EVENTQ_PROD, 4) != smmu.peekRegister(EVENTQ_CONS, 4)
                || smmu.peekRegister(PRIQ_PROD, 4) != smmu.peekRegister(PRIQ_CONS, 4);
    }

    private void answerFaults() {
        faultMutex.lock();
        int event = (int) smmu.readRegister(EVENTQ_CONS, 4);
        while (event != (int) smmu.readRegister(EVENTQ_PROD, 4)) {
            long record = events + (event & (1 << LOG2_EVENTS) - 1) * 32L;
            long first = ram.read(record, 8, RECORD);
            long second = ram.read(record + 8, 8, RECORD);
            long address = ram.read(record + 16, 8, RECORD);
            event = next(event, LOG2_EVENTS);
            smmu.writeRegister(EVENTQ_CONS, 4, event);
            answerEvent(first, second, address);
        }
        int request = (int) smmu.readRegister(PRIQ_CONS, 4);
        while (request != (int) smmu.readRegister(PRIQ_PROD, 4)) {
            long record = requests + (request & (1 << LOG2_REQUESTS) - 1) * 16L;
            long first = ram.read(record, 8, RECORD);
            long second = ram.read(record + 8, 8, RECORD);
            request = next(request, LOG2_REQUESTS);
            smmu.writeRegister(PRIQ_CONS, 4, request);
            answerRequest(first, second);
        }
        faultMutex.unlock();
    }

    /** An event (7.3): one that stalls is resumed (4.6.1), others are only taken note of. */
    private void answerEvent(long first, long second, long address) {
        if ((second & 1L << 31) == 0) {
            return;
        }
        boolean mapped = map((int) (first >>> 32), (int) (first >>> 12) & 0xfffff, address);
        mutex.lock();
        put(RESUME | (mapped ? RESUME_RETRY : RESUME_ABORT) | first & -1L << 32, second & 0xffff);
        submitAndWait();
        mutex.unlock();
    }

    /** A page request (chapter 8); the last of a group is answered (4.5.2). */
    private void answerRequest(long first, long second) {
        boolean last = (first & 1L << 62) != 0;
        boolean stopMarker = last && (first & 3L << 60) == 0;
        if (stopMarker) {
            return;
        }
        int pasid = (int) (first >>> 32) & 0xfffff;
        boolean mapped = map((int) first, pasid, second);
        if (last) {
            mutex.lock();
            put(
                    PRI_RESP | SSV | (long) pasid << 12 | first << 32,
                    second & 0x1ff | (mapped ? RESPONSE_SUCCESS : RESPONSE_INVALID));
            submitAndWait();
            mutex.unlock();
        }
    }

    private boolean map(int stream, int pasid, long address) {
        mutex.lock();
        AddressSpace space = space(stream, pasid);
        mutex.unlock();
        if (space == null) {
            return false;
        }
        space.map(address);
        return true;
    }

    private @Nullable AddressSpace space(int stream, int pasid) {
        for (Binding binding : bindings) {
            if (binding.function.requesterId() == stream && binding.pasid == pasid) {
                return binding.space;
            }
        }
        return null;
    }
}
