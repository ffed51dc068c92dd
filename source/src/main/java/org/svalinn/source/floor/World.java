package org.svalinn.source.floor;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Run;
import org.svalinn.explore.Site;
import org.svalinn.explore.Violation;
import org.svalinn.source.runtime.Bus;
import org.svalinn.source.runtime.CFunction;
import org.svalinn.source.runtime.Cpu;
import org.svalinn.source.runtime.Image;
import org.svalinn.source.runtime.Memory;
import org.svalinn.source.runtime.Shadow;

/**
 * The state of one execution beside its memory: who is running, what is allocated, which grace periods are under way.
 *
 * <p>The same world serves every execution of an image, one after the other: {@link #begin} takes it back to the
 * snapshot. Before the first {@code begin} it serves start-up and the setup, which run alone: nothing is a step then,
 * and a violation is a {@link SetupFailure}.
 */
public final class World implements Bus {
    /** More loop iterations than any system call of a scenario needs. */
    private static final long BUDGET = 20_000_000;

    private static final long ALL_PARTS = -1L;
    private static final int PAGE_SIZE = 4096;

    private final Heap heap = new Heap(this);
    private final Ledger ledger = new Ledger(this);
    private final GracePeriods gracePeriods = new GracePeriods(this);
    private final WorkQueues workQueues = new WorkQueues(this);
    private final Devices devices = new Devices(this);
    private final Spinning spinning = new Spinning(this);
    private final Board board = new Board(this);
    private final CommandQueue commandQueue = new CommandQueue(this);
    private final List<Thread> threads = new ArrayList<>();
    private @Nullable Image image;
    private @Nullable Run run;

    /** What the floor knows of one actor: what {@code current} is, and whether it may sleep. */
    static final class Thread {
        final String name;
        long current;
        /** Spin locks held, and how often interrupts and preemption are disabled. */
        int atomic;
        /** Whose mm the next mm_struct will be, where that is not its own. */
        String mmOwner;
        /** The mm_struct for which pages are allocated now, or 0. */
        long pagesOf;
        boolean irqsDisabled;
        long preemptCount;
        /** RCU read-side sections. */
        int rcu;

        @Nullable Site atomicSince;
        List<Site> atomicPath = List.of();
        final Spinning.Loop loop = new Spinning.Loop();
        CommandQueue.Section section = CommandQueue.Section.NONE;

        Thread(String name) {
            this.name = name;
            this.mmOwner = name;
        }
    }

    public void attach(Image linked) {
        image = linked;
    }

    Image image() {
        if (image == null) {
            throw new IllegalStateException("the world has no image yet");
        }
        return image;
    }

    Memory memory() {
        return image().memory();
    }

    public Heap heap() {
        return heap;
    }

    public Ledger ledger() {
        return ledger;
    }

    public Devices devices() {
        return devices;
    }

    public GracePeriods gracePeriods() {
        return gracePeriods;
    }

    public WorkQueues workQueues() {
        return workQueues;
    }

    public Board board() {
        return board;
    }

    public CommandQueue commandQueue() {
        return commandQueue;
    }

    Spinning spinning() {
        return spinning;
    }

    // Executions

    /** Names the actor of this index and says which task it runs as. */
    public void assign(int index, String name, long task) {
        while (threads.size() <= index) {
            threads.add(new Thread("actor " + threads.size()));
        }
        Thread thread = new Thread(name);
        thread.current = task;
        threads.set(index, thread);
    }

    /** Says whose the next mm_struct is that the actor allocates. */
    public void nameNextMm(Cpu cpu, String owner) {
        thread(cpu).mmOwner = owner;
    }

    /** Takes what has been set up, here and in memory, as what every execution begins with. */
    public void snapshot() {
        gracePeriods.requireIdle();
        workQueues.requireIdle();
        board.snapshot();
        devices.snapshot();
        heap.snapshot();
        ledger.snapshot();
        memory().snapshot();
    }

    /** Begins an execution at the snapshot. */
    public void begin(Run of) {
        memory().restore();
        heap.restore();
        ledger.restore();
        gracePeriods.reset();
        workQueues.reset();
        board.restore();
        devices.restore();
        spinning.reset();
        run = of;
        threads.forEach(thread -> {
            thread.atomic = 0;
            thread.rcu = 0;
            thread.irqsDisabled = false;
            thread.preemptCount = 0;
            thread.pagesOf = 0;
            thread.atomicSince = null;
            thread.loop.reset();
            thread.section = CommandQueue.Section.NONE;
        });
    }

    /** The context of the actor of this index, ready to execute C. */
    public Cpu cpu(int index) {
        return image().cpu(index).begin(this, BUDGET);
    }

    /** The context of start-up and setup, in the middle of whatever it does. */
    Cpu bootCpu() {
        return image().cpu(0);
    }

