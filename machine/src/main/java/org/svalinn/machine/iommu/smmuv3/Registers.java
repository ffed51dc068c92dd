package org.svalinn.machine.iommu.smmuv3;

import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.machine.iommu.UnsupportedFeature;

/**
 * The register space (6.1, 6.2, 6.3): page 0, and the queue indexes on page 1. An access is of 4 bytes, or of 8 to a
 * register of 64 bits; one of 4 bytes reaches half of such a register. What a register's guard forbids to change stays
 * as it is, as 6.3 has it.
 */
final class Registers {
    private static final int IDR0 = 0x000;
    private static final int IDR1 = 0x004;
    private static final int IDR2 = 0x008;
    private static final int IDR3 = 0x00c;
    private static final int IDR4 = 0x010;
    private static final int IDR5 = 0x014;
    private static final int IIDR = 0x018;
    private static final int AIDR = 0x01c;
    private static final int CR0 = 0x020;
    private static final int CR0ACK = 0x024;
    private static final int CR1 = 0x028;
    private static final int CR2 = 0x02c;
    private static final int STATUSR = 0x040;
    private static final int GBPA = 0x044;
    private static final int AGBPA = 0x048;
    private static final int IRQ_CTRL = 0x050;
    private static final int IRQ_CTRLACK = 0x054;
    private static final int GERROR = 0x060;
    private static final int GERRORN = 0x064;
    private static final int GERROR_IRQ_CFG0 = 0x068;
    private static final int GERROR_IRQ_CFG1 = 0x070;
    private static final int GERROR_IRQ_CFG2 = 0x074;
    private static final int STRTAB_BASE = 0x080;
    private static final int STRTAB_BASE_CFG = 0x088;
    private static final int CMDQ_BASE = 0x090;
    private static final int CMDQ_PROD = 0x098;
    private static final int CMDQ_CONS = 0x09c;
    private static final int EVENTQ_BASE = 0x0a0;
    private static final int EVENTQ_IRQ_CFG0 = 0x0b0;
    private static final int EVENTQ_IRQ_CFG1 = 0x0b8;
    private static final int EVENTQ_IRQ_CFG2 = 0x0bc;
    private static final int PRIQ_BASE = 0x0c0;
    private static final int PRIQ_IRQ_CFG0 = 0x0d0;
    private static final int PRIQ_IRQ_CFG1 = 0x0d8;
    private static final int PRIQ_IRQ_CFG2 = 0x0dc;
    private static final int EVENTQ_PROD = 0x1_00a8;
    private static final int EVENTQ_CONS = 0x1_00ac;
    private static final int PRIQ_PROD = 0x1_00c8;
    private static final int PRIQ_CONS = 0x1_00cc;

    private static final Site READS = Site.named("reads a register of the SMMU (6.3)");
    private static final Site WRITES = Site.named("writes a register of the SMMU (6.3)");
    private static final Site ENABLES = Site.named("changes what all transactions go by (6.3.9)");

    private final SmmuIds ids;
    private final Touch touch;
    private final Control control;
    private final StreamTable streams;
    private final CommandQueue commands;
    private final EventQueue events;
    private final PriQueue requests;
    private final Stalls stalls;

    Registers(SmmuIds ids, Touch touch, Control control, StreamTable streams, CommandQueue commands, EventQueue events,
            PriQueue requests, Stalls stalls) {
        this.ids = ids;
        this.touch = touch;
        this.control = control;
        this.streams = streams;
        this.commands = commands;
        this.events = events;
        this.requests = requests;
        this.stalls = stalls;
    }

    /** The part of the registers' object that this one is; 0 for one that never changes. */
    long parts(long offset) {
        return switch ((int) offset & ~3) {
            case IDR0, IDR1, IDR2, IDR3, IDR4, IDR5, IIDR, AIDR -> 0;
            case CMDQ_PROD -> Touch.CMDQ_PROD;
            case CMDQ_CONS -> Touch.CMDQ_CONS;
            case EVENTQ_PROD -> Touch.EVENTQ_PROD;
            case EVENTQ_CONS -> Touch.EVENTQ_CONS;
            case PRIQ_PROD -> Touch.PRIQ_PROD;
            case PRIQ_CONS -> Touch.PRIQ_CONS;
            case GERROR, GERRORN -> Touch.GERROR;
            default -> Touch.OTHER;
        };
    }

    /** What a write of it may change: writing a register that is not an index changes how everything works. */
    private long partsWritten(long offset) {
        return switch ((int) offset & ~3) {
            case CMDQ_PROD -> Touch.CMDQ_PROD;
            case EVENTQ_CONS -> Touch.EVENTQ_CONS;
            case PRIQ_CONS -> Touch.PRIQ_CONS;
            // An acknowledged error lets queues go on.
            case GERRORN -> Touch.GERROR | Touch.CMDQ_PROD | Touch.EVENTQ_PROD | Touch.PRIQ_PROD;
            default -> -1L;
        };
    }

