package org.svalinn.machine.iommu.smmuv3;

import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.machine.iommu.Interrupts;
import org.svalinn.machine.memory.PhysicalMemory;
import org.svalinn.machine.memory.Use;

/**
 * The registers that say how the SMMU works: CR0 to CR2, GBPA, interrupts and global errors (6.3.9 to 6.3.23), and what
 * follows of them. CR0ACK and IRQ_CTRLACK follow at once.
 */
final class Control {
    static final int SMMUEN = 1;
    static final int PRIQEN = 1 << 1;
    static final int EVENTQEN = 1 << 2;
    static final int CMDQEN = 1 << 3;
    private static final int ATSCHK = 1 << 4;

    private static final int E2H = 1;
    private static final int RECINVSID = 1 << 1;
    private static final int PTM = 1 << 2;

    private static final int GBPA_ABORT = 1 << 20;
    private static final int GBPA_UPDATE = 1 << 31;
    /** What can be stored: ABORT; the attributes of what passes mean nothing here. */
    private static final int GBPA_STORED = GBPA_ABORT | 0b11 << 18 | 0b11 << 16 | 0b11 << 12 | 0xf << 8 | 1 << 4 | 0xf;

    static final int IRQ_GERROR = 1;
    static final int IRQ_PRIQ = 1 << 1;
    static final int IRQ_EVENTQ = 1 << 2;

    static final int CMDQ_ERR = 1;
    static final int EVENTQ_ABT_ERR = 1 << 2;
    static final int PRIQ_ABT_ERR = 1 << 3;

    private static final long MSI_ADDRESS = 0x000f_ffff_ffff_fffcL;
    private static final int LAST_ONLY = 1 << 31;

    private static final Site ERROR = Site.named("sets a global error (6.3.19)");
    private static final Use MESSAGE = Use.of(Use.Kind.QUEUE, "sends a message-signalled interrupt (3.18)");

    /** The SMMU's interrupts and where each is configured (3.18). */
    enum Source {
        EVENTQ(SmmuV3.WIRE_EVENTQ, IRQ_EVENTQ),
        PRIQ(SmmuV3.WIRE_PRIQ, IRQ_PRIQ),
        GERROR(SmmuV3.WIRE_GERROR, IRQ_GERROR);

        private final int wire;
        private final int enable;

        Source(int wire, int enable) {
            this.wire = wire;
            this.enable = enable;
        }
    }

    private final SmmuIds ids;
    private final Touch touch;
    private final PhysicalMemory memory;
    private final Interrupts interrupts;

    private int cr0;
    private int cr1;
    private int cr2;
    private int gbpa = 0b01 << 12;
    private int irqCtrl;
    private int gerror;
    private int gerrorn;
    private final long[] msiAddress = new long[3];
    private final int[] msiData = new int[3];
    private final int[] msiAttributes = new int[3];

    /** CR0.SMMUEN and so on as transactions see them: changed in a step of their own. */
    private boolean enabled;

    private boolean checking;
    private boolean abortingAll;

    private final long[] remembered = new long[16];

    Control(SmmuIds ids, Touch touch, PhysicalMemory memory, Interrupts interrupts) {
        this.ids = ids;
        this.touch = touch;
        this.memory = memory;
        this.interrupts = interrupts;
    }

    // What others ask

    boolean isEnabled() {
        return enabled;
    }

    boolean checksTranslated() {
        return checking;
    }

    boolean abortsAll() {
        return abortingAll;
    }

    boolean isE2h() {
        return (cr2 & E2H) != 0;
    }

    boolean recordsInvalidStreams() {
        return (cr2 & RECINVSID) != 0;
    }

    /** Whether broadcast TLB maintenance is obeyed. */
    boolean obeysBroadcasts() {
        return ids.has0(SmmuIds.IDR0_BTM) && (cr2 & PTM) == 0;
    }

    boolean has(int queueEnable) {
        return (cr0 & queueEnable) != 0;
    }

    boolean isActive(int error) {
        return ((gerror ^ gerrorn) & error) != 0;
    }

    // Registers

    int cr0() {
        return cr0;
    }

    /** The part of a write of CR0 that transactions see. */
    void effective(int newCr0) {
        enabled = (newCr0 & SMMUEN) != 0;
        checking = (newCr0 & ATSCHK) != 0 && ids.ats();
    }

    void cr0(int value) {
        int stored = SMMUEN | EVENTQEN | CMDQEN | (ids.pri() ? PRIQEN : 0) | (ids.ats() ? ATSCHK : 0);
        cr0 = value & stored;
    }

    int cr1() {
        return cr1;
    }

    /** Memory attributes of tables and queues: memory is coherent, and they mean nothing here. */
    void cr1(int value) {
        int writable = (cr0 & SMMUEN) != 0 ? 0b11_1111 : 0xfff;
        if ((cr0 & (CMDQEN | EVENTQEN | PRIQEN)) != 0) {
            writable &= 0b1111_1100_0000;
        }
        cr1 = cr1 & ~writable | value & writable;
    }

    int cr2() {
        return cr2;
    }

