package org.svalinn.machine.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.explore.Violation;
import org.svalinn.machine.Steps;

/**
 * A machine's own memory: pages of 4 KiB that are allocated and freed. Made anew for each execution, so a page's bytes come
 * into being only when it is allocated.
 *
 * <p>A freed page is not given out again: whoever still has its address is found out for certain, instead of when chance has
 * it that the page has become another's. {@link #reuse} gives pages out again in the order in which they were freed.
 *
 * <p>Steps know memory by blocks of 64 times eight bytes, each eight of which are a part: a page that is freed is few objects,
 * and accesses of two different eights do not conflict. A block of zeros takes no room until it is written.
 */
public final class Ram implements PhysicalMemory {
    public static final int PAGE_SHIFT = 12;
    public static final int PAGE_SIZE = 1 << PAGE_SHIFT;

    private static final int BLOCK_SHIFT = 9;
    private static final int BLOCK_SIZE = 1 << BLOCK_SHIFT;
    private static final int BLOCKS = PAGE_SIZE >>> BLOCK_SHIFT;
    private static final byte[] ZEROS = new byte[BLOCK_SIZE];

    /** Page 0 is never allocated: address 0 is nobody's. */
    private static final int FIRST_PAGE = 1;

    /** What steps know the list of free pages by: no address has this number. */
    private static final long ALLOCATOR = 1L << 49;

    private static final Site ALLOCATION = Site.named("allocates a page");
    private static final Site CONVERSION = Site.named("makes another use of a page");

    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final Steps steps;
    private final @Nullable Page[] pages;
    private final List<Integer> freed = new ArrayList<>();
    private int next = FIRST_PAGE;
    private boolean reuses;

    private static final class Page {
        final byte[] @Nullable [] blocks = new byte[BLOCKS] @Nullable [];
        PageState state;
        Owner owner;
        Violation.@Nullable End freedBy;

        Page(PageState state, Owner owner) {
            this.state = state;
            this.owner = owner;
        }

        /** The block with this address, to be read only. */
        byte[] read(long address) {
            byte[] block = blocks[block(address)];
            return block == null ? ZEROS : block;
        }

        byte[] write(long address) {
            int number = block(address);
            byte[] block = blocks[number];
            if (block == null) {
                block = new byte[BLOCK_SIZE];
                blocks[number] = block;
            }
            return block;
        }

        private static int block(long address) {
            return (int) (address >>> BLOCK_SHIFT) & BLOCKS - 1;
        }
    }

    /** Memory of that many pages. */
    public Ram(Steps steps, int pages) {
        this.steps = steps;
        this.pages = new @Nullable Page[pages];
    }

    /** Gives freed pages out again, oldest first, before ones that were never used. */
    public Ram reuse(boolean again) {
        reuses = again;
        return this;
    }

    // Pages

    /**
     * A page of zeros.
     *
     * @return its physical address
     * @throws IllegalStateException when there is none left
     */
    public long allocate(PageState state, Owner owner) {
        return allocate(state, owner, 1);
    }

    /**
     * Consecutive pages of zeros, aligned to their number, which is a power of two. Among several actors it is a step: which
     * pages each gets depends on who comes first.
     */
    public long allocate(PageState state, Owner owner, int count) {
        if (state == PageState.FREE || Integer.bitCount(count) != 1) {
            throw new IllegalArgumentException(count + " pages as " + state);
        }
        steps.step(Operation.ALLOCATE, ALLOCATOR, Steps.ALL, ALLOCATION);
        int first;
        if (count == 1 && reuses && !freed.isEmpty()) {
            first = freed.removeFirst();
            // Whoever still has its address sees the one owner's page or the other's.
            stepOnPage(Operation.WRITE, (long) first << PAGE_SHIFT, ALLOCATION);
        } else {
            first = next + count - 1 & -count;
            if (first + count > pages.length) {
                throw new IllegalStateException("the machine's " + pages.length + " pages are all in use");
            }
            next = first + count;
        }
        for (int i = 0; i < count; i++) {
            pages[first + i] = new Page(state, owner);
        }
        return (long) first << PAGE_SHIFT;
    }

    /** Frees the page at this address: a step, after which each access of it is a violation. */
    public void free(long address, Site site) {
        stepOnPage(Operation.FREE, address, site);
        Page page = page(address);
        if (page == null || page.state == PageState.FREE) {
            List<Violation.End> ends = new ArrayList<>();
            if (page != null && page.freedBy != null) {
                ends.add(page.freedBy);
            }
            ends.add(steps.end("freed again by", site));
            steps.report(new Violation("double-free", describe(address) + " is freed twice", ends));
            return;
        }
        page.state = PageState.FREE;
        page.freedBy = steps.end("freed by", site);
        if (reuses) {
            steps.step(Operation.WRITE, ALLOCATOR, Steps.ALL, site);
        }
        freed.add((int) (address >>> PAGE_SHIFT));
    }