    /** Whether several actors run: else it is start-up or the setup, alone. */
    boolean isConcurrent() {
        return run != null;
    }

    boolean isNarrating() {
        return run == null || run.isNarrating();
    }

    Run run() {
        if (run == null) {
            throw new IllegalStateException("nothing is concurrent yet");
        }
        return run;
    }

    Thread thread(Cpu cpu) {
        return threads.get(cpu.index());
    }

    // Steps

    @Override
    public void access(Operation operation, long address, int size, boolean marked, Site site, Cpu cpu) {
        boolean watched = operation == Operation.WRITE && size == Integer.BYTES && ledger.isWatched(address);
        if (run != null) {
            step(operation, address, size, site, cpu);
            if (operation == Operation.WRITE) {
                Spinning.wrote(thread(cpu));
            } else {
                spinning.read(thread(cpu), address, size);
            }
        }
        if (watched) {
            ledger.plainWrite(address, site, cpu);
        }
    }

    /** Called before each step: see {@link Spinning#settle}. */
    void settle() {
        spinning.settle();
    }

    private void step(Operation operation, long address, int size, Site site, Cpu cpu) {
        if (commandQueue.covers(thread(cpu), site)) {
            return;
        }
        settle();
        Run running = run();
        long first = address >>> 3;
        long last = address + size - 1 >>> 3;
        if (first == last) {
            running.step(operation, first, parts(address, size), site);
        } else {
            running.stepRange(operation, first, (int) (last - first + 1), site);
        }
    }

    static long parts(long address, int size) {
        return (1L << size) - 1 << (address & 7);
    }

    /** A step of the floor on bytes of memory, which must be live. */
    void touch(Operation operation, long address, int size, Site site, Cpu cpu) {
        if (run != null) {
            step(operation, address, size, site, cpu);
            if (operation == Operation.UPDATE || operation == Operation.ADD) {
                Spinning.wrote(thread(cpu));
            }
        }
        if (!memory().isLive(address, size)) {
            badAccess(operation, address, size, site, cpu);
        }
    }

    /** A step on a counter of which only matters whether it meets zero; its bytes must be live. */
    void touchCounter(long address, int size, int delta, LongSupplier value, Site site, Cpu cpu) {
        if (run != null) {
            Spinning.wrote(thread(cpu));
            if (!commandQueue.covers(thread(cpu), site)) {
                settle();
                run.count(address >>> 3, parts(address, size), delta, value, site);
            }
        }
        if (!memory().isLive(address, size)) {
            badAccess(Operation.COUNT, address, size, site, cpu);
        }
    }

    /** Waits until the condition on these bytes holds, then takes the step. */
    void await(Operation operation, long address, BooleanSupplier enabled, String what, Site site, Cpu cpu) {
        if (!memory().isLive(address, Integer.BYTES)) {
            badAccess(operation, address, Integer.BYTES, site, cpu);
        }
        if (run != null && commandQueue.coversLock(thread(cpu), site)) {
            commandQueue.checkMayGoOn(enabled, site, cpu);
        } else {
            await(operation, address >>> 3, parts(address, Integer.BYTES), enabled, what, site);
        }
    }

    void awaitObject(Operation operation, long object, BooleanSupplier enabled, String what, Site site) {
        await(operation, object, ALL_PARTS, enabled, what, site);
    }

    private void await(
            Operation operation, long object, long parts, BooleanSupplier enabled, String what, Site site) {
        if (run != null) {
            settle();
            run.await(operation, object, parts, enabled, site);
        } else {
            board.workUntil(enabled, what + " at " + site);
        }
    }

    /** A step on something that is not memory. */
    void touchObject(Operation operation, long object, Site site) {
        if (run != null) {
            settle();
            run.step(operation, object, ALL_PARTS, site);
        }
    }

    /** While the run is told to people, adds to what is told of the last step, unless that stands for many accesses. */
    void note(String text) {
        if (run != null && run.isNarrating() && !isInsideOneStep(run)) {
            run.note(text);
        }
    }

    /** Whether the actor takes, as one step, what it would otherwise take many for. */
    private boolean isInsideOneStep(Run running) {
        int index = running.isActing() ? running.current().index() + 1 : threads.size();
        return index < threads.size() && threads.get(index).section != CommandQueue.Section.NONE;
    }

    // Violations

    /** The call path of the actor from this site outwards. */
    List<Site> path(Site site, Cpu cpu) {
        var path = new ArrayList<Site>();
        path.add(site);
        path.addAll(cpu.callPath());
        return path;
    }

    Violation.End end(String role, Site site, Cpu cpu) {
        return new Violation.End(role, thread(cpu).name, path(site, cpu));
    }

    void report(Violation violation) {
        if (run == null) {
            throw SetupFailure.of(violation);
        }
        run.report(violation);
    }

    RuntimeException halt(Violation violation) {
        if (run == null) {
            throw SetupFailure.of(violation);
        }
        return run.halt(violation);
    }

