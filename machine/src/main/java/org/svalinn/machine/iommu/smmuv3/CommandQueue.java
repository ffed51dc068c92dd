package org.svalinn.machine.iommu.smmuv3;

import java.util.function.BooleanSupplier;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.machine.memory.PhysicalMemory;
import org.svalinn.machine.memory.Use;

/**
 * The command queue (3.5, 4, 7.1): one command after the other is fetched, carried out by {@link Commands}, and passed
 * by CONS.RD. A command that cannot be carried out stops the queue until software acknowledges the error.
 */
final class CommandQueue {
    static final int CERROR_NONE = 0;
    static final int CERROR_ILL = 1;
    static final int CERROR_ABT = 2;
    static final int CERROR_ATC_INV_SYNC = 3;

    private static final int ERROR = 0x7f << 24;

    private static final Use COMMAND = Use.of(Use.Kind.QUEUE, "fetches a command (4)");
    private static final Site WAITS = Site.named("waits for a command (3.5.1)");
    private static final Site CONSUMES = Site.named("advances CMDQ_CONS (3.5.1)");
    private static final Site FAILS = Site.named("stops at a command in error (7.1)");

    private final Touch touch;
    private final Control control;
    private final PhysicalMemory memory;
    private final Commands commands;
    private final Ring ring;
    private final Ring remembered;
    private final long[] command = new long[2];
    private final BooleanSupplier ready = this::hasCommand;
    /** PROD.WR as it was when last looked at: commands before it are fetched without looking again. */
    private int known;

    private int error;
    private int rememberedError;

    CommandQueue(Touch touch, Control control, PhysicalMemory memory, Commands commands, int mostLog2Size) {
        this.touch = touch;
        this.control = control;
        this.memory = memory;
        this.commands = commands;
        ring = new Ring(4, mostLog2Size);
        remembered = new Ring(4, mostLog2Size);
    }

    // Registers

    long base() {
        return ring.base();
    }

    void base(long register) {
        ring.base(register);
        known = ring.consumer();
    }

    int prod() {
        return ring.producer();
    }

    void prod(int register) {
        ring.producer(register);
    }

    int cons() {
        return ring.consumer() | error << 24;
    }

    void cons(int register) {
        ring.consumer(register);
        known = ring.consumer();
        error = (register & ERROR) >>> 24;
    }

    // Commands

    boolean hasCommand() {
        return control.has(Control.CMDQEN) && !ring.isEmpty() && !control.isActive(Control.CMDQ_ERR);
    }

    /** Fetches the next command, as soon as there is one, and carries it out. */
    void execute() {
        if (ring.isEmpty(known)) {
            touch.steps.await(Operation.WAIT, touch.registers, Touch.CMDQ_PROD, ready, WAITS);
            known = ring.producer();
        }
        int index = ring.consumer();
        long address = ring.address(index);
        if (!memory.contains(address)) {
            fail(CERROR_ABT);
            return;
        }
        memory.read128(address, command, COMMAND);
        long word0 = command[0];
        long word1 = command[1];
        int result = commands.execute(word0, word1);
        if (result != CERROR_NONE) {
            fail(result);
            return;
        }
        touch.steps.step(Operation.WRITE, touch.registers, Touch.CMDQ_CONS, CONSUMES);
        ring.consumer(ring.next(index));
        error = CERROR_NONE;
        if (!control.has(Control.CMDQEN)) {
            known = ring.consumer();
        }
        if (((int) word0 & 0xff) == Commands.SYNC) {
            commands.signal(word0, word1);
        }
    }

    private void fail(int code) {
        touch.steps.step(Operation.WRITE, touch.registers, Touch.CMDQ_CONS | Touch.GERROR, FAILS);
        error = code;
        known = ring.consumer();
        control.setError(Control.CMDQ_ERR);
    }

    void snapshot() {
        remembered.copyFrom(ring);
        rememberedError = error;
    }

    void restore() {
        ring.copyFrom(remembered);
        error = rememberedError;
        known = ring.consumer();
    }
}
