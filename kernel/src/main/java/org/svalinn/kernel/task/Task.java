package org.svalinn.kernel.task;

import org.jspecify.annotations.Nullable;
import org.svalinn.kernel.driver.CharDevice;
import org.svalinn.machine.pcie.Job;
import org.svalinn.machine.pcie.Work;

/**
 * A process or thread: {@code struct task_struct}, with its system calls, each of which ends on the way back to user space.
 * Only its own actor calls them. Those of a task's first page are the scenario's: addresses are its own choice.
 */
public final class Task {
    private final String name;

    Task(String name) {
        this.name = name;
    }

    public String name() {
        return name;
    }

    /** {@code open()} of the device's node, under the number that this task has for it: 0, or a negative error number. */
    public int open(CharDevice device) {
        throw new UnsupportedOperationException();
    }

    /** {@code close()}: 0, or a negative error number. */
    public int close(CharDevice device) {
        throw new UnsupportedOperationException();
    }

    /** {@code mmap()} of one page there: anonymous memory, or the open file of the device. 0, or a negative error number. */
    public int mmap(long address, @Nullable CharDevice device) {
        throw new UnsupportedOperationException();
    }

    /** Stores to the page: a page fault, if it is not there. Whether it could: if not, SIGSEGV. */
    public boolean touch(long address) {
        throw new UnsupportedOperationException();
    }

    /** {@code munmap()} of the page. */
    public int munmap(long address) {
        throw new UnsupportedOperationException();
    }

    /** {@code mprotect()} of the page. */
    public int mprotect(long address, boolean writable) {
        throw new UnsupportedOperationException();
    }

    /** {@code mremap()} of the page from one address to another. */
    public int mremap(long from, long to) {
        throw new UnsupportedOperationException();
    }

    /** {@code fork()}: a process of that name, which has copies of the address space and of the file table. */
    public Task fork(String child) {
        throw new UnsupportedOperationException();
    }

    /** {@code clone()} of a thread: {@code CLONE_VM | CLONE_FILES | CLONE_THREAD}. */
    public Task clone(String thread) {
        throw new UnsupportedOperationException();
    }

    /** {@code execve()}: a new address space, and the old one is put; files that are open stay so. */
    public void exec() {
        throw new UnsupportedOperationException();
    }

    /** {@code do_exit()}: the address space first, and then the files. The last thing that the task does. */
    public void exit() {
        throw new UnsupportedOperationException();
    }

    /** The OOM killer, called by this task, has picked that one: marks it, reaps what it can, and waits until it is gone. */
    public void oomKill(Task victim) {
        throw new UnsupportedOperationException();
    }

    /** The PASID of its address space; {@code PasidAllocator.INVALID} if it has none. No step. */
    public int pasid() {
        throw new UnsupportedOperationException();
    }

    /** ENQCMD to the device's portal: the work as it will be done; null for a task that got SIGSEGV or Retry. */
    public @Nullable Job enqcmd(CharDevice device, Work work) {
        throw new UnsupportedOperationException();
    }

    @Override
    public String toString() {
        return name;
    }
}