    long read(long offset, int size) {
        check(offset, size);
        long parts = parts(offset);
        if (size == 8) {
            parts |= parts(offset + 4);
        }
        if (parts != 0) {
            touch.steps.step(Operation.READ, touch.registers, parts, READS);
        }
        return value(offset, size);
    }

    private static void check(long offset, int size) {
        if (size != 4 && size != 8 || (offset & size - 1) != 0 || offset < 0 || offset >= SmmuV3.REGISTER_SPACE) {
            throw new UnsupportedFeature(
                    "an access of %d bytes at 0x%x of an SMMU's registers (IHI 0070, 6.2)".formatted(size, offset));
        }
        if (size == 8 && !isLong((int) offset)) {
            throw new UnsupportedFeature(
                    "an access of 8 bytes to the registers at 0x%x of an SMMU (IHI 0070, 6.2)".formatted(offset));
        }
    }

    private static boolean isLong(int offset) {
        return switch (offset) {
            case GERROR_IRQ_CFG0, STRTAB_BASE, CMDQ_BASE, EVENTQ_BASE, EVENTQ_IRQ_CFG0, PRIQ_BASE,
                    PRIQ_IRQ_CFG0 -> true;
            default -> false;
        };
    }

    /** What a read gives. */
    long value(long offset, int size) {
        int register = (int) offset;
        if (size == 8) {
            return longValue(register);
        }
        if (isLong(register & ~7)) {
            return (register & 4) == 0 ? longValue(register) & 0xffff_ffffL : longValue(register - 4) >>> 32;
        }
        return intValue(register) & 0xffff_ffffL;
    }

    private long longValue(int register) {
        return switch (register) {
            case GERROR_IRQ_CFG0 -> control.irqCfg0(Control.Source.GERROR);
            case STRTAB_BASE -> streams.base();
            case CMDQ_BASE -> commands.base();
            case EVENTQ_BASE -> events.base();
            case EVENTQ_IRQ_CFG0 -> control.irqCfg0(Control.Source.EVENTQ);
            case PRIQ_BASE -> withPri(requests.base());
            case PRIQ_IRQ_CFG0 -> withPri(control.irqCfg0(Control.Source.PRIQ));
            default -> throw unsupported(register);
        };
    }

    private long withPri(long value) {
        return ids.pri() ? value : 0;
    }

    private int intValue(int register) {
        return switch (register) {
            case IDR0 -> ids.idr0();
            case IDR1 -> ids.idr1();
            case IDR3 -> ids.idr3();
            case IDR5 -> ids.idr5();
            case AIDR -> ids.aidr();
            // No VATOS page, nothing IMPLEMENTATION DEFINED, nobody's product; not dormant; no attributes for bypass.
            case IDR2, IDR4, IIDR, STATUSR, AGBPA -> 0;
            case CR0, CR0ACK -> control.cr0();
            case CR1 -> control.cr1();
            case CR2 -> control.cr2();
            case GBPA -> control.gbpa();
            case IRQ_CTRL, IRQ_CTRLACK -> control.irqCtrl();
            case GERROR -> control.gerror();
            case GERRORN -> control.gerrorn();
            case GERROR_IRQ_CFG1 -> control.irqCfg1(Control.Source.GERROR);
            case GERROR_IRQ_CFG2 -> control.irqCfg2(Control.Source.GERROR);
            case STRTAB_BASE_CFG -> streams.baseConfiguration();
            case CMDQ_PROD -> commands.prod();
            case CMDQ_CONS -> commands.cons();
            case EVENTQ_PROD -> events.prod();
            case EVENTQ_CONS -> events.cons();
            case EVENTQ_IRQ_CFG1 -> control.irqCfg1(Control.Source.EVENTQ);
            case EVENTQ_IRQ_CFG2 -> control.irqCfg2(Control.Source.EVENTQ);
            case PRIQ_PROD -> (int) withPri(requests.prod());
            case PRIQ_CONS -> (int) withPri(requests.cons());
            case PRIQ_IRQ_CFG1 -> (int) withPri(control.irqCfg1(Control.Source.PRIQ));
            case PRIQ_IRQ_CFG2 -> (int) withPri(control.irqCfg2(Control.Source.PRIQ));
            default -> throw unsupported(register);
        };
    }

    private static UnsupportedFeature unsupported(int register) {
        String what;
        if (register >= 0xa8 && register < 0xb0 || register >= 0xc8 && register < 0xd0) {
            what = "queue indexes on page 0, which are page 1's (IHI 0070, 6.2.1)";
        } else if (register >= 0x100 && register < 0x130 || register >= 0x180 && register < 0x190) {
            what = "address translation operations (IHI 0070, 9)";
        } else if (register >= 0x130 && register < 0x140) {
            what = "MPAM (IHI 0070, 17)";
        } else if (register >= 0x8000 && register < 0x1_0000) {
            what = "the Secure programming interface (IHI 0070, 6.3.48)";
        } else if (register >= 0xe00 && register < 0x1000) {
            what = "IMPLEMENTATION DEFINED and identification registers (IHI 0070, 6.2)";
        } else {
            what = "no register that this model has (IHI 0070, 6.2)";
        }
        return new UnsupportedFeature("register 0x%x of an SMMU: %s".formatted(register, what));
    }

