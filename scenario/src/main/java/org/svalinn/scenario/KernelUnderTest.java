package org.svalinn.scenario;

import java.util.List;
import org.svalinn.explore.Run;
import org.svalinn.explore.Site;
import org.svalinn.explore.Violation;

/**
 * What a scenario asks of a kernel. Tasks and devices go by number, in the order in which the scenario mentions them; a
 * task's number stands for the task itself, or for what it calls on its own actor.
 *
 * <p>A kernel may keep what the setup has made and go back to it before each execution, or start anew each time.
 */
public interface KernelUnderTest {
    // The setup

    /** Whether the setup is made once, before all executions, and not in each of them. */
    boolean keepsSetup();

    /** The setup has been made, for the first time or once more. */
    void endOfSetup();

    /** Makes a process that was there before, with an mm and a file table of its own. */
    void addProcess(int task);

    // Executions

    /** Goes to where the setup has been made, or has yet to be. */
    void begin(Run run);

    /** The body of this actor, which the scenario has at this position, is about to be spawned. */
    void spawning(int actor, int task);

    /** Spawns the actors that no scenario mentions: the kernel's own, and hardware's. Those of the scenario come before. */
    void spawnDaemons(Run run);

    /** The kernel's own word when everything is quiet. */
    void finish();

    // System calls of a task

    /** open(2); gives why it failed, or nothing. */
    String open(int task, int device);

    void close(int task, int device);

    /** mmap(2) of the device's file. */
    void mapFile(int task, int device, long address);

    void map(int task, long address);

    /** A store of user space to the anonymous page that was mapped last, which is there. */
    void touch(int task, long address);

    /** munmap(2) of the page that was mapped last, which is there. */
    void unmap(int task, long address);

    /** mprotect(2) of the page: it can only be read. */
    void protect(int task, long address);

    /** mremap(2) of the page. */
    void remap(int task, long from, long to);

    /** execve(2). */
    void exec(int task);

    /** ENQCMD of a write to the page; whether it reached memory. Waits until it is done. */
    boolean enqcmd(int task, int device, long address);

    /** fork(2), or clone(2) of a thread. */
    void bear(int task, int child, boolean thread);

    void exit(int task);

    /**
     * The OOM killer, called by this task, picks the victim: marks it, reaps what it can, and waits until it is gone.
     *
     * @param signal what kills the victim
     * @param awaitExit waits until it has exited
     */
    void oomKill(int task, int victim, Runnable signal, Runnable awaitExit);

    // Devices

    /** The PASID of the task's mm; 0 when it has none. Not a step. */
    int pasid(int task);

    /** A device reads or writes eight bytes; whether it reached memory. On the device's own actor. */
    boolean dma(int device, int pasid, long address, boolean write);

    // For people

    String describe(long object, long parts);

    /** The calls under way of an actor, innermost first. */
    List<Site> callPath(int actor);

    /** Every reference that was taken in the run that is being told, or in the setup. */
    List<Reference> references();

    /** What was allocated since boot and is still alive. */
    List<Leftover> leftovers();

    /** What every search of this scenario on this kernel leaves out, a clause each. */
    List<String> bounds();

    /**
     * Something that is still allocated.
     *
     * @param name what it is
     * @param kind its type in the kernel
     * @param allocated who allocated it
     */
    record Leftover(String name, String kind, Violation.End allocated) {}
}
