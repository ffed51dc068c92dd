package org.svalinn.machine.iommu.vtd;

import java.util.Arrays;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.machine.iommu.UnsupportedFeature;

/**
 * The register space (chapter 11), in units of 32 bits: a register of 64 bits is two of them, of which software may
 * write each. What is written takes effect at once, and status bits that software polls are set when it reads them.
 */
final class Registers {
    /** Bytes of register space before the fault recording registers. */
    private static final int FAULT_RECORDS = VtdConfig.FAULT_RECORDS_AT;

    /** VER: 6.0, in which there is no register-based invalidation. */
    private static final int VERSION = 0x60;

    // GCMD and GSTS (11.4.4)
    private static final int TRANSLATION_ENABLE = 1 << 31;
    private static final int SET_ROOT_TABLE = 1 << 30;
    private static final int SET_FAULT_LOG = 1 << 29;
    private static final int ADVANCED_FAULT_LOG = 1 << 28;
    private static final int QUEUED_INVALIDATION = 1 << 26;
    private static final int INTERRUPT_REMAPPING = 1 << 25;
    private static final int SET_INTERRUPT_TABLE = 1 << 24;

    private static final Site READ = Site.named("reads a register");
    private static final Site WRITE = Site.named("writes a register");
    private static final Site SWITCH =
            Site.named("changes what is translated, and by which root table (VT-d 11.4.4.1)");

    /** The part of each 32 bits before the fault recording registers, see {@link Wiring}; 0 where there is no such register. */
    private static final long[] PARTS = new long[FAULT_RECORDS / Integer.BYTES];

    static {
        Arrays.setAll(PARTS, word -> absent(word * Integer.BYTES).isEmpty() ? part(word * Integer.BYTES) : 0);
    }

    private final Wiring wiring;
    private final Translator translator;
    private final FaultLog faults;
    private final InvalidationQueue queue;
    private final PageRequestQueue pageRequests;

    private long rootTable;
    private boolean rootTableSet;

    private long savedRootTable;
    private boolean savedRootTableSet;

    Registers(
            Wiring wiring,
            Translator translator,
            FaultLog faults,
            InvalidationQueue queue,
            PageRequestQueue pageRequests) {
        this.wiring = wiring;
        this.translator = translator;
        this.faults = faults;
        this.queue = queue;
        this.pageRequests = pageRequests;
    }

    long read(long offset, int size) {
        int at = check(offset, size);
        wiring.steps.step(Operation.READ, wiring.registers, parts(at, size), READ);
        return value(at, size);
    }

    /** What is read there: no step. */
    long value(long offset, int size) {
        int at = check(offset, size);
        long low = read(at) & 0xffff_ffffL;
        return size == 4 ? low : low | (long) read(at + 4) << 32;
    }

    void write(long offset, int size, long value) {
        int at = check(offset, size);
        long parts = parts(at, size) | affected(at) | (size == 8 ? affected(at + 4) : 0);
        wiring.steps.step(Operation.WRITE, wiring.registers, parts, WRITE);
        write(at, (int) value);
        if (size == 8) {
            write(at + 4, (int) (value >>> 32));
        }
    }

    private int check(long offset, int size) {
        long end = FAULT_RECORDS + 16L * wiring.config.faultRecords();
        if (size != 4 && size != 8 || (offset & size - 1) != 0) {
            throw new UnsupportedFeature("a register access of " + size + " bytes at 0x" + Long.toHexString(offset)
                    + ": only aligned ones of 32 and 64 bits (VT-d 11.2)");
        }
        if (offset < 0 || offset + size > end) {
            throw new UnsupportedFeature("the register at 0x" + Long.toHexString(offset) + " (VT-d 11.3)");
        }
        int at = (int) offset;
        if (at < FAULT_RECORDS && (PARTS[at >>> 2] == 0 || size == 8 && PARTS[(at >>> 2) + 1] == 0)) {
            throw new UnsupportedFeature(absent(PARTS[at >>> 2] == 0 ? at : at + 4));
        }
        return at;
    }