    /** What the page at this address is. */
    public PageState state(long address) {
        Page page = page(address);
        return page == null ? PageState.FREE : page.state;
    }

    /** Whose the page at this address is, or was before it was freed; nobody's if it never was allocated. */
    public @Nullable Owner owner(long address) {
        Page page = page(address);
        return page == null ? null : page.owner;
    }

    /** Turns a page into something else without freeing it, as a kernel does that moves one between its users: a step. */
    public void convert(long address, PageState state, Owner owner) {
        stepOnPage(Operation.WRITE, address, CONVERSION);
        Page page = page(address);
        if (page == null || state == PageState.FREE) {
            throw new IllegalArgumentException("not a page to convert: " + describe(address));
        }
        page.state = state;
        page.owner = owner;
        page.freedBy = null;
    }

    /** Makes a page another's too, as fork does: a step. */
    public void share(long address, Owner other) {
        stepOnPage(Operation.WRITE, address, CONVERSION);
        Page page = page(address);
        if (page != null) {
            page.owner = Owner.both(page.owner, other);
        }
    }

    /** Makes a page no longer this one's, if it is another's too: a step. */
    public void unshare(long address, Owner one) {
        stepOnPage(Operation.WRITE, address, CONVERSION);
        Page page = page(address);
        if (page != null) {
            page.owner = page.owner.without(one);
        }
    }

    private @Nullable Page page(long address) {
        long number = address >>> PAGE_SHIFT;
        return number < pages.length ? pages[(int) number] : null;
    }

    /** The number by which steps know the block around this address; {@link #parts} tells what of it. */
    public static long object(long address) {
        return address >>> BLOCK_SHIFT;
    }

    /** The parts by which steps know the bytes from this address on, which are no more than their alignment allows. */
    public static long parts(long address, int size) {
        return (size <= Long.BYTES ? 1L : (1L << (size >>> 3)) - 1) << ((int) address >>> 3);
    }

    /** The address of the first byte of these parts of an object. */
    public static long address(long object, long parts) {
        return (object << BLOCK_SHIFT) + (parts == 0 ? 0 : Long.numberOfTrailingZeros(parts) * 8L);
    }

    /** A step on the whole of the page around this address. */
    public static void stepOnPage(Steps steps, Operation operation, long address, Site site) {
        steps.stepRange(operation, object(address & -PAGE_SIZE), BLOCKS, site);
    }

    private void stepOnPage(Operation operation, long address, Site site) {
        stepOnPage(steps, operation, address, site);
    }

    /** Such as {@code page 0x3000, a user page of process 1}. */
    public String describe(long address) {
        Page page = page(address);
        String number = "page 0x" + Long.toHexString(address & -PAGE_SIZE);
        if (page == null) {
            return number;
        }
        return number + switch (page.state) {
            case FREE -> ", freed, once of " + page.owner;
            case KERNEL -> " of " + page.owner;
            case PAGE_TABLE -> ", a page table of " + page.owner;
            case USER -> ", a user page of " + page.owner;
            case DEVICE_TABLE -> ", a device table of " + page.owner;
        };
    }

    // Access

    @Override
    public boolean contains(long address) {
        return address >>> PAGE_SHIFT < pages.length;
    }

    @Override
    public long read(long address, int size, Use use) {
        byte[] bytes = access(Operation.READ, address, size, use);
        return load(bytes, (int) address & BLOCK_SIZE - 1, size);
    }

    @Override
    public void write(long address, int size, long value, Use use) {
        byte[] bytes = access(Operation.WRITE, address, size, use);
        store(bytes, (int) address & BLOCK_SIZE - 1, size, value);
    }

    @Override
    public long compareExchange(long address, int size, long expected, long value, Use use) {
        byte[] bytes = access(Operation.UPDATE, address, size, use);
        int offset = (int) address & BLOCK_SIZE - 1;
        long found = load(bytes, offset, size);
        if (found == expected) {
            store(bytes, offset, size, value);
        }
        return found;
    }

    @Override
    public void read128(long address, long[] into, Use use) {
        byte[] bytes = access(Operation.READ, address, 16, use);
        int offset = (int) address & BLOCK_SIZE - 1;
        into[0] = (long) LONG.get(bytes, offset);
        into[1] = (long) LONG.get(bytes, offset + 8);
    }

    @Override
    public void write128(long address, long low, long high, Use use) {
        byte[] bytes = access(Operation.WRITE, address, 16, use);
        int offset = (int) address & BLOCK_SIZE - 1;
        LONG.set(bytes, offset, low);
        LONG.set(bytes, offset + 8, high);
    }

    @Override
    public void read256(long address, long[] into, Use use) {
        byte[] bytes = access(Operation.READ, address, 32, use);
        int offset = (int) address & BLOCK_SIZE - 1;
        into[0] = (long) LONG.get(bytes, offset);
        into[1] = (long) LONG.get(bytes, offset + 8);
        into[2] = (long) LONG.get(bytes, offset + 16);
        into[3] = (long) LONG.get(bytes, offset + 24);
    }

