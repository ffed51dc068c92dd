package org.svalinn.kernel.iommu.smmuv3;

import java.util.function.BooleanSupplier;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.kernel.sync.Core;
import org.svalinn.kernel.sync.Scheduler;
import org.svalinn.kernel.sync.SpinLock;
import org.svalinn.machine.iommu.smmuv3.SmmuV3;
import org.svalinn.machine.memory.Ram;
import org.svalinn.machine.memory.Use;

/**
 * The command queue: {@code struct arm_smmu_cmdq}. Whoever has a list of commands inserts it as a whole, and may wait
 * until the SMMU has consumed the CMD_SYNC at its end, while others insert theirs.
 *
 * <p>Linux inserts without a lock ({@code arm_smmu_cmdq_issue_cmdlist()}): space is taken by a compare-exchange, and
 * PROD is written by one of the inserters for all, in the order in which they took it. What the SMMU and others see of
 * that is what they see here, where a lock is held from taking the space to writing PROD.
 */
final class CommandQueue {
    static final int LOG2_ENTRIES = 6;
    static final int ENTRY_BYTES = 16;

    private static final int CMDQ_PROD = 0x98;
    private static final int CMDQ_CONS = 0x9c;

    // Commands (4.1.1), of those that this driver has
    static final int CFGI_STE = 0x03;
    static final int CFGI_ALL = 0x04;
    static final int CFGI_CD = 0x05;
    static final int TLBI_NH_ASID = 0x11;
    static final int TLBI_NH_VA = 0x12;
    static final int TLBI_NSNH_ALL = 0x30;
    static final int ATC_INV = 0x40;
    static final int PRI_RESP = 0x41;
    static final int RESUME = 0x44;
    private static final int SYNC = 0x46;

    /** CS of CMD_SYNC: SIG_SEV, which nobody has to take note of. */
    private static final long SIG_SEV = 2 << 12;

    private static final Use COMMAND = Use.of(Use.Kind.SOFTWARE, "queue_write");
    private static final Site NOT_FULL = Site.named("arm_smmu_cmdq_poll_until_not_full");
    private static final Site CONSUMED = Site.named("arm_smmu_cmdq_poll_until_sync");

    private final Scheduler scheduler;
    private final Ram ram;
    private final SmmuV3 smmu;
    private final long base;
    private final SpinLock lock;
    private final BooleanSupplier hasRoom = this::hasRoom;

    // Under the lock
    private int prod;
    /** What CMDQ_CONS was when last looked at ({@code llq.cons}). */
    private int cons;

    CommandQueue(Core core, Ram ram, SmmuV3 smmu, long base) {
        scheduler = core.scheduler();
        this.ram = ram;
        this.smmu = smmu;
        this.base = base;
        lock = new SpinLock(core, "cmdq");
    }

    /** {@code arm_smmu_cmdq_issue_cmd()}: one command; nobody waits for it. */
    void issue(long low, long high) {
        begin();
        add(low, high);
        publish();
        execute();
    }

    /** {@code arm_smmu_cmdq_issue_cmd_with_sync()}. */
    void issueWithSync(long low, long high) {
        begin();
        add(low, high);
        sync();
    }

    /** Begins a list: {@code struct arm_smmu_cmdq_batch}. Nobody else inserts until it ends in {@link #sync}. */
    void begin() {
        lock.lock();
    }

    /** {@code arm_smmu_cmdq_batch_add()}. */
    void add(long low, long high) {
        if (isFull()) {
            awaitRoom();
        }
        ram.write128(base + (prod & (1 << LOG2_ENTRIES) - 1) * (long) ENTRY_BYTES, low, high, COMMAND);
        prod = prod + 1 & (2 << LOG2_ENTRIES) - 1;
    }

    /** {@code arm_smmu_cmdq_batch_submit()}: adds a CMD_SYNC, and waits until the SMMU has consumed it (4.7.3). */
    void sync() {
        add(SYNC | SIG_SEV, 0);
        int mine = prod;
        publish();
        execute();
        scheduler.await(
                Operation.READ, smmu.registerObject(), smmu.registerParts(CMDQ_CONS), () -> isConsumed(mine), CONSUMED);
    }

    private void publish() {
        smmu.writeRegister(CMDQ_PROD, 4, prod);
        lock.unlock();
    }

    /** While nobody is scheduled the SMMU has no pace of its own. */
    private void execute() {
        if (!scheduler.isScheduled()) {
            while (smmu.hasCommand()) {
                smmu.executeCommand();
            }
        }
    }

    /** {@code queue_consumed()}: whether CONS has come to this index, which was PROD and so is at most a lap ahead. */
    private boolean isConsumed(int index) {
        return ((int) smmu.peekRegister(CMDQ_CONS, 4) - index & (2 << LOG2_ENTRIES) - 1) <= 1 << LOG2_ENTRIES;
    }

    /** {@code queue_full()}. */
    private boolean isFull() {
        return (prod ^ cons) == 1 << LOG2_ENTRIES;
    }

    private void awaitRoom() {
        smmu.writeRegister(CMDQ_PROD, 4, prod);
        execute();
        scheduler.await(
                Operation.READ, smmu.registerObject(), smmu.registerParts(CMDQ_CONS), hasRoom, NOT_FULL);
        cons = (int) smmu.peekRegister(CMDQ_CONS, 4);
    }

    private boolean hasRoom() {
        return (prod ^ (int) smmu.peekRegister(CMDQ_CONS, 4)) != 1 << LOG2_ENTRIES;
    }
}