    /** What software may want of registers that there are not; empty for all others. */
    private static String absent(int at) {
        return switch (at) {
            case 0x28, 0x2C -> "the Context Command register: register-based invalidation (VT-d 6.5.1, 11.4.6)";
            case 0xF0, 0xF4, 0xF8, 0xFC -> "the IOTLB registers: register-based invalidation (VT-d 6.5.1, 11.4.6)";
            case 0x58, 0x5C -> "advanced fault logging (VT-d 7.3.2, 11.4.7.6)";
            case 0x64, 0x68, 0x6C, 0x70, 0x74, 0x78, 0x7C -> "protected memory regions (VT-d 11.4.8)";
            case 0xB8, 0xBC -> "interrupt remapping (VT-d 5, 11.4.10)";
            default -> at >= 0x100 ? "memory type range registers (VT-d 11.4.12)" : "";
        };
    }

    /** The parts of 32 bits there. */
    long parts(long offset) {
        return parts(check(offset, 4), 4);
    }

    private static long parts(int at, int size) {
        if (at >= FAULT_RECORDS) {
            return Wiring.FAULTS;
        }
        long parts = PARTS[at >>> 2];
        return size == 8 ? parts | PARTS[(at >>> 2) + 1] : parts;
    }

    private static long part(int at) {
        return switch (at) {
            case 0x18, 0x1C -> Wiring.COMMAND;
            case 0x20, 0x24 -> Wiring.ROOT_TABLE;
            case 0x34, 0xB0, 0xB4 -> Wiring.FAULTS;
            case 0x38, 0x3C, 0x40, 0x44 -> Wiring.FAULT_EVENT;
            case 0x80, 0x84 -> Wiring.QUEUE_HEAD;
            case 0x88, 0x8C -> Wiring.QUEUE_TAIL;
            case 0x90, 0x94 -> Wiring.QUEUE_ADDRESS;
            case 0x9C, 0xA0, 0xA4, 0xA8, 0xAC -> Wiring.COMPLETION;
            case 0xC0, 0xC4 -> Wiring.PAGE_HEAD;
            case 0xC8, 0xCC -> Wiring.PAGE_TAIL;
            case 0xD0, 0xD4 -> Wiring.PAGE_ADDRESS;
            case 0xDC -> Wiring.PAGE_STATUS;
            case 0xE0, 0xE4, 0xE8, 0xEC -> Wiring.PAGE_EVENT;
            default -> Wiring.CAPABILITIES;
        };
    }

    /** Parts that a write of this register changes, or depends on, besides its own. */
    private static long affected(int at) {
        return switch (at) {
            // QIE resets the head, SRTP takes RTADDR.
            case 0x18 -> Wiring.QUEUE_HEAD | Wiring.ROOT_TABLE;
            // What is served is no longer pending.
            case 0x34 -> Wiring.FAULT_EVENT;
            case 0xDC -> Wiring.PAGE_EVENT;
            // Descriptors are where these say.
            case 0x90, 0x94 -> Wiring.QUEUE_TAIL;
            case 0xC8, 0xCC, 0xD0, 0xD4 -> Wiring.PAGE_ARRIVALS;
            default -> at >= FAULT_RECORDS ? Wiring.FAULT_EVENT : 0;
        };
    }

    private int read(int at) {
        return switch (at) {
            case 0x00 -> VERSION;
            case 0x08 -> (int) wiring.config.capability();
            case 0x0C -> (int) (wiring.config.capability() >>> 32);
            case 0x10 -> (int) wiring.config.extendedCapability();
            case 0x14 -> (int) (wiring.config.extendedCapability() >>> 32);
            case 0x1C -> globalStatus();
            case 0x20 -> (int) rootTable;
            case 0x24 -> (int) (rootTable >>> 32);
            case 0x34 -> faults.status();
            case 0x38, 0x3C, 0x40, 0x44 -> faults.event.read(at - 0x38 >>> 2);
            case 0x80 -> (int) queue.head();
            case 0x88 -> (int) queue.tail();
            case 0x90 -> (int) queue.address();
            case 0x94 -> (int) (queue.address() >>> 32);
            case 0x9C -> queue.isWaitCompleted() ? 1 : 0;
            case 0xA0, 0xA4, 0xA8, 0xAC -> queue.event.read(at - 0xA0 >>> 2);
            case 0xB0 -> (int) faults.queueErrors();
            case 0xB4 -> (int) (faults.queueErrors() >>> 32);
            case 0xC0 -> (int) pageRequests.head();
            case 0xC8 -> (int) pageRequests.tail();
            case 0xD0 -> (int) pageRequests.address();
            case 0xD4 -> (int) (pageRequests.address() >>> 32);
            case 0xDC -> pageRequests.status();
            case 0xE0, 0xE4, 0xE8, 0xEC -> pageRequests.event.read(at - 0xE0 >>> 2);
            default -> at >= FAULT_RECORDS ? faults.readRecord(at - FAULT_RECORDS >>> 2) : 0;
        };
    }