    void write(long offset, int size, long value) {
        check(offset, size);
        int register = (int) offset;
        if (register == CR0 || register == GBPA) {
            writeForTransactions(register, (int) value);
            return;
        }
        touch.steps.step(Operation.WRITE, touch.registers, partsWritten(offset), WRITES);
        if (size == 8) {
            writeLong(register, value);
        } else if (isLong(register & ~7)) {
            int whole = register & ~7;
            long old = longValue(whole);
            writeLong(whole, (register & 4) == 0
                    ? old & 0xffff_ffff_0000_0000L | value & 0xffff_ffffL
                    : old & 0xffff_ffffL | value << 32);
        } else {
            writeInt(register, (int) value);
        }
    }

    /** CR0 and GBPA: transactions see the change in a step of its own, before it is acknowledged. */
    private void writeForTransactions(int register, int value) {
        touch.steps.step(Operation.WRITE, touch.configuration, -1L, ENABLES);
        if (register == GBPA) {
            control.gbpa(value);
            touch.steps.step(Operation.WRITE, touch.registers, Touch.OTHER, WRITES);
            return;
        }
        boolean disables = control.isEnabled() && (value & Control.SMMUEN) == 0;
        control.effective(value);
        if (disables) {
            stalls.terminateAll();
        }
        touch.steps.step(Operation.WRITE, touch.registers, -1L, WRITES);
        int old = control.cr0();
        control.cr0(value);
        int enabled = control.cr0() & ~old;
        if ((enabled & Control.EVENTQEN) != 0) {
            events.begins();
        }
        if ((enabled & Control.PRIQEN) != 0) {
            requests.begins();
        }
    }

    private void writeLong(int register, long value) {
        switch (register) {
            case GERROR_IRQ_CFG0 -> control.irqCfg0(Control.Source.GERROR, value);
            case EVENTQ_IRQ_CFG0 -> control.irqCfg0(Control.Source.EVENTQ, value);
            case PRIQ_IRQ_CFG0 -> control.irqCfg0(Control.Source.PRIQ, value);
            case STRTAB_BASE -> {
                if (!control.has(Control.SMMUEN)) {
                    streams.base(value);
                }
            }
            case CMDQ_BASE -> {
                if (!control.has(Control.CMDQEN)) {
                    commands.base(value);
                }
            }
            case EVENTQ_BASE -> {
                if (!control.has(Control.EVENTQEN)) {
                    events.base(value);
                }
            }
            case PRIQ_BASE -> {
                if (!control.has(Control.PRIQEN)) {
                    requests.base(value);
                }
            }
            default -> throw unsupported(register);
        }
    }

    private void writeInt(int register, int value) {
        switch (register) {
            case CR1 -> control.cr1(value);
            case CR2 -> control.cr2(value);
            case IRQ_CTRL -> control.irqCtrl(value);
            case GERRORN -> control.gerrorn(value);
            case GERROR_IRQ_CFG1 -> control.irqCfg1(Control.Source.GERROR, value);
            case GERROR_IRQ_CFG2 -> control.irqCfg2(Control.Source.GERROR, value);
            case EVENTQ_IRQ_CFG1 -> control.irqCfg1(Control.Source.EVENTQ, value);
            case EVENTQ_IRQ_CFG2 -> control.irqCfg2(Control.Source.EVENTQ, value);
            case PRIQ_IRQ_CFG1 -> control.irqCfg1(Control.Source.PRIQ, value);
            case PRIQ_IRQ_CFG2 -> control.irqCfg2(Control.Source.PRIQ, value);
            case STRTAB_BASE_CFG -> {
                if (!control.has(Control.SMMUEN)) {
                    streams.baseConfiguration(value);
                }
            }
            case CMDQ_PROD -> commands.prod(value);
            case CMDQ_CONS -> {
                if (!control.has(Control.CMDQEN)) {
                    commands.cons(value);
                }
            }
            case EVENTQ_PROD -> {
                if (!control.has(Control.EVENTQEN)) {
                    events.prod(value);
                }
            }
            case EVENTQ_CONS -> events.cons(value);
            case PRIQ_PROD -> {
                if (!control.has(Control.PRIQEN)) {
                    requests.prod(value);
                }
            }
            case PRIQ_CONS -> requests.cons(value);
            // Read-only: writes are ignored (6.2).
            case IDR0, IDR1, IDR2, IDR3, IDR4, IDR5, IIDR, AIDR, CR0ACK, IRQ_CTRLACK, GERROR, STATUSR -> {}
            default -> throw unsupported(register);
        }
    }
}
