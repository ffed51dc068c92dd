package org.svalinn.machine.pcie;

/**
 * IA32_PASID (MSR D93H; Intel SDM volume 4): the PASID of the task that runs. The kernel gives each task its own
 * value, and the processor puts it into what the task enqueues, so that a task cannot choose a PASID. Only its own
 * task reads it: no steps.
 */
public final class PasidRegister {
    /** PASID Valid. */
    public static final long VALID = 1L << 31;

    private static final long PASID = 0xfffff;

    private long value;

    /** After reset: not valid. */
    public PasidRegister() {}

    /** A valid one, as {@code WRMSR} of this PASID makes it. */
    public static PasidRegister of(int pasid) {
        PasidRegister register = new PasidRegister();
        register.write(VALID | pasid);
        return register;
    }

    public long read() {
        return value;
    }

    /**
     * WRMSR or XRSTORS.
     *
     * @throws GeneralProtection if a reserved bit is set
     */
    public void write(long newValue) {
        if ((newValue & ~(VALID | PASID)) != 0) {
            throw new GeneralProtection("reserved bits of IA32_PASID: 0x" + Long.toHexString(newValue));
        }
        value = newValue;
    }

    public boolean isValid() {
        return (value & VALID) != 0;
    }

    public int pasid() {
        return (int) (value & PASID);
    }
}
