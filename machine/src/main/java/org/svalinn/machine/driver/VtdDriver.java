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
 * Drives a VT-d unit in scalable mode: brings it up, binds address spaces to PASIDs of functions by first-level
 * translation, invalidates, and answers page requests by mapping what is asked for.
 *
 * <p>One command is under way at a time. What is submitted is followed by a wait descriptor, and the caller waits
 * until its status is written.
 */
public final class VtdDriver implements IommuDriver, Interrupts {
    // Registers (VT-d 11.4)
    private static final int GLOBAL_COMMAND = 0x18;
    private static final int ROOT_TABLE_ADDRESS = 0x20;
    private static final int QUEUE_TAIL = 0x88;
    private static final int QUEUE_ADDRESS = 0x90;
    private static final int PAGE_REQUEST_HEAD = 0xc0;
    private static final int PAGE_REQUEST_TAIL = 0xc8;
    private static final int PAGE_REQUEST_ADDRESS = 0xd0;
    private static final int PAGE_REQUEST_STATUS = 0xdc;
    private static final int PAGE_REQUEST_EVENT = 0xe0;
    private static final long TRANSLATION_ENABLE = 1L << 31;
    private static final long SET_ROOT_TABLE = 1L << 30;
    private static final long QUEUED_INVALIDATION_ENABLE = 1L << 26;

    /** DW: descriptors of 256 bits; QS = 0: a queue of one page. */
    private static final long WIDE_QUEUE = 1L << 11;

    private static final int QUEUE_BYTES = Ram.PAGE_SIZE;
    private static final int DESCRIPTOR_BYTES = 32;

    /**
     * Everything, of a device-TLB invalidation (6.5.2.6): S, and the lowest clear bit of the address is its highest.
     */
    private static final long ALL_ADDRESSES = Long.MAX_VALUE & -1L << 11;

    private static final long PRESENT = 1;
    private static final int DOMAIN = 1;

    private static final Use TABLES = Use.of(Use.Kind.SOFTWARE, "the driver sets up a table of the IOMMU");
    private static final Use CLEAR = Use.of(Use.Kind.SOFTWARE, "the driver clears the PASID-table entry");
    private static final Use QUEUE = Use.of(Use.Kind.SOFTWARE, "the driver writes a descriptor");
    private static final Use REQUEST = Use.of(Use.Kind.SOFTWARE, "the driver reads a page request");
    private static final Site WAIT = Site.named("the driver waits for its invalidation");
    private static final Site INTERRUPT = Site.named("the page request event");
    private static final Site IDLE = Site.named("waits for a page request event");

    private record Binding(Endpoint function, int pasid, AddressSpace space) {}

    private final Machine machine;
    private final Steps steps;
    private final Ram ram;
    private final VtdIommu iommu;
    private final long format;
    /** Of the queue, and of what is bound where. */
    private final Mutex mutex;
    /** Of the page request queue's head. */
    private final Mutex requestMutex;
    private final long eventObject;
    private final long rootTable;
    private final long queue;
    private final long requestQueue;
    private final long statusAddress;
    private final TreeMap<Integer, Long> contextTables = new TreeMap<>();
    private final TreeMap<Integer, Long> directories = new TreeMap<>();
    private final TreeMap<Long, Long> pasidTables = new TreeMap<>();
    private final List<Binding> bindings = new ArrayList<>();
    private final BooleanSupplier hasEvent = this::hasEvent;
    private int tail;
    private int sequence;
    private boolean event;