    /** Guarded by SMMUEN (6.3.12). */
    void cr2(int value) {
        if ((cr0 & SMMUEN) == 0) {
            cr2 = value & (RECINVSID | (ids.hyp() ? E2H : 0) | (ids.has0(SmmuIds.IDR0_BTM) ? PTM : 0));
        }
    }

    int gbpa() {
        return gbpa;
    }

    /** Takes effect only with UPDATE, which reads as 0 again at once (6.3.14). */
    void gbpa(int value) {
        if ((value & GBPA_UPDATE) != 0) {
            gbpa = value & GBPA_STORED;
            abortingAll = (gbpa & GBPA_ABORT) != 0;
        }
    }

    int irqCtrl() {
        return irqCtrl;
    }

    void irqCtrl(int value) {
        irqCtrl = value & (IRQ_EVENTQ | IRQ_GERROR | (ids.pri() ? IRQ_PRIQ : 0));
    }

    int gerror() {
        return gerror;
    }

    int gerrorn() {
        return gerrorn;
    }

    /** Acknowledges what equals GERROR then. */
    void gerrorn(int value) {
        gerrorn = value & 0x3ff;
    }

    long irqCfg0(Source source) {
        return msiAddress[source.ordinal()];
    }

    int irqCfg1(Source source) {
        return msiData[source.ordinal()];
    }

    int irqCfg2(Source source) {
        return msiAttributes[source.ordinal()];
    }

    /** xxx_IRQ_CFG0 to 2 are guarded by the interrupt's enable (6.3.21), and without IDR0.MSI they are RES0. */
    void irqCfg0(Source source, long value) {
        if (isConfigurable(source)) {
            msiAddress[source.ordinal()] = value & MSI_ADDRESS;
        }
    }

    void irqCfg1(Source source, int value) {
        if (isConfigurable(source)) {
            msiData[source.ordinal()] = value;
        }
    }

    void irqCfg2(Source source, int value) {
        if ((irqCtrl & source.enable) == 0) {
            int stored = (ids.msi() ? 0x3f : 0) | (source == Source.PRIQ ? LAST_ONLY : 0);
            msiAttributes[source.ordinal()] = value & stored;
        }
    }

    private boolean isConfigurable(Source source) {
        return ids.msi() && (irqCtrl & source.enable) == 0;
    }

    /** PRIQ_IRQ_CFG2.LO: an interrupt only for the last request of a group. */
    boolean isLastOnly() {
        return (msiAttributes[Source.PRIQ.ordinal()] & LAST_ONLY) != 0;
    }

    // What follows

    boolean isInterruptEnabled(Source source) {
        return (irqCtrl & source.enable) != 0;
    }

    /** Raises an interrupt that is enabled: as a message if it has an address, else on its wire (3.18). */
    void raise(Source source) {
        long address = msiAddress[source.ordinal()];
        if (address == 0) {
            interrupts.wire(source.wire);
        } else {
            message(address, msiData[source.ordinal()]);
        }
    }

    /**
     * A message: a write of memory where there is memory at its address, which is cut to the output size (3.4.3). It
     * never aborts.
     */
    void message(long address, int data) {
        long place = address & (1L << ids.oas()) - 1;
        if (memory.contains(place)) {
            memory.write(place, Integer.BYTES, data & 0xffff_ffffL, MESSAGE);
        } else {
            interrupts.message(place, data);
        }
    }

    /** The interrupt of a CMD_SYNC without an address (4.7.3). */
    void wire(int line) {
        interrupts.wire(line);
    }

    /** Makes a global error active, unless it is already: one step, and its interrupt. The queues that it stops see it. */
    void error(int error) {
        touch.steps.step(
                Operation.WRITE, touch.registers, Touch.GERROR | Touch.EVENTQ_PROD | Touch.PRIQ_PROD, ERROR);
        setError(error);
    }

    /** The same within a step that covers GERROR. */
    void setError(int error) {
        if (!isActive(error)) {
            gerror ^= error;
            if (isInterruptEnabled(Source.GERROR)) {
                raise(Source.GERROR);
            }
        }
    }

    // Hardware

    void snapshot() {
        remembered[0] = cr0;
        remembered[1] = cr1;
        remembered[2] = cr2;
        remembered[3] = gbpa;
        remembered[4] = irqCtrl;
        remembered[5] = gerror;
        remembered[6] = gerrorn;
        for (int i = 0; i < 3; i++) {
            remembered[7 + i] = msiAddress[i];
            remembered[10 + i] = msiData[i];
            remembered[13 + i] = msiAttributes[i];
        }
    }

    void restore() {
        cr0 = (int) remembered[0];
        cr1 = (int) remembered[1];
        cr2 = (int) remembered[2];
        gbpa = (int) remembered[3];
        irqCtrl = (int) remembered[4];
        gerror = (int) remembered[5];
        gerrorn = (int) remembered[6];
        for (int i = 0; i < 3; i++) {
            msiAddress[i] = remembered[7 + i];
            msiData[i] = (int) remembered[10 + i];
            msiAttributes[i] = (int) remembered[13 + i];
        }
        effective(cr0);
        abortingAll = (gbpa & GBPA_ABORT) != 0;
    }
}
