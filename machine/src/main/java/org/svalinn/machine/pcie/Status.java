package org.svalinn.machine.pcie;

/** What became of a device's work. The value is the first byte of its completion record; 0 there is not done yet. */
public enum Status {
    /** Done. */
    SUCCESS(1),
    /** A page is not there, or not for this, and nobody can be asked for it: there is no PRI, or it is not enabled. */
    PAGE_FAULT(2),
    /** Software answered a page request with Invalid Request. */
    INVALID_PAGE(3),
    /** Software answered a page request with Response Failure. */
    RESPONSE_FAILURE(4),
    /** The IOMMU refused a request: Unsupported Request, or an abort. */
    UNSUPPORTED_REQUEST(5),
    /** The IOMMU refused a translation request with Completer Abort. */
    COMPLETER_ABORT(6),
    /** The device was told to stop before it was done. */
    STOPPED(7),
    /** The function was reset before it was done. */
    RESET(8),
    /** The function was removed. */
    REMOVED(9),
    /** The work asks for what the function cannot do: a PASID that is too wide or not enabled. */
    REFUSED(10);

    private final int value;

    Status(int value) {
        this.value = value;
    }

    public int value() {
        return value;
    }
}
