package org.svalinn.source.runtime;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;

/** The execution context of one actor: its stack, the calls under way, and its way to memory. */
public final class Cpu {
    private static final Site OUTSIDE = Site.named("outside of C");

    private final Image image;
    private final Memory memory;
    private final int index;
    private final long stackBase;
    private final long stackSize;
    private Bus bus = Bus.SILENT;
    private long stackPointer;
    private @Nullable Frame top;
    /** Where the step or the call of the floor that is under way is made. */
    private Site at = OUTSIDE;
    private long budget = Long.MAX_VALUE;

    public Cpu(Image image, int index) {
        this.image = image;
        this.memory = image.memory();
        this.index = index;
        stackBase = memory.stack(index);
        stackSize = memory.stackSize();
        stackPointer = stackBase;
    }

    /**
     * Begins a new execution: no call is under way, whatever became of those of the last one.
     *
     * @param bus hears of this actor's accesses from now on
     * @param budget how many loop iterations and calls C may take before {@link StepLimit} stops it
     */
    public Cpu begin(Bus bus, long budget) {
        this.bus = bus;
        this.budget = budget;
        stackPointer = stackBase;
        top = null;
        at = OUTSIDE;
        return this;
    }

    public Image image() {
        return image;
    }

    public Memory memory() {
        return memory;
    }

    /** The index of the actor: it has the heap arena and the stack of the same index. */
    public int index() {
        return index;
    }

    /** Calls a function of the image from Java. A struct by value is passed as its address. */
    public long call(CFunction function, long... arguments) {
        return call(OUTSIDE, function, arguments);
    }

    /** Calls a function of the image from a function of the floor that was itself called at {@code site}. */
    public long call(Site site, CFunction function, long... arguments) {
        @Nullable Frame caller = top;
        Site before = at;
        long pointer = stackPointer;
        long[] own = function.arguments(arguments.length, this, site);
        System.arraycopy(arguments, 0, own, 0, arguments.length);
        try {
            return function.invoke(this, own, arguments.length, site);
        } finally {
            top = caller;
            stackPointer = pointer;
            at = before;
        }
    }

    /** Where the calls under way were made, innermost first. */
    public List<Site> callPath() {
        var path = new ArrayList<Site>();
        addInlinedCallers(at, path);
        for (Frame frame = top; frame != null; frame = frame.caller) {
            if (frame.callSite != OUTSIDE) {
                path.add(frame.callSite);
                addInlinedCallers(frame.callSite, path);
            }
        }
        return path;
    }

    /** A function that was inlined has no frame: where it was called is known by the sites in it. */
    private void addInlinedCallers(Site site, List<Site> path) {
        for (Site call = image.inlinedAt(site); call != null; call = image.inlinedAt(call)) {
            path.add(call);
        }
    }

    // For the functions and nodes of C

    /** Begins a call of a C function that needs this many bytes of the stack, a multiple of 16. */
    public Frame enter(CFunction function, long[] registers, int stackBytes, Site site) {
        var frame = new Frame(this, registers, stackPointer, function, top, site);
        stackPointer += stackBytes;
        if (stackPointer > stackBase + stackSize) {
            throw unmodelled("stack overflow in " + function.name(), site);
        }
        top = frame;
        return frame;
    }

    /** Ends the call. */
    public void leave(Frame frame) {
        top = frame.caller;
        stackPointer = frame.stack;
    }

    /** Says where a function of the floor is called. */
    public void arriveAt(Site site) {
        at = site;
    }

    /** Counts one loop iteration or call. */
    public void tick(Site site) {
        if (--budget < 0) {
            at = site;
            throw new StepLimit(site, callPath());
        }
    }

    /** What to throw when something unmodelled is reached at {@code site}. */
    public Unmodelled unmodelled(String what, Site site) {
        at = site;
        return new Unmodelled(what, site, callPath());
    }

    /**
     * Says that bytes are about to be read, and checks that they may be.
     *
     * @return whether there are such bytes at all
     */
    public boolean read(long address, int size, boolean marked, Site site) {
        return isOwnStack(address) || readShared(address, size, marked, site);
    }

    /** As {@link #read}, for a write. */
    public boolean write(long address, int size, boolean marked, Site site) {
        return isOwnStack(address) || writeShared(address, size, marked, site);
    }

    private boolean isOwnStack(long address) {
        return Long.compareUnsigned(address - stackBase, stackSize) < 0;
    }

    private boolean readShared(long address, int size, boolean marked, Site site) {
        at = site;
        return memory.isReadOnly(address)
                ? readConstant(address, size, site)
                : shared(Operation.READ, address, size, marked, site);
    }

    private boolean readConstant(long address, int size, Site site) {
        if (!memory.isReadable(address, size)) {
            bus.badAccess(Operation.READ, address, size, site, this);
        }
        return memory.contains(address, size);
    }

    private boolean writeShared(long address, int size, boolean marked, Site site) {
        at = site;
        if (memory.isReadOnly(address)) {
            bus.badAccess(Operation.WRITE, address, size, site, this);
            return false;
        }
        return shared(Operation.WRITE, address, size, marked, site);
    }

    private boolean shared(Operation operation, long address, int size, boolean marked, Site site) {
        if (!memory.contains(address, size)) {
            bus.badAccess(operation, address, size, site, this);
            return false;
        }
        bus.access(operation, address, size, marked, site, this);
        if (!memory.isLive(address, size)) {
            notLive(operation, address, size, site);
        }
        return true;
    }

    private void notLive(Operation operation, long address, int size, Site site) {
        checkDefined(address, site);
        bus.badAccess(operation, address, size, site, this);
    }

    private void checkDefined(long address, Site site) {
        String global = image.undefinedGlobalAt(address);
        if (global != null) {
            throw unmodelled("global " + global + ", which no loaded file defines,", site);
        }
    }

    /** The function at an address, to be called. */
    public CFunction functionAt(long address, Site site) {
        CFunction function = image.functionAt(address);
        if (function == null) {
            throw bus.badCall(address, site, this);
        }
        return function;
    }

    /** As {@link #load}, of 8 bytes. */
    public long loadLong(long address, boolean marked, Site site) {
        return read(address, 8, marked, site) ? memory.loadLong(address) : 0;
    }

    /** Loads 1, 2, 4 or 8 bytes as executed C does: heard on the bus, checked, then read as an unsigned number. */
    public long load(long address, int size, boolean marked, Site site) {
        return read(address, size, marked, site) ? memory.load(address, size) : 0;
    }

    /** Stores 1, 2, 4 or 8 bytes as executed C does. */
    public void store(long address, int size, long value, boolean marked, Site site) {
        if (write(address, size, marked, site)) {
            memory.store(address, size, value);
        }
    }

    /** Copies bytes as one read and one write of the whole size. */
    public void copy(long to, long from, long size, Site site) {
        if (size > 0 && read(from, (int) size, false, site) && write(to, (int) size, false, site)) {
            memory.copy(to, from, size);
        }
    }

    /** Fills bytes as one write of the whole size. */
    public void fill(long address, int value, long size, Site site) {
        if (size > 0 && write(address, (int) size, false, site)) {
            memory.fill(address, value, size);
        }
    }
}
