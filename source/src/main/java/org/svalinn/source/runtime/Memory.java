package org.svalinn.source.runtime;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The simulated RAM: bytes at kernel virtual addresses, little endian, with a shadow that knows which of them are live.
 *
 * <p>It is cut into regions whose places never change: read-only data, writable globals, then a heap arena and a stack
 * for each actor. An actor's addresses so depend only on what that actor did, and are the same in every interleaving.
 *
 * <p>{@link #snapshot} and {@link #restore} frame an execution. There may be a hundred thousand executions a second and
 * each writes a few kilobytes, so a page is saved only when it is first written after a snapshot, is kept for all later
 * executions, and a restore copies back only the pages that were written since the last one. The shadow of a page
 * travels with it. What the linker places later, because some execution was the first to touch it, is written to the
 * saved page as well: it is there in all executions.
 *
 * <p>The operations here are raw: no check and no word to the bus. They are for the floor and for tests; executed C
 * goes through {@link Cpu}.
 */
public final class Memory {
    /** Where the RAM begins: the arm64 linear map. */
    public static final long BASE = 0xffff000000000000L;

    private static final VarHandle SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int PAGE_SHIFT = 10;
    private static final int PAGE = 1 << PAGE_SHIFT;
    private static final int GRANULE_SHIFT = 3;
    private static final int GRANULE = 1 << GRANULE_SHIFT;
    private static final int SHADOW_PAGE = PAGE >> GRANULE_SHIFT;
    /** Nothing lives below this offset, so that a small offset from the base is not an object. */
    private static final int FIRST = 4096;

    /**
     * How large the regions are, in bytes; each is rounded up to a page.
     *
     * @param actors how many heap arenas and stacks there are
     */
    public record Geometry(int readOnly, int globals, int actors, int heap, int stack) {
        public static final Geometry DEFAULT = new Geometry(4 << 20, 12 << 20, 24, 1 << 20, 64 << 10);
    }

    private final Geometry geometry;
    private final byte[] ram;
    private final byte[] shadow;
    private final int readOnlyEnd;
    private final int globalsEnd;
    private final int heaps;
    private final int stacks;
    private final int heapSize;
    private final int stackSize;
    private int nextReadOnly = FIRST;
    private int nextGlobal;

    private boolean hasSnapshot;
    private final byte[] @Nullable [] saved;
    private final byte[] dirty;
    private final int[] dirtyPages;
    private int dirtyCount;

    public Memory(Geometry geometry) {
        this.geometry = geometry;
        readOnlyEnd = pageUp(FIRST + geometry.readOnly());
        nextGlobal = readOnlyEnd;
        globalsEnd = pageUp(readOnlyEnd + geometry.globals());
        heaps = globalsEnd;
        heapSize = pageUp(geometry.heap());
        stacks = Math.addExact(heaps, Math.multiplyExact(heapSize, geometry.actors()));
        stackSize = pageUp(geometry.stack());
        int size = Math.addExact(stacks, Math.multiplyExact(stackSize, geometry.actors()));
        ram = new byte[size];
        shadow = new byte[size >> GRANULE_SHIFT];
        Arrays.fill(shadow, stacks >> GRANULE_SHIFT, shadow.length, Shadow.LIVE.code);
        int pages = size >> PAGE_SHIFT;
        saved = new byte[pages][];
        dirty = new byte[pages];
        dirtyPages = new int[pages];
    }

    private static int pageUp(int size) {
        return (size + PAGE - 1) & -PAGE;
    }

    public Geometry geometry() {
        return geometry;
    }

    // Regions

    /** The first address of the heap arena of the actor with this index; it has {@link #heapSize} bytes. */
    public long heap(int actor) {
        return BASE + heaps + (long) heapSize * checkActor(actor);
    }

    public int heapSize() {
        return heapSize;
    }

    /** The lowest address of the stack of the actor with this index; it has {@link #stackSize} bytes. */
    public long stack(int actor) {
        return BASE + stacks + (long) stackSize * checkActor(actor);
    }

    public int stackSize() {
        return stackSize;
    }

    private int checkActor(int actor) {
        if (actor < 0 || actor >= geometry.actors()) {
            throw new IllegalArgumentException("no actor " + actor + " of " + geometry.actors());
        }
        return actor;
    }

    /** Whether all the bytes are in the simulated RAM. */
    public boolean contains(long address, long size) {
        long offset = address - BASE;
        return offset >= FIRST && offset + size <= ram.length && size >= 0;
    }

    /** Whether the address lies in read-only data: const objects and string literals. */
    public boolean isReadOnly(long address) {
        long offset = address - BASE;
        return offset >= FIRST && offset < readOnlyEnd;
    }

    /**
     * Finds room for a global, as zeros in every execution.
     *
     * @return its address
     */
    public long place(long size, int alignment, boolean readOnly) {
        int start = reserve(size, alignment, readOnly);
        markInitially(start, size, readOnly ? Shadow.READ_ONLY.code : Shadow.LIVE.code);
        if (!readOnly && (size & GRANULE - 1) != 0) {
            markInitially((int) (start + size & -GRANULE), 1, (byte) (size & GRANULE - 1));
        }
        return BASE + start;
    }

    /** Finds addresses for a global that does not exist: each access of it is bad. */
    public long placeAbsent(long size, int alignment) {
        return BASE + reserve(size, alignment, false);
    }

    private int reserve(long size, int alignment, boolean readOnly) {
        int align = Math.max(GRANULE, alignment);
        int start = (int) ((BASE + (readOnly ? nextReadOnly : nextGlobal) + align - 1 & -align) - BASE);
        long end = start + Math.max(1, size);
        long limit = readOnly ? readOnlyEnd : globalsEnd;
        if (end > limit) {
            throw new IllegalStateException("no room for " + size + " more bytes of globals in " + geometry);
        }
        int next = (int) (end + 2 * GRANULE - 1) & -GRANULE;
        if (readOnly) {
            nextReadOnly = next;
        } else {
            nextGlobal = next;
        }
        return start;
    }

    private void markInitially(int offset, long size, byte code) {
        int first = offset >> GRANULE_SHIFT;
        int last = (int) (offset + size + GRANULE - 1 >> GRANULE_SHIFT);
        for (int granule = first; granule < last; granule++) {
            shadow[granule] = code;
            byte @Nullable [] page = saved[granule * GRANULE >> PAGE_SHIFT];
            if (page != null) {
                page[PAGE + (granule & SHADOW_PAGE - 1)] = code;
            }
        }
    }

    /** Writes what a global holds before anything runs: it is part of the snapshot even if that was taken before. */
    public void initialise(long address, byte[] content) {
        int offset = index(address, content.length);
        for (int i = 0; i < content.length; i++) {
            ram[offset + i] = content[i];
            byte @Nullable [] page = saved[offset + i >> PAGE_SHIFT];
            if (page != null) {
                page[offset + i & PAGE - 1] = content[i];
            }
        }
    }

    // Shadow

    public Shadow state(long address) {
        return contains(address, 1) ? Shadow.of(shadow[index(address, 1) >> GRANULE_SHIFT]) : Shadow.UNALLOCATED;
    }

    /** Whether every one of the bytes may be read and written. */
    public boolean isLive(long address, long size) {
        return isLiveGranule(address, size) || contains(address, size) && isLive((int) (address - BASE), size);
    }

    /** Whether all the bytes are in one granule, and live: what nearly every access asks. */
    private boolean isLiveGranule(long address, long size) {
        long offset = address - BASE;
        return Long.compareUnsigned(offset, ram.length) < 0
                && (offset & GRANULE - 1) + size <= shadow[(int) offset >> GRANULE_SHIFT];
    }

    private boolean isLive(int offset, long size) {
        int last = (int) (offset + size - 1);
        for (int granule = offset >> GRANULE_SHIFT; granule < last >> GRANULE_SHIFT; granule++) {
            if (shadow[granule] != Shadow.LIVE.code) {
                return false;
            }
        }
        return size <= 0 || (last & GRANULE - 1) < shadow[last >> GRANULE_SHIFT];
    }

    /** Whether every one of the bytes may be read. */
    public boolean isReadable(long address, long size) {
        return isLive(address, size) || isReadOnly(address) && isConstant(index(address, size), size);
    }

    private boolean isConstant(int offset, long size) {
        int last = (int) (offset + size - 1) >> GRANULE_SHIFT;
        for (int granule = offset >> GRANULE_SHIFT; granule <= last; granule++) {
            if (shadow[granule] != Shadow.READ_ONLY.code) {
                return false;
            }
        }
        return true;
    }

    /** Makes bytes live. The address is a multiple of 8; the rest of the last granule becomes invalid. */
    public void markLive(long address, long size) {
        mark(address, size, Shadow.LIVE);
        if ((size & GRANULE - 1) != 0) {
            shadow[index(address + size, 0) >> GRANULE_SHIFT] = (byte) (size & GRANULE - 1);
        }
    }

    /** Marks bytes as freed: each access of them is bad from now on. The address is a multiple of 8. */
    public void markFreed(long address, long size) {
        mark(address, size, Shadow.FREED);
    }

    public void markRedzone(long address, long size) {
        mark(address, size, Shadow.REDZONE);
    }

    public void markUnallocated(long address, long size) {
        mark(address, size, Shadow.UNALLOCATED);
    }

    private void mark(long address, long size, Shadow state) {
        if ((address & GRANULE - 1) != 0) {
            throw new IllegalArgumentException("not a multiple of 8: 0x" + Long.toHexString(address));
        }
        int offset = index(address, size);
        if (size > 0) {
            touch(offset, size);
            Arrays.fill(
                    shadow,
                    offset >> GRANULE_SHIFT,
                    (int) (offset + size + GRANULE - 1 >> GRANULE_SHIFT),
                    state.code);
        }
    }

    // Raw access

    private static IllegalArgumentException outside(long address, long size) {
        return new IllegalArgumentException("outside of memory: 0x" + Long.toHexString(address) + ", " + size);
    }

    private int index(long address, long size) {
        long offset = address - BASE;
        if (offset < 0 || size < 0 || offset + size > ram.length) {
            throw outside(address, size);
        }
        return (int) offset;
    }

    /** The bytes as an unsigned number; {@code size} is 1, 2, 4 or 8. */
    public long load(long address, int size) {
        int offset = index(address, size);
        return switch (size) {
            case 1 -> ram[offset] & 0xffL;
            case 2 -> (short) SHORT.get(ram, offset) & 0xffffL;
            case 4 -> (int) INT.get(ram, offset) & 0xffffffffL;
            case 8 -> (long) LONG.get(ram, offset);
            default -> throw new IllegalArgumentException("size " + size);
        };
    }

    /** The 8 bytes as a number. */
    public long loadLong(long address) {
        return (long) LONG.get(ram, index(address, 8));
    }

    /** Stores the low bytes of a number; {@code size} is 1, 2, 4 or 8. */
    public void store(long address, int size, long value) {
        int offset = index(address, size);
        touch(offset, size);
        switch (size) {
            case 1 -> ram[offset] = (byte) value;
            case 2 -> SHORT.set(ram, offset, (short) value);
            case 4 -> INT.set(ram, offset, (int) value);
            case 8 -> LONG.set(ram, offset, value);
            default -> throw new IllegalArgumentException("size " + size);
        }
    }

    /** Copies bytes, which may overlap. */
    public void copy(long to, long from, long size) {
        if (size > 0) {
            int target = index(to, size);
            touch(target, size);
            System.arraycopy(ram, index(from, size), ram, target, (int) size);
        }
    }

    public void fill(long address, int value, long size) {
        if (size > 0) {
            int offset = index(address, size);
            touch(offset, size);
            Arrays.fill(ram, offset, (int) (offset + size), (byte) value);
        }
    }

    public byte[] bytes(long address, int size) {
        int offset = index(address, size);
        return Arrays.copyOfRange(ram, offset, offset + size);
    }

    public void write(long address, byte[] content) {
        if (content.length > 0) {
            int offset = index(address, content.length);
            touch(offset, content.length);
            System.arraycopy(content, 0, ram, offset, content.length);
        }
    }

    /** The text up to a zero byte or the end of memory. */
    public String cString(long address) {
        int start = index(address, 1);
        int end = start;
        while (end < ram.length && ram[end] != 0) {
            end++;
        }
        return new String(ram, start, end - start, StandardCharsets.UTF_8);
    }

    /** Compares bytes as unsigned numbers: negative, zero or positive. */
    public int compare(long a, long b, long size) {
        int first = index(a, size);
        int second = index(b, size);
        return Arrays.compareUnsigned(
                ram, first, (int) (first + size), ram, second, (int) (second + size));
    }

    // Snapshot

    private void touch(int offset, long size) {
        if (!hasSnapshot) {
            return;
        }
        int first = offset >> PAGE_SHIFT;
        int last = (int) (offset + size - 1) >> PAGE_SHIFT;
        for (int page = first; page <= last; page++) {
            if (dirty[page] == 0) {
                firstWrite(page);
            }
        }
    }

    private void firstWrite(int page) {
        dirty[page] = 1;
        dirtyPages[dirtyCount++] = page;
        if (saved[page] == null) {
            byte[] copy = new byte[PAGE + SHADOW_PAGE];
            System.arraycopy(ram, page << PAGE_SHIFT, copy, 0, PAGE);
            System.arraycopy(shadow, page * SHADOW_PAGE, copy, PAGE, SHADOW_PAGE);
            saved[page] = copy;
        }
    }

    /** Takes the memory as it is now, shadow included, as what {@link #restore} goes back to. */
    public void snapshot() {
        for (int i = 0; i < dirtyCount; i++) {
            dirty[dirtyPages[i]] = 0;
        }
        Arrays.fill(saved, null);
        dirtyCount = 0;
        hasSnapshot = true;
    }

    /** Goes back to the last snapshot. */
    public void restore() {
        if (!hasSnapshot) {
            throw new IllegalStateException("no snapshot was taken");
        }
        for (int i = 0; i < dirtyCount; i++) {
            int page = dirtyPages[i];
            byte[] copy = saved[page];
            if (copy != null) {
                System.arraycopy(copy, 0, ram, page << PAGE_SHIFT, PAGE);
                System.arraycopy(copy, PAGE, shadow, page * SHADOW_PAGE, SHADOW_PAGE);
            }
            dirty[page] = 0;
        }
        dirtyCount = 0;
    }

    /** How many pages of 1 KiB were written since the last snapshot or restore. */
    public int dirtyPages() {
        return dirtyCount;
    }
}
