package org.svalinn.machine.iommu.vtd;

import org.svalinn.machine.iommu.Interrupts;

/**
 * One of the three interrupts that a unit raises by itself, for faults (11.4.7.2), invalidation completions (11.4.9.5)
 * and page requests (11.4.11.5): four registers of 32 bits, control, data, address and upper address.
 */
final class Event {
    /** IM: the message is held back. */
    static final int MASK = 1 << 31;

    /** IP: a message is held back. */
    static final int PENDING = 1 << 30;

    private final Interrupts interrupts;
    private int control = MASK;
    private int data;
    private int address;
    private int upper;

    private int savedControl;
    private int savedData;
    private int savedAddress;
    private int savedUpper;

    Event(Interrupts interrupts) {
        this.interrupts = interrupts;
    }

    /** An interrupt condition: the message goes out, or stays pending while it is masked. */
    void raise() {
        if ((control & MASK) != 0) {
            control |= PENDING;
        } else {
            interrupts.message((upper & 0xffff_ffffL) << 32 | address & 0xffff_ffffL, data);
        }
    }

    /** Software has served what the pending message would have told. */
    void served() {
        control &= ~PENDING;
    }

    int read(int register) {
        return switch (register) {
            case 0 -> control;
            case 1 -> data;
            case 2 -> address;
            default -> upper;
        };
    }

    void write(int register, int value) {
        switch (register) {
            case 0 -> {
                control = control & PENDING | value & MASK;
                if ((control & (MASK | PENDING)) == PENDING) {
                    control = 0;
                    raise();
                }
            }
            case 1 -> data = value;
            case 2 -> address = value & ~3;
            default -> upper = value;
        }
    }

    void snapshot() {
        savedControl = control;
        savedData = data;
        savedAddress = address;
        savedUpper = upper;
    }

    void restore() {
        control = savedControl;
        data = savedData;
        address = savedAddress;
        upper = savedUpper;
    }
}