    /** Adds a unit to a machine and brings it up. Functions that are added to the machine from now on are behind it. */
    public VtdDriver(Machine machine, VtdConfig config) {
        this.machine = machine;
        steps = machine.steps();
        ram = machine.ram();
        iommu = machine.iommu("dmar0", new VtdIommu("dmar0", config, ram, steps, machine.objects(), this));
        format = X86Walker.format(config.hostAddressWidth(), X86Walker.NXE);
        mutex = new Mutex(steps, machine.objects(), "lock of the invalidation queue");
        requestMutex = new Mutex(steps, machine.objects(), "lock of the page request queue");
        eventObject = machine.objects().add("page request event");
        rootTable = table();
        queue = ram.allocate(PageState.KERNEL, Owner.KERNEL);
        requestQueue = ram.allocate(PageState.KERNEL, Owner.KERNEL);
        statusAddress = ram.allocate(PageState.KERNEL, Owner.KERNEL);
        iommu.writeRegister(QUEUE_ADDRESS, 8, queue | WIDE_QUEUE);
        iommu.writeRegister(PAGE_REQUEST_ADDRESS, 8, requestQueue);
        iommu.writeRegister(PAGE_REQUEST_EVENT + 4, 4, 0);
        iommu.writeRegister(PAGE_REQUEST_EVENT + 8, 4, 0xfee0_0000L);
        iommu.writeRegister(PAGE_REQUEST_EVENT + 12, 4, 0);
        iommu.writeRegister(PAGE_REQUEST_EVENT, 4, 0);
        // TTM = 01b: scalable mode
        iommu.writeRegister(ROOT_TABLE_ADDRESS, 8, rootTable | 1 << 10);
        iommu.writeRegister(GLOBAL_COMMAND, 4, QUEUED_INVALIDATION_ENABLE);
        iommu.writeRegister(GLOBAL_COMMAND, 4, QUEUED_INVALIDATION_ENABLE | SET_ROOT_TABLE);
        iommu.writeRegister(GLOBAL_COMMAND, 4, QUEUED_INVALIDATION_ENABLE | TRANSLATION_ENABLE);
    }

    public VtdIommu iommu() {
        return iommu;
    }

    /** A new address space, with the page tables of an x86-64 processor of four levels. */
    @Override
    public AddressSpace addressSpace(String name) {
        AddressSpace space = new AddressSpace(machine, name, new X86Entries(format), X86Walker.USER);
        space.onChange((address, bytes, tables) -> invalidate(space, address, bytes));
        return space;
    }

    private long table() {
        return ram.allocate(PageState.DEVICE_TABLE, Owner.KERNEL);
    }

    // PASIDs

    @Override
    public void bind(Endpoint function, int pasid, AddressSpace space) {
        mutex.lock();
        long entry = entry(function.requesterId(), pasid);
        bindings.add(new Binding(function, pasid, space));
        // Domain, PWSNP; first level of 4 levels with NXE; then P, AW = 2, PGTT = 001b (9.6)
        ram.write(entry + 8, 8, DOMAIN | 1L << 23, TABLES);
        ram.write(entry + 16, 8, space.root() | 1 << 5, TABLES);
        ram.write(entry, 8, PRESENT | 2 << 2 | 1 << 6, TABLES);
        mutex.unlock();
        function.program(pasid, space.owner());
    }

    @Override
    public void unbind(Endpoint function, int pasid) {
        mutex.lock();
        ram.write(entry(function.requesterId(), pasid), 8, 0, CLEAR);
        bindings.removeIf(binding -> binding.function == function && binding.pasid == pasid);
        flush(function, pasid);
        mutex.unlock();
        answerPageRequests();
    }

    /**
     * Invalidates all of a PASID: PASID cache, IOTLB and device TLB (6.5.2); and drains page requests into their
     * queue.
     */
    private void flush(Endpoint function, int pasid) {
        long identity = (long) pasid << 32 | DOMAIN << 16;
        put(identity | 1 << 4 | 0x7, 0);
        put(identity | 2 << 4 | 0x6, 0);
        if (function.capabilities().ats()) {
            put((long) pasid << 32 | (long) function.requesterId() << 16 | 0x8, ALL_ADDRESSES);
        }
        submitAndWait(1 << 7);
    }

    private long entry(int requesterId, int pasid) {
        int bus = requesterId >>> 8;
        int half = requesterId >>> 7;
        long contexts = contextTables.computeIfAbsent(half, key -> {
            long made = table();
            ram.write(rootTable + bus * 16L + (half & 1) * 8L, 8, made | PRESENT, TABLES);
            return made;
        });
        long directory = directories.computeIfAbsent(requesterId, key -> {
            long made = table();
            // PDTS = 7, PRE, PASIDE, DTE, P (9.4)
            ram.write(contexts + (requesterId & 0x7f) * 32L, 8, made | 7 << 9 | 0b11101, TABLES);
            return made;
        });
        int index = pasid >>> 6;
        long table = pasidTables.computeIfAbsent((long) requesterId << 20 | index, key -> {
            long made = table();
            ram.write(directory + index * 8L, 8, made | PRESENT, TABLES);
            return made;
        });
        return table + (pasid & 63) * 64L;
    }

    // Invalidation