    @Override
    public void badAccess(Operation operation, long address, int size, Site site, Cpu cpu) {
        String verb = operation == Operation.READ ? "read" : operation == Operation.WRITE ? "written" : "used";
        Shadow state = memory().state(address);
        Heap.Allocation object = heap.find(address);
        Violation.End here = end("used by", site, cpu);
        if (object != null && object.isFreed()) {
            report(new Violation(
                    "use-after-free",
                    "%s is %s after it was freed".formatted(describe(address), verb),
                    List.of(object.freed(), here, object.allocated()),
                    "use-after-free of %s freed at %s by %s".formatted(
                            object.kind(), object.freed().path().getFirst(), here.path().getLast().function())));
        } else if (object != null) {
            report(new Violation(
                    "out-of-bounds",
                    "%d bytes at offset %d of %s are %s, beyond its end".formatted(
                            size, address - object.address(), object.name(), verb),
                    List.of(here, object.allocated())));
        } else if (state == Shadow.READ_ONLY) {
            throw halt(new Violation("write-to-read-only", "read-only data is written", List.of(here)));
        } else {
            String pointer = Long.compareUnsigned(address, PAGE_SIZE) < 0 ? "a NULL pointer is dereferenced"
                    : Long.compareUnsigned(address, -PAGE_SIZE) >= 0 ? "an error pointer is dereferenced"
                    : "a wild pointer is dereferenced: 0x" + Long.toHexString(address);
            throw halt(new Violation("bad-pointer", pointer, List.of(here)));
        }
    }

    /** Calls a function through a pointer that the kernel handed to the floor. */
    void callBack(long pointer, Site site, Cpu cpu, long... arguments) {
        call(pointer, site, cpu, arguments);
    }

    /** The same, and gives its result. */
    long call(long pointer, Site site, Cpu cpu, long... arguments) {
        CFunction function = image().functionAt(pointer);
        if (function == null) {
            throw halt(new Violation("bad-pointer", "a wild function pointer is called: 0x" + Long.toHexString(pointer),
                    List.of(end("called by", site, cpu))));
        }
        return cpu.call(site, function, arguments);
    }

    /** A sleeping function was called: it must be allowed here. */
    void mightSleep(Site site, Cpu cpu) {
        Thread thread = thread(cpu);
        if (thread.atomic > 0 || thread.rcu > 0) {
            Site since = thread.atomicSince == null ? site : thread.atomicSince;
            report(new Violation(
                    "sleeping-in-atomic",
                    "a function that may sleep is called " + (thread.atomic > 0 ? "where preemption is disabled" : "in an RCU read-side section"),
                    List.of(end("sleeps", site, cpu), new Violation.End("atomic since", thread.name, thread.atomicPath.isEmpty() ? List.of(since) : thread.atomicPath))));
        }
    }

    /** The actor can no longer be preempted, at least until it calls {@link #leaveAtomic}. */
    void enterAtomic(Site site, Cpu cpu) {
        Thread thread = thread(cpu);
        beginReading(thread, site, cpu);
        thread.atomic++;
    }

    void leaveAtomic(Site site, Cpu cpu) {
        Thread thread = thread(cpu);
        thread.atomic--;
        endReading(thread, site, cpu);
    }

    void enterRcu(Site site, Cpu cpu) {
        Thread thread = thread(cpu);
        beginReading(thread, site, cpu);
        thread.rcu++;
    }

    void leaveRcu(Site site, Cpu cpu) {
        Thread thread = thread(cpu);
        thread.rcu--;
        endReading(thread, site, cpu);
    }

    private void beginReading(Thread thread, Site site, Cpu cpu) {
        if (thread.atomic == 0 && thread.rcu == 0) {
            gracePeriods.enterRcu(site, cpu);
            thread.atomicSince = site;
            thread.atomicPath = isNarrating() ? path(site, cpu) : List.of();
        }
    }

    private void endReading(Thread thread, Site site, Cpu cpu) {
        if (thread.atomic == 0 && thread.rcu == 0) {
            gracePeriods.leaveRcu(site, cpu);
        }
    }

    // For people

    /** A name for what lies at this address. */
    String describe(long address) {
        Heap.Allocation object = heap.find(address);
        if (object != null) {
            return object.name() + heap.fieldName(object, address);
        }
        Image.Global global = image().globalAt(address);
        return global != null
                ? global.name() + FieldPath.at(global.type(), address - global.address())
                : "0x" + Long.toHexString(address);
    }

    /** A name for parts of an object of explore: bytes of eight in memory, or something of the floor. */
    public String describeObject(long object, long parts) {
        if (board.objects().has(object)) {
            return board.objects().name(object);
        }
        return FloorObject.is(object)
                ? FloorObject.describe(object)
                : describe((object << 3) + Long.numberOfTrailingZeros(parts));
    }
}
