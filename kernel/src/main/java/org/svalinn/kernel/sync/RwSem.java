package org.svalinn.kernel.sync;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.machine.Steps;

/**
 * {@code struct rw_semaphore}: any number of readers, or one writer. Readers commute with each other.
 *
 * <p>A writer that waits does not keep new readers out, as it may in the kernel: a deadlock that needs a reader to wait
 * behind a waiting writer is not found, but for the one of an actor that reads twice, which is refused.
 */
public final class RwSem implements Lock {
    private static final int FREE = Integer.MIN_VALUE;
    private static final int[] NONE = {};
    private static final Site DOWN_READ = Site.named("down_read");
    private static final Site TRY_DOWN_READ = Site.named("down_read_trylock");
    private static final Site UP_READ = Site.named("up_read");
    private static final Site DOWN_WRITE = Site.named("down_write");
    private static final Site UP_WRITE = Site.named("up_write");

    private final Core core;
    private final String name;
    private final KernelObject.@Nullable LockPart part;
    private final long number;
    private int writer = FREE;
    private int[] readers = NONE;
    private int readerCount;

    /** A lock that is nobody's part. */
    public RwSem(Core core, String name) {
        this.core = core;
        this.name = name;
        part = null;
        number = core.slab().number(name);
    }

    /** One that is part of an object, and is freed with it. */
    public RwSem(KernelObject owner, String name) {
        this.core = owner.core();
        this.name = name;
        number = core.slab().number(name);
        part = owner.contains(this);
    }

    /** {@code down_read()}. */
    public void downRead() {
        refuseSecond(DOWN_READ);
        core.atomicity().mightSleep(DOWN_READ);
        core.scheduler().await(Operation.ENTER, number, Steps.ALL, () -> !isWritten(), DOWN_READ);
        KernelObject.use(part, DOWN_READ);
        addReader();
    }

    /**
     * {@code down_read_trylock()}: never sleeps. Readers do not matter to whether it succeeds, so it commutes with
     * them.
     */
    public boolean tryDownRead() {
        core.scheduler().step(Operation.ENTER, number, Steps.ALL, TRY_DOWN_READ);
        KernelObject.use(part, TRY_DOWN_READ);
        if (isWritten()) {
            return false;
        }
        addReader();
        return true;
    }

    /** {@code up_read()}. */
    public void upRead() {
        if (!isReader()) {
            Misuse.report(core, "bad-unlock", "ends reading under " + name + ", which it does not hold", UP_READ);
            return;
        }
        core.scheduler().step(Operation.LEAVE, number, Steps.ALL, UP_READ);
        KernelObject.use(part, UP_READ);
        int me = core.scheduler().current();
        for (int i = 0; i < readerCount; i++) {
            if (readers[i] == me) {
                readers[i] = readers[--readerCount];
                return;
            }
        }
    }

    /** {@code down_write()}. */
    public void downWrite() {
        refuseSecond(DOWN_WRITE);
        core.atomicity().mightSleep(DOWN_WRITE);
        core.scheduler().await(Operation.ACQUIRE, number, Steps.ALL, () -> !isLocked(), DOWN_WRITE);
        KernelObject.use(part, DOWN_WRITE);
        writer = core.scheduler().current();
    }

    /** {@code up_write()}. */
    public void upWrite() {
        if (!isWriter()) {
            Misuse.report(core, "bad-unlock", "ends writing under " + name + ", which it does not hold", UP_WRITE);
            return;
        }
        core.scheduler().step(Operation.RELEASE, number, Steps.ALL, UP_WRITE);
        KernelObject.use(part, UP_WRITE);
        writer = FREE;
    }

    @Override
    public boolean isHeld() {
        return isWriter() || isReader();
    }

    @Override
    public Core core() {
        return core;
    }

    /** {@code mmap_assert_write_locked()}: {@code lockdep_assert_held_write()}. */
    public void assertHeldForWriting(Site site) {
        if (!isWriter()) {
            Misuse.report(core, "lock-not-held", name + " must be held for writing here", site);
        }
    }

    @Override
    public boolean isLocked() {
        return isWritten() || readerCount > 0;
    }

    private boolean isWritten() {
        return writer != FREE;
    }

    private boolean isWriter() {
        return writer == core.scheduler().current();
    }

    private boolean isReader() {
        int me = core.scheduler().current();
        for (int i = 0; i < readerCount; i++) {
            if (readers[i] == me) {
                return true;
            }
        }
        return false;
    }

    /**
     * Two readers' sections of one actor are a deadlock as soon as a writer comes between: lockdep refuses them too.
     */
    private void refuseSecond(Site site) {
        if (isHeld()) {
            throw Misuse.halt(core, "recursive-locking", "locks " + name + ", which it holds already", site);
        }
    }

    private void addReader() {
        if (readerCount == readers.length) {
            readers = Arrays.copyOf(readers, Math.max(2, readerCount * 2));
        }
        readers[readerCount++] = core.scheduler().current();
    }

    @Override
    public long number() {
        return number;
    }

    @Override
    public String toString() {
        return name;
    }
}