    @Override
    public void invalidate(AddressSpace space, long address, long bytes) {
        mutex.lock();
        boolean some = false;
        for (Binding binding : bindings) {
            if (binding.space == space) {
                some = true;
                invalidate(binding, address, bytes);
            }
        }
        if (some) {
            submitAndWait(0);
        }
        mutex.unlock();
    }

    private void invalidate(Binding binding, long address, long bytes) {
        boolean single = bytes <= Ram.PAGE_SIZE;
        long pasid = (long) binding.pasid << 32;
        put(pasid | DOMAIN << 16 | (single ? 3 : 2) << 4 | 0x6, single ? address : 0);
        if (binding.function.capabilities().ats()) {
            put(pasid | (long) binding.function.requesterId() << 16 | 0x8, single ? address : ALL_ADDRESSES);
        }
    }

    private void put(long first, long second) {
        ram.write(queue + tail, 8, first, QUEUE);
        ram.write(queue + tail + 8, 8, second, QUEUE);
        ram.write(queue + tail + 16, 8, 0, QUEUE);
        ram.write(queue + tail + 24, 8, 0, QUEUE);
        tail = (tail + DESCRIPTOR_BYTES) % QUEUE_BYTES;
    }

    /** A wait descriptor with a status write (6.5.2.8), and then until it is written. */
    private void submitAndWait(int flags) {
        int wanted = ++sequence;
        put((long) wanted << 32 | 1 << 5 | flags | 0x5, statusAddress);
        iommu.writeRegister(QUEUE_TAIL, 4, tail);
        if (!steps.isScheduled()) {
            while (iommu.hasCommand()) {
                iommu.executeCommand();
            }
        }
        BooleanSupplier isWritten = () -> (int) ram.peek(statusAddress, 4) == wanted;
        steps.await(Operation.READ, Ram.object(statusAddress), Ram.parts(statusAddress, 8), isWritten, WAIT);
    }

    // Page requests

    @Override
    public void start(Run run) {
        run.spawnDaemon("page faults", this::servePageRequests);
    }

    @Override
    public void message(long address, int data) {
        steps.step(Operation.SIGNAL, eventObject, Steps.ALL, INTERRUPT);
        if (!steps.isScheduled()) {
            answerPageRequests();
        } else {
            event = true;
        }
    }

    @Override
    public void wire(int line) {}

    private boolean hasEvent() {
        return event;
    }

    /** Answers page requests, for ever. */
    public void servePageRequests() {
        while (true) {
            steps.await(Operation.WAIT, eventObject, Steps.ALL, hasEvent, IDLE);
            event = false;
            answerPageRequests();
        }
    }

    private void answerPageRequests() {
        requestMutex.lock();
        iommu.writeRegister(PAGE_REQUEST_STATUS, 4, 1);
        long head = iommu.readRegister(PAGE_REQUEST_HEAD, 8);
        while (head != iommu.readRegister(PAGE_REQUEST_TAIL, 8)) {
            long first = ram.read(requestQueue + head, 8, REQUEST);
            long second = ram.read(requestQueue + head + 8, 8, REQUEST);
            head = (head + DESCRIPTOR_BYTES) % Ram.PAGE_SIZE;
            iommu.writeRegister(PAGE_REQUEST_HEAD, 8, head);
            answer(first, second);
        }
        requestMutex.unlock();
    }

    /** A page request (7.4.1): maps the page; the last of a group is answered with a page group response (6.5.2.9). */
    private void answer(long first, long second) {
        int requesterId = (int) (first >>> 16) & 0xffff;
        int pasid = (int) (first >>> 32) & 0xfffff;
        int access = (int) second & 3;
        boolean last = (second & 1 << 2) != 0;
        if (access == 0 && last) {
            // A Stop Marker
            return;
        }
        mutex.lock();
        AddressSpace space = space(requesterId, pasid);
        mutex.unlock();
        if (space != null) {
            space.map(second & -Ram.PAGE_SIZE);
        }
        if (last) {
            long code = space == null ? 1 : 0;
            mutex.lock();
            put((long) pasid << 32 | (long) requesterId << 16 | code << 12 | 1 << 4 | 0x9, second & 0xff8 | 1 << 2);
            submitAndWait(0);
            mutex.unlock();
        }
    }

    private @Nullable AddressSpace space(int requesterId, int pasid) {
        for (Binding binding : bindings) {
            if (binding.function.requesterId() == requesterId && binding.pasid == pasid) {
                return binding.space;
            }
        }
        return null;
    }
}