    private void write(int at, int value) {
        switch (at) {
            case 0x18 -> command(value);
            case 0x20 -> rootTable = low(rootTable, value & ~0x3ff);
            case 0x24 -> rootTable = high(rootTable, value);
            case 0x34 -> faults.clear(value);
            case 0x38, 0x3C, 0x40, 0x44 -> faults.event.write(at - 0x38 >>> 2, value);
            case 0x88 -> queue.tail(value & 0xffff_ffffL);
            case 0x90 -> queue.address(low(queue.address(), value));
            case 0x94 -> queue.address(high(queue.address(), value));
            case 0x9C -> {
                if ((value & 1) != 0) {
                    queue.clearWaitCompleted();
                }
            }
            case 0xA0, 0xA4, 0xA8, 0xAC -> queue.event.write(at - 0xA0 >>> 2, value);
            case 0xC0 -> pageRequests.head(value & 0xffff_ffffL);
            case 0xC8 -> pageRequests.tail(value & 0xffff_ffffL);
            case 0xD0 -> pageRequests.address(low(pageRequests.address(), value));
            case 0xD4 -> pageRequests.address(high(pageRequests.address(), value));
            case 0xDC -> pageRequests.clear(value);
            case 0xE0, 0xE4, 0xE8, 0xEC -> pageRequests.event.write(at - 0xE0 >>> 2, value);
            default -> {
                // Read-only and reserved registers ignore writes.
                if (at >= FAULT_RECORDS) {
                    faults.writeRecord(at - FAULT_RECORDS >>> 2, value);
                }
            }
        }
    }

    /** 11.4.4.1. WBF has nothing to do (CAP.RWBF = 0), CFI neither without interrupt remapping. */
    private void command(int value) {
        if ((value & (SET_FAULT_LOG | ADVANCED_FAULT_LOG)) != 0) {
            throw new UnsupportedFeature("advanced fault logging (VT-d 7.3.2, 11.4.4.1 SFL, EAFL)");
        }
        if ((value & (INTERRUPT_REMAPPING | SET_INTERRUPT_TABLE)) != 0) {
            throw new UnsupportedFeature("interrupt remapping (VT-d 5, 11.4.4.1 IRE, SIRTP)");
        }
        boolean sets = (value & SET_ROOT_TABLE) != 0;
        if (sets && (rootTable >>> 10 & 3) == 0b00) {
            throw new UnsupportedFeature("legacy mode: a root table with TTM = 00b (VT-d 3.4.2, 11.4.5)");
        }
        queue.enable((value & QUEUED_INVALIDATION) != 0);
        boolean translates = (value & TRANSLATION_ENABLE) != 0;
        if (sets || translates != translator.isEnabled()) {
            wiring.steps.step(Operation.UPDATE, wiring.caches, -1L, SWITCH);
            if (sets) {
                rootTableSet = true;
                translator.rootTable(rootTable);
            }
            translator.enable(translates);
        }
    }

    private int globalStatus() {
        return (translator.isEnabled() ? TRANSLATION_ENABLE : 0)
                | (rootTableSet ? SET_ROOT_TABLE : 0)
                | (queue.isEnabled() ? QUEUED_INVALIDATION : 0);
    }

    private static long low(long register, int value) {
        return register & -1L << 32 | value & 0xffff_ffffL;
    }

    private static long high(long register, int value) {
        return register & 0xffff_ffffL | (long) value << 32;
    }

    void snapshot() {
        savedRootTable = rootTable;
        savedRootTableSet = rootTableSet;
    }

    void restore() {
        rootTable = savedRootTable;
        rootTableSet = savedRootTableSet;
    }
}
