package org.svalinn.source.floor;

import java.util.function.BooleanSupplier;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.source.runtime.CFunction;
import org.svalinn.source.runtime.Cpu;

/**
 * How much of a command's way into the IOMMU's queue is one step.
 *
 * <p>arm_smmu_cmdq_issue_cmdlist() inserts commands without a lock: some fifteen accesses of words that every CPU
 * contends for. It runs as it is written; with {@link Granularity#FINE} each of these accesses is a step, and two CPUs
 * that insert at once meet in every possible way. That is how the algorithm itself is checked, on as small a scenario
 * as there is.
 *
 * <p>With {@link Granularity#COARSE} all that the function does until it has published its commands is one step, on the
 * register CMDQ_PROD, and so is nothing of what it does after its CMD_SYNC has completed. Why nothing that anybody else
 * can see is lost:
 *
 * <ul>
 *   <li>The words that it shares are the shadow of the queue's indexes, the valid map, {@code owner_prod} and {@code
 *       lock}; nothing but this function touches them. Taken in one step, an insertion finds them as after a complete
 *       one.
 *   <li>The entries of the queue are read by the SMMU only after it has seen CMDQ_PROD beyond them, which the step
 *       writes, and are written again only after CMDQ_CONS has been read, which is refused, see below.
 *   <li>What comes after the completion, putting the lock and moving the shadow of CMDQ_CONS, decides nothing but how
 *       full the queue is thought to be.
 *   <li>To wait for the completion is a step, as always.
 * </ul>
 *
 * <p>qi_submit_sync() is the same on VT-d, on the register IQT, and there it is simple: whatever it shares it touches
 * under one lock, which it gives back before it waits. In one step, then, which begins when it takes the lock, nobody
 * else ever finds it taken. That the descriptors have been completed already when it looks for the first time, so that
 * it does not give the lock back in between, is left out: whoever takes the lock meanwhile can take it as well just
 * after.
 *
 * <p>What it takes for granted is that the algorithm keeps what its comment promises, one list of commands after the
 * other, and that the queue is never full: an insertion that would have to wait, or finds no space, stops the run by
 * name.
 */
public final class CommandQueue {
    private final World world;
    private String file = "";
    private String insertion = "";
    private long tail = -1;
    private boolean locks;
    private Granularity granularity = Granularity.COARSE;

    /** How far an actor is with an insertion that is one step. */
    enum Section {
        NONE,
        /** It has been called and has touched nothing yet. */
        CALLED,
        /** The step is taken, and the commands are on their way into the queue. */
        INSERTING,
        /** The SMMU can see the commands. */
        PUBLISHED
    }

    CommandQueue(World world) {
        this.world = world;
    }

    /**
     * Says what inserts commands.
     *
     * @param file the harness's file that has the function
     * @param function the function
     * @param tail the offset of the register whose write lets the IOMMU see the commands
     * @param locks whether it takes a lock before it touches anything that it shares
     */
    static void install(Floor floor, World world, String file, String function, long tail, boolean locks) {
        CommandQueue queue = world.commandQueue();
        queue.file = file;
        queue.insertion = function;
        queue.tail = tail;
        queue.locks = locks;
        floor.add("nothing: runs as it is written, in one step unless the granularity is fine", queue::insert, function);
    }

    /** Sets it for all executions that follow. */
    public void granularity(Granularity chosen) {
        granularity = chosen;
    }

    public Granularity granularity() {
        return granularity;
    }

    private long insert(Cpu cpu, long[] args, Site site) {
        CFunction function = world.image().definition(file, insertion);
        if (granularity == Granularity.FINE || !world.isConcurrent()) {
            return cpu.call(site, function, args);
        }
        World.Thread thread = world.thread(cpu);
        thread.section = Section.CALLED;
        long result = cpu.call(site, function, args);
        thread.section = Section.NONE;
        return result;
    }

    /** Whether an access of memory by this actor is part of a step that it has taken, or takes now. */
    boolean covers(World.Thread thread, Site site) {
        if (thread.section == Section.NONE || thread.section == Section.CALLED && locks) {
            return false;
        }
        begin(thread, site);
        return true;
    }

    /** The same for a lock that it takes. */
    boolean coversLock(World.Thread thread, Site site) {
        if (thread.section == Section.NONE) {
            return false;
        }
        begin(thread, site);
        return true;
    }

    private void begin(World.Thread thread, Site site) {
        if (thread.section == Section.CALLED) {
            WorldSteps steps = world.board().touched(tail, Integer.BYTES);
            steps.step(Operation.UPDATE, steps.lastObject(), steps.lastParts(), site);
            thread.section = Section.INSERTING;
        }
    }

    /** The same for a read of a register. */
    boolean coversRead(long offset, Site site, Cpu cpu) {
        World.Thread thread = world.thread(cpu);
        if (thread.section == Section.INSERTING) {
            throw cpu.unmodelled(
                    "the command queue is full, which is modelled with 'granularity: fine' only: a read of the register at 0x"
                            + Long.toHexString(offset),
                    site);
        }
        return thread.section == Section.PUBLISHED;
    }

    /** The same for a write of a register. */
    boolean coversWrite(long offset, Site site, Cpu cpu) {
        World.Thread thread = world.thread(cpu);
        if (thread.section == Section.NONE) {
            return false;
        }
        if (offset != tail || thread.section != Section.INSERTING) {
            throw cpu.unmodelled(
                    "an insertion into the command queue that writes the register at 0x" + Long.toHexString(offset), site);
        }
        thread.section = Section.PUBLISHED;
        return true;
    }

    /** Refuses to wait for a lock in the middle of a step. */
    void checkMayGoOn(BooleanSupplier enabled, Site site, Cpu cpu) {
        if (!enabled.getAsBoolean()) {
            throw cpu.unmodelled(
                    "an insertion into the command queue that waits for a lock, which is modelled with 'granularity: fine' only,",
                    site);
        }
    }

    /** Refuses to wait in the middle of a step. */
    void checkMayWait(Site site, Cpu cpu) {
        if (world.thread(cpu).section == Section.INSERTING) {
            throw cpu.unmodelled(
                    "an insertion into the command queue that waits, which is modelled with 'granularity: fine' only,", site);
        }
    }
}