    @Override
    public void write256(long address, long first, long second, long third, long fourth, Use use) {
        byte[] bytes = access(Operation.WRITE, address, 32, use);
        int offset = (int) address & BLOCK_SIZE - 1;
        LONG.set(bytes, offset, first);
        LONG.set(bytes, offset + 8, second);
        LONG.set(bytes, offset + 16, third);
        LONG.set(bytes, offset + 24, fourth);
    }

    @Override
    public boolean compareExchange128(long address, long expectedLow, long expectedHigh, long low, long high, Use use) {
        byte[] bytes = access(Operation.UPDATE, address, 16, use);
        int offset = (int) address & BLOCK_SIZE - 1;
        if ((long) LONG.get(bytes, offset) != expectedLow || (long) LONG.get(bytes, offset + 8) != expectedHigh) {
            return false;
        }
        LONG.set(bytes, offset, low);
        LONG.set(bytes, offset + 8, high);
        return true;
    }

    /** What is in memory, without a step and without a check: for the condition of a wait on these eight bytes, and for checks. */
    public long peek(long address, int size) {
        Page page = page(address);
        return page == null ? 0 : load(page.read(address), (int) address & BLOCK_SIZE - 1, size);
    }

    /** Takes the step, and checks that the page is good for this. */
    private byte[] access(Operation operation, long address, int size, Use use) {
        if ((address & size - 1) != 0) {
            throw new IllegalArgumentException("not aligned: " + size + " bytes at 0x" + Long.toHexString(address));
        }
        steps.step(operation, object(address), parts(address, size), use.site());
        Page page = page(address);
        if (page == null) {
            page = absent(address, use);
        } else if (!isGood(page, use)) {
            bad(page, address, operation, use);
        }
        return operation == Operation.READ ? page.read(address) : page.write(address);
    }

    private static boolean isGood(Page page, Use use) {
        return switch (use.kind()) {
            case SOFTWARE -> page.state != PageState.FREE;
            case DMA -> page.state == PageState.USER && (use.owner() == null || page.owner.includes(use.owner()))
                    || page.state == PageState.KERNEL && (use.owner() == null || page.owner.includes(use.owner()));
            case WALK -> page.state == PageState.PAGE_TABLE;
            case TABLE -> page.state == PageState.DEVICE_TABLE;
            case QUEUE -> page.state == PageState.KERNEL || page.state == PageState.DEVICE_TABLE;
        };
    }

    private Page absent(long address, Use use) {
        if (!contains(address)) {
            throw new IllegalArgumentException("there is no memory at 0x" + Long.toHexString(address) + ": ask contains() first");
        }
        steps.report(new Violation(
                "wild-access",
                "%s reaches page 0x%x, which was never allocated".formatted(use.kind().text(), address >>> PAGE_SHIFT << PAGE_SHIFT),
                List.of(steps.end("used by", use.site()))));
        Page page = new Page(PageState.FREE, Owner.KERNEL);
        pages[(int) (address >>> PAGE_SHIFT)] = page;
        return page;
    }

    private void bad(Page page, long address, Operation operation, Use use) {
        String verb = operation == Operation.READ ? "reads" : operation == Operation.WRITE ? "writes" : "updates";
        Violation.End here = steps.end("used by", use.site());
        if (page.state == PageState.FREE) {
            String check = switch (use.kind()) {
                case DMA -> "dma-after-free";
                case WALK -> "walk-after-free";
                default -> "use-after-free";
            };
            steps.report(new Violation(
                    check,
                    "%s %s %s".formatted(use.kind().text(), verb, describe(address)),
                    page.freedBy == null ? List.of(here) : List.of(page.freedBy, here)));
        } else {
            String behalf = use.owner() == null ? "" : " for " + use.owner();
            steps.report(new Violation(
                    use.kind() == Use.Kind.DMA ? "isolation" : "wrong-page",
                    "%s%s %s %s".formatted(use.kind().text(), behalf, verb, describe(address)),
                    List.of(here)));
        }
    }

    private static long load(byte[] bytes, int offset, int size) {
        return switch (size) {
            case 1 -> bytes[offset] & 0xffL;
            case 2 -> (short) SHORT.get(bytes, offset) & 0xffffL;
            case 4 -> (int) INT.get(bytes, offset) & 0xffffffffL;
            case 8 -> (long) LONG.get(bytes, offset);
            default -> throw new IllegalArgumentException("size " + size);
        };
    }

    private static void store(byte[] bytes, int offset, int size, long value) {
        switch (size) {
            case 1 -> bytes[offset] = (byte) value;
            case 2 -> SHORT.set(bytes, offset, (short) value);
            case 4 -> INT.set(bytes, offset, (int) value);
            case 8 -> LONG.set(bytes, offset, value);
            default -> throw new IllegalArgumentException("size " + size);
        }
    }
}
