package org.svalinn.source.floor;

import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.source.runtime.CFunction;
import org.svalinn.source.runtime.Cpu;

/**
 * How much of a command's way into the SMMU's queue is one step.
 *
 * <p>arm_smmu_cmdq_issue_cmdlist() inserts commands without a lock: some fifteen accesses of words that every CPU contends
 * for. It runs as it is written; with {@link Granularity#FINE} each of these accesses is a step, and two CPUs that insert at
 * once meet in every possible way. That is how the algorithm itself is checked, on as small a scenario as there is.
 *
 * <p>With {@link Granularity#COARSE} all that the function does until it has published its commands is one step, on the
 * register CMDQ_PROD, and so is nothing of what it does after its CMD_SYNC has completed. Why nothing that anybody else can
 * see is lost:
 *
 * <ul>
 *   <li>The words that it shares are the shadow of the queue's indexes, the valid map, {@code owner_prod} and {@code lock};
 *       nothing but this function touches them. Taken in one step, an insertion finds them as after a complete one.
 *   <li>The entries of the queue are read by the SMMU only after it has seen CMDQ_PROD beyond them, which the step writes, and
 *       are written again only after CMDQ_CONS has been read, which is refused, see below.
 *   <li>What comes after the completion, putting the lock and moving the shadow of CMDQ_CONS, decides nothing but how full the
 *       queue is thought to be.
 *   <li>To wait for the completion is a step, as always.
 * </ul>
 *
 * <p>What it takes for granted is that the algorithm keeps what its comment promises, one list of commands after the other,
 * and that the queue is never full: an insertion that would have to wait, or finds no space, stops the run by name.
 */
public final class CommandQueue {
    /** CMDQ_PROD: SMMUv3 specification (Arm IHI 0070), 6.3.29. */
    private static final long CMDQ_PROD = 0x98;

    private static final String FILE = "svalinn/smmuv3.c";
    private static final String INSERTION = "arm_smmu_cmdq_issue_cmdlist";

    private final World world;
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

    static void install(Floor floor, World world) {
        CommandQueue queue = world.commandQueue();
        floor.add("nothing: runs as it is written, in one step unless the granularity is fine", queue::insert, INSERTION);
    }

    /** Sets it for all executions that follow. */
    public void granularity(Granularity chosen) {
        granularity = chosen;
    }

    public Granularity granularity() {
        return granularity;
    }

    private long insert(Cpu cpu, long[] args, Site site) {
        CFunction insertion = world.image().definition(FILE, INSERTION);
        if (granularity == Granularity.FINE || !world.isConcurrent()) {
            return cpu.call(site, insertion, args);
        }
        World.Thread thread = world.thread(cpu);
        thread.section = Section.CALLED;
        long result = cpu.call(site, insertion, args);
        thread.section = Section.NONE;
        return result;
    }

    /** Whether an access of memory by this actor is part of a step that it has taken, or takes now. */
    boolean covers(World.Thread thread, Site site) {
        if (thread.section == Section.NONE) {
            return false;
        }
        if (thread.section == Section.CALLED) {
            WorldSteps steps = world.board().touched(CMDQ_PROD, Integer.BYTES);
            steps.step(Operation.UPDATE, steps.lastObject(), steps.lastParts(), site);
            thread.section = Section.INSERTING;
        }
        return true;
    }

    /** The same for a read of a register. */
    boolean coversRead(long offset, Site site, Cpu cpu) {
        World.Thread thread = world.thread(cpu);
        if (thread.section == Section.INSERTING) {
            throw cpu.unmodelled("the command queue is full, which is modelled with 'granularity: fine' only: a read of the register at 0x"
                    + Long.toHexString(offset), site);
        }
        return thread.section == Section.PUBLISHED;
    }

    /** The same for a write of a register. */
    boolean coversWrite(long offset, Site site, Cpu cpu) {
        World.Thread thread = world.thread(cpu);
        if (thread.section == Section.NONE) {
            return false;
        }
        if (offset != CMDQ_PROD || thread.section != Section.INSERTING) {
            throw cpu.unmodelled("an insertion into the command queue that writes the register at 0x" + Long.toHexString(offset), site);
        }
        thread.section = Section.PUBLISHED;
        return true;
    }

    /** Refuses to wait in the middle of a step. */
    void checkMayWait(Site site, Cpu cpu) {
        if (world.thread(cpu).section == Section.INSERTING) {
            throw cpu.unmodelled("an insertion into the command queue that waits, which is modelled with 'granularity: fine' only,", site);
        }
    }
}
