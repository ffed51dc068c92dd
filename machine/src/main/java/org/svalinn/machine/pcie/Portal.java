package org.svalinn.machine.pcie;

import org.jspecify.annotations.Nullable;

/**
 * The page of an engine to which ENQCMD and ENQCMDS write (Intel SDM volume 2; a Deferrable Memory Write on the link,
 * PCIe 6.32). A command is 64 bytes, as eight little-endian words in {@link Work#encode the engine's layout}. It is
 * one step: taken into the queue whole, or not at all.
 */
public final class Portal {
    private static final int WORDS = 8;
    private static final long PASID = 0xfffffL;
    private static final long RESERVED = 0x7ffL << 20;
    private static final long SUPERVISOR = 1L << 31;
    private static final long HEADER = 0xffff_ffffL;

    private final Engine engine;

    /** The portal of this engine. */
    public Portal(Engine engine) {
        this.engine = engine;
    }

    /**
     * ENQCMD, as user space executes it: the PASID is the task's own, and the command is a user's, whatever its first
     * word says.
     *
     * @return the work; null for Retry (ZF is set): the queue was full
     * @throws GeneralProtection if the task has no valid PASID
     */
    public @Nullable Job enqcmd(PasidRegister task, long[] command) {
        check(command);
        if (!task.isValid()) {
            throw new GeneralProtection("ENQCMD without PASID Valid in IA32_PASID");
        }
        long[] made = command.clone();
        made[0] = command[0] & ~HEADER & ~Work.WITHOUT_PASID | task.pasid();
        return engine.submit(Work.decode(made));
    }

    /**
     * ENQCMDS, as the kernel executes it: PASID and privilege are those of the command.
     *
     * @return the work; null for Retry (ZF is set)
     * @throws GeneralProtection if a reserved bit is set
     */
    public @Nullable Job enqcmds(long[] command) {
        check(command);
        if ((command[0] & RESERVED) != 0) {
            throw new GeneralProtection("ENQCMDS with reserved bits: 0x" + Long.toHexString(command[0] & HEADER));
        }
        return engine.submit(Work.decode(command));
    }

    /** The first word of a command for ENQCMDS: this PASID and privilege, the rest as it was. */
    public static long header(long word, int pasid, boolean supervisor) {
        return word & ~HEADER | pasid & PASID | (supervisor ? SUPERVISOR : 0);
    }

    private static void check(long[] command) {
        if (command.length != WORDS) {
            throw new IllegalArgumentException("a command is 64 bytes, not " + 8 * command.length);
        }
    }
}
