/**
 * Processes and threads: {@code kernel/{fork,exit,signal}.c}, {@code fs/{exec,file}.c}, and ENQCMD.
 *
 * <p>A {@link org.svalinn.kernel.task.Task} is what its actor does: system calls, faults, and {@code do_exit()}, which
 * puts the address space first and closes files after. That order, and a file table that outlives an address space
 * or is shared with another, is what makes lifetimes differ. The last reference of a file is given up by task work,
 * where a system call returns.
 *
 * <p>What is not modelled: a signal comes only where a task asks for it ({@code isKilled}); {@code exec} of a process
 * with threads, {@code CLONE_VM} without {@code CLONE_FILES}, {@code vfork}, zombies and their parents, core dumps,
 * and the {@code mmap_lock} that {@code exit_mm()} takes for their sake.
 */
@NullMarked
package org.svalinn.kernel.task;

import org.jspecify.annotations.NullMarked;
