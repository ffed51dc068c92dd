package org.svalinn.kernel.task;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.explore.Violation;
import org.svalinn.kernel.driver.CharDevice;
import org.svalinn.kernel.fs.File;
import org.svalinn.kernel.mm.LazyTlb;
import org.svalinn.kernel.mm.MemoryManagement;
import org.svalinn.kernel.mm.Mm;
import org.svalinn.kernel.mm.Vma;
import org.svalinn.kernel.pasid.PasidAllocator;
import org.svalinn.kernel.sync.Core;
import org.svalinn.kernel.sync.SpinLock;
import org.svalinn.machine.memory.Ram;
import org.svalinn.machine.pcie.Job;
import org.svalinn.machine.pcie.PasidRegister;
import org.svalinn.machine.pcie.Work;

/**
 * A process or thread: {@code struct task_struct}, with its system calls, at the end of each of which it does its task
 * work. Only its own actor makes them. It goes in the order of {@code do_exit()}: the address space before the files,
 * so that the last {@code release()} of a device's file finds no address space any more.
 *
 * <p>A task that has given up its address space still has it as {@code active_mm} until it is scheduled away for the
 * last time, and holds {@code mm_count} for that.
 */
public final class Task {
    private static final int ENOSPC = -28;
    private static final int EBADF = -9;

    // Parts of it by which steps know what they touch
    private static final long SIGNALS = 1;
    private static final long DEATH = 2;

    private static final Site SIGKILL = Site.named("send_signal");
    private static final Site PENDING = Site.named("signal_pending");
    private static final Site DEAD = Site.named("exit_notify");
    private static final Site WAIT = Site.named("wait4");
    private static final Site ENQCMD = Site.named("ENQCMD");

    private final Core core;
    private final MemoryManagement memory;
    private final String name;
    private final long number;
    /** {@code task_lock()}: of {@link #mm}, which others may look at. */
    private final SpinLock lock;

    private final PasidRegister pasidRegister = new PasidRegister();
    private @Nullable Mm mm;
    private final LazyTlb lazyTlb = new LazyTlb();
    private FileTable files;
    private boolean isPasidActivated;
    private boolean isKilled;
    private boolean isDead;

    /** The first task of a process that begins with a program: an address space and no open file. */
    public Task(Core core, MemoryManagement memory, String name) {
        this(core, memory, name, memory.allocate(name), new FileTable(core));
    }

    private Task(Core core, MemoryManagement memory, String name, Mm mm, FileTable files) {
        this.core = core;
        this.memory = memory;
        this.name = name;
        this.mm = mm;
        this.files = files;
        number = core.slab().number(name);
        lock = new SpinLock(core, "alloc_lock");
    }

    public String name() {
        return name;
    }

    /** Its address space; null once it has given it up. No step. */
    public @Nullable Mm mm() {
        return mm;
    }

    /** {@code current->mm}, in a system call. */
    private Mm current() {
        Mm mine = mm;
        if (mine == null) {
            throw new IllegalStateException(name + " has exited, and makes a system call");
        }
        return mine;
    }

    // Files

    /** {@code open()} of the device's node: 0, or a negative error number. */
    public int open(CharDevice device) {
        return open(device, false);
    }

    /** {@code open()} with {@code O_CLOEXEC}, if it is to be closed by {@link #exec}. */
    public int open(CharDevice device, boolean closeOnExec) {
        File file = device.open(current());
        if (file != null) {
            files.install(device, file, closeOnExec);
        }
        core.taskWork().run();
        return file == null ? ENOSPC : 0;
    }

    /** {@code close()} of what was opened last of the device: 0, or a negative error number. */
    public int close(CharDevice device) {
        boolean was = files.close(device);
        core.taskWork().run();
        return was ? 0 : EBADF;
    }

    // Memory

    /**
     * {@code mmap()} of one page there: anonymous memory, or the registers behind the file that is open of the device,
     * which the area holds. 0, or a negative error number.
     */
    public int mmap(long address, @Nullable CharDevice device) {
        int error = device == null
                ? current().mmap().anonymous(address, Ram.PAGE_SIZE, Vma.Flag.WRITE)
                : mapFile(address, device);
        core.taskWork().run();
        return error;
    }

    private int mapFile(long address, CharDevice device) {
        File file = files.get(device);
        if (file == null) {
            return EBADF;
        }
        int error = current().mmap().file(file, address, Ram.PAGE_SIZE, Vma.Flag.WRITE, Vma.Flag.DONT_COPY);
        files.done(file);
        return error;
    }

    /** Stores to the page: a page fault, if it is not there. Whether it could: if not, SIGSEGV. */
    public boolean touch(long address) {
        boolean could = current().fault(address, true);
        core.taskWork().run();
        return could;
    }

    /** {@code munmap()} of the page. */
    public int munmap(long address) {
        int error = current().mmap().unmap(address, Ram.PAGE_SIZE);
        core.taskWork().run();
        return error;
    }

    /** {@code mprotect()} of the page. */
    public int mprotect(long address, boolean writable) {
        return current().mmap().protect(address, Ram.PAGE_SIZE, writable);
    }

    /** {@code mremap()} of the page from one address to another. */
    public int mremap(long from, long to) {
        int error = current().mmap().move(from, to, Ram.PAGE_SIZE);
        core.taskWork().run();
        return error;
    }

    // Birth and death

