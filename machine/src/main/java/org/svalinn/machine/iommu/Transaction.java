package org.svalinn.machine.iommu;

/**
 * One memory request on its way through an IOMMU, and what became of it. A device keeps one for each of its engines and uses
 * it again: nothing is allocated for a transaction.
 */
public final class Transaction {
    /** No PASID prefix. */
    public static final int NO_PASID = -1;

    /** The AT field (PCIe 6.0, 10.2.1). */
    public enum Type {
        UNTRANSLATED,
        TRANSLATION_REQUEST,
        TRANSLATED
    }

    /** What became of it. */
    public enum Outcome {
        /** Goes on to memory at {@link #physical}; for a translation request, Success, also where nothing is granted. */
        GRANTED,
        /** Is refused: Unsupported Request for a PCIe function, an abort for others. */
        ABORTED,
        /** Is refused with Completer Abort: a translation request that met an error of configuration. */
        COMPLETER_ABORT,
        /** Is refused but made to look as if it had been done: reads give 0, writes are lost (RAZ/WI). */
        IGNORED
    }

    private Type type = Type.UNTRANSLATED;
    private int requesterId;
    private int pasid = NO_PASID;
    private long address;
    private int wanted;
    private boolean privileged;

    private Outcome outcome = Outcome.ABORTED;
    private long physical;
    private int pageShift;
    private int granted;
    private boolean global;
    private int ticket;

    /**
     * Makes it a new request.
     *
     * @param requesterPasid a PASID, or {@link #NO_PASID}
     * @param wantedAccess of {@link Access}; for a translation request without WRITE, the No Write flag
     */
    public Transaction begin(
            Type newType, int requester, int requesterPasid, long newAddress, int wantedAccess, boolean privilegedMode) {
        type = newType;
        requesterId = requester;
        pasid = requesterPasid;
        address = newAddress;
        wanted = wantedAccess;
        privileged = privilegedMode;
        outcome = Outcome.ABORTED;
        granted = 0;
        global = false;
        ticket = 0;
        return this;
    }

    public Type type() {
        return type;
    }

    public int requesterId() {
        return requesterId;
    }

    public int pasid() {
        return pasid;
    }

    public boolean hasPasid() {
        return pasid != NO_PASID;
    }

    public long address() {
        return address;
    }

    /** The wanted accesses, of {@link Access}. */
    public int wanted() {
        return wanted;
    }

    public boolean isPrivileged() {
        return privileged;
    }

    // What became of it

    /** The IOMMU lets it go on, with a translation of {@code 1 << shift} bytes. */
    public void grant(long physicalAddress, int shift, int access, boolean isGlobal) {
        outcome = Outcome.GRANTED;
        physical = physicalAddress;
        pageShift = shift;
        granted = access;
        global = isGlobal;
    }

    /** The IOMMU refuses it. */
    public void refuse(Outcome how) {
        outcome = how;
        granted = 0;
    }

    /** A mark of the IOMMU's own on a transaction in flight, see {@link Iommu#completed}. */
    public void ticket(int mark) {
        ticket = mark;
    }

    /** The IOMMU's mark; 0 when it has none. */
    public int ticket() {
        return ticket;
    }

    public Outcome outcome() {
        return outcome;
    }

    public boolean isGranted() {
        return outcome == Outcome.GRANTED;
    }

    /** The physical address of {@link #address}. */
    public long physical() {
        return physical;
    }

    /** The translation holds for {@code 1 << pageShift} bytes around the address. */
    public int pageShift() {
        return pageShift;
    }

    /** The granted accesses, of {@link Access}: for a translation request maybe none. */
    public int granted() {
        return granted;
    }

    /** Whether an ATC may use it for every PASID (Global Mapping, PCIe 6.0, 10.2.3.6). */
    public boolean isGlobal() {
        return global;
    }
}