    /**
     * {@code fork()}: a process of that name, which has copies of the file table and of the address space, and no
     * PASID.
     */
    public Task fork(String child) {
        FileTable copy = files.copy();
        return new Task(core, memory, child, memory.duplicate(current(), child), copy);
    }

    /**
     * {@code clone()} of a thread: {@code CLONE_VM | CLONE_FILES | CLONE_THREAD}. Its PASID register is not the
     * parent's ({@code fpu_clone()}): it has its own #GP.
     */
    public Task clone(String thread) {
        files.share();
        current().get();
        return new Task(core, memory, thread, current(), files);
    }

    /**
     * {@code execve()} ({@code begin_new_exec()}): a new address space, and the old one is put; files stay open unless
     * they were opened to be closed. The PASID register is cleared, but not {@code pasid_activated}: that is so in 6.1,
     * and who had enqueued before gets no second fix-up.
     *
     * <p>Other threads of the process must be gone: {@code de_thread()} is the scenario's.
     */
    public void exec() {
        Mm fresh = memory.allocate(name);
        files = files.unshare();
        lock.lock();
        Mm old = current();
        mm = fresh;
        lock.unlock();
        old.put();
        pasidRegister.write(0);
        files.closeOnExec();
        core.taskWork().run();
    }

    /** {@code do_exit()}: the last thing that the task does. */
    public void exit() {
        exitMm();
        exitFiles();
    }

    /** {@code exit_files()} and what comes after it: the second half of {@link #exit}. */
    public void exitFiles() {
        files.put();
        core.taskWork().run();
        core.scheduler().step(Operation.SIGNAL, number, DEATH, DEAD);
        isDead = true;
        finishTaskSwitch();
    }

    /** {@code exit_mm()}: the first half of {@link #exit}. */
    public void exitMm() {
        Mm mine = current();
        lazyTlb.enter(mine);
        lock.lock();
        mm = null;
        lock.unlock();
        mine.put();
    }

    /** {@code finish_task_switch()}, by whoever runs next: the lazy reference goes. */
    private void finishTaskSwitch() {
        lazyTlb.leave();
    }

    /** {@code wait4()}: until that one is dead. */
    public void awaitExit(Task other) {
        core.scheduler().await(Operation.WAIT, other.number, DEATH, () -> other.isDead, WAIT);
    }

    // Signals

    /** {@code kill(SIGKILL)}: the victim's actor finds it when it asks {@link #isKilled}, and is to exit then. */
    public void kill(Task victim) {
        victim.sigkill();
    }

    private void sigkill() {
        core.scheduler().step(Operation.WRITE, number, SIGNALS, SIGKILL);
        isKilled = true;
    }

    /** Whether it has been killed: a step, on the way back to user space. */
    public boolean isKilled() {
        core.scheduler().step(Operation.READ, number, SIGNALS, PENDING);
        return isKilled;
    }

    /**
     * The OOM killer, called by this task, picks that one ({@code __oom_kill_process()}): SIGKILL, and the reaper has
     * what it can take. Whether it still had an address space.
     */
    public boolean oomKill(Task victim) {
        victim.lock.lock();
        Mm theirs = victim.mm;
        if (theirs != null) {
            memory.oomKiller().kill(theirs, victim::sigkill);
        }
        victim.lock.unlock();
        return theirs != null;
    }

    // ENQCMD

    /** {@code mm->pasid} of its address space; {@code PasidAllocator.INVALID} if it has none: a step. */
    public int pasid() {
        Mm mine = mm;
        return mine == null ? PasidAllocator.INVALID : mine.pasid();
    }

    /** What the processor has as this task's PASID. */
    public PasidRegister pasidRegister() {
        return pasidRegister;
    }

    /**
     * ENQCMD to the portal of the device's work queue. The first one of a task raises #GP, at which the kernel gives it
     * the PASID of its address space, if that has one.
     *
     * <p>It goes through a mapping of the portal: none is taken away while it is under way ({@code mmap_lock} stands
     * for what a TLB shoot-down waits for).
     *
     * @return the work as it will be done; null if the task gets SIGSEGV, for want of a mapping or a PASID, or Retry
     */
    public @Nullable Job enqcmd(CharDevice device, Work work) {
        Mm mine = current();
        if (!pasidRegister.isValid() && !fixupGeneralProtection()) {
            return null;
        }
        mine.lock().downRead();
        Job job = hasPortal(mine, device) ? device.device().enqcmd(pasidRegister, work) : null;
        int pasid = mine.pasid();
        if (job != null && pasid != pasidRegister.pasid()) {
            core.scheduler().report(new Violation(
                    "stale-pasid",
                    name + " enqueues work with PASID " + pasidRegister.pasid()
                            + ", which its address space has no more",
                    List.of(core.scheduler().end("enqueued by", ENQCMD))));
        }
        mine.lock().upRead();
        return job;
    }

    private static boolean hasPortal(Mm mine, CharDevice device) {
        for (Vma area : mine.mmap().areas()) {
            File file = area.file();
            if (file != null && device.has(file)) {
                return true;
            }
        }
        return false;
    }

    /** {@code try_fixup_enqcmd_gp()}. */
    private boolean fixupGeneralProtection() {
        int pasid = current().pasid();
        if (pasid == PasidAllocator.INVALID || isPasidActivated) {
            return false;
        }
        pasidRegister.write(pasid | PasidRegister.VALID);
        isPasidActivated = true;
        return true;
    }

    @Override
    public String toString() {
        return name;
    }
}
