package org.svalinn.machine.iommu.vtd;

import org.svalinn.machine.iommu.PageResponse;

/**
 * Fault conditions of scalable mode (7.1.3), under the specification's own numbers, with the fault reason that is
 * recorded (appendix A), and what an ATS translation request is answered when it meets one.
 */
public enum VtdFault {
    /** No fault. */
    NONE(0, Answer.NOTHING_GRANTED),

    /** Root Table Address register: the translation table mode is reserved, or the address is beyond the host's. */
    RTA_1(0x30, Answer.COMPLETER_ABORT),

    /** The root entry cannot be read. */
    SRT_1(0x38, Answer.COMPLETER_ABORT),
    /** The half of the root entry is not present. */
    SRT_2(0x39, Answer.UNSUPPORTED_REQUEST),
    /** Reserved fields of a present root entry are not 0. */
    SRT_3(0x3A, Answer.COMPLETER_ABORT),

    /** The context entry cannot be read. */
    SCT_1(0x40, Answer.COMPLETER_ABORT),
    /** The context entry is not present. */
    SCT_2(0x41, Answer.UNSUPPORTED_REQUEST),
    /** Reserved fields of a present context entry are not 0. */
    SCT_3(0x42, Answer.COMPLETER_ABORT),
    /** The context entry asks for what is not supported. */
    SCT_4(0x43, Answer.COMPLETER_ABORT),
    /** A translation or translated request, while DTE is clear. */
    SCT_5(0x44, Answer.UNSUPPORTED_REQUEST),
    /** A request with PASID, while PASIDE is clear. */
    SCT_6(0x45, Answer.COMPLETER_ABORT),
    /** The PASID is beyond the PASID directory. */
    SCT_7(0x46, Answer.COMPLETER_ABORT),
    /** A page request, while PRE is clear. */
    SCT_8(0x47, Answer.COMPLETER_ABORT),
    /** RID_PASID is beyond the PASID directory. */
    SCT_9(0x48, Answer.COMPLETER_ABORT),

    /** The PASID-directory entry cannot be read. */
    SPD_1(0x50, Answer.COMPLETER_ABORT),
    /** The PASID-directory entry is not present. */
    SPD_2(0x51, Answer.COMPLETER_ABORT),
    /** Reserved fields of a present PASID-directory entry are not 0. */
    SPD_3(0x52, Answer.COMPLETER_ABORT),

    /** The PASID-table entry cannot be read. */
    SPT_1(0x58, Answer.COMPLETER_ABORT),
    /** The PASID-table entry is not present. */
    SPT_2(0x59, Answer.COMPLETER_ABORT),
    /** Reserved fields of a present PASID-table entry are not 0. */
    SPT_3(0x5A, Answer.COMPLETER_ABORT),
    /** The PASID-table entry asks for what is not supported. */
    SPT_4(0x5B, Answer.COMPLETER_ABORT),
    /** A request for execution, while ERE is clear. */
    SPT_5(0x5C, Answer.NOTHING_GRANTED),
    /** A supervisor's request, while SRE is clear. */
    SPT_6(0x5D, Answer.NOTHING_GRANTED),

    /** A first-level entry cannot be read. */
    SFS_1(0x70, Answer.COMPLETER_ABORT),
    /** A first-level entry is not present. */
    SFS_2(0x71, Answer.NOTHING_GRANTED),
    /** Reserved fields of a first-level entry are not 0. */
    SFS_3(0x72, Answer.COMPLETER_ABORT),
    /** The uppermost first-level table cannot be read. */
    SFS_4(0x73, Answer.COMPLETER_ABORT),
    /** Nested: an address in a first-level entry is beyond what the second level translates. */
    SFS_5(0x74, Answer.COMPLETER_ABORT),
    /** Nested: the second level does not let the uppermost first-level table be read. */
    SFS_6(0x75, Answer.COMPLETER_ABORT),
    /** Nested: the second level does not let a first-level entry be read. */
    SFS_7(0x76, Answer.COMPLETER_ABORT),
    /** Nested: the second level does not let a first-level entry's flags be written. */
    SFS_8(0x77, Answer.COMPLETER_ABORT),

    /** A second-level entry cannot be read. */
    SSS_1(0x78, Answer.COMPLETER_ABORT),
    /** A second-level entry allows neither reading nor writing. */
    SSS_2(0x79, Answer.NOTHING_GRANTED),
    /** Reserved fields of a second-level entry are not 0. */
    SSS_3(0x7A, Answer.COMPLETER_ABORT),
    /** The uppermost second-level table cannot be read. */
    SSS_4(0x7B, Answer.COMPLETER_ABORT),

    /** The input address of a first-level translation is not canonical. */
    SGN_1(0x80, Answer.NOTHING_GRANTED),
    /** A user's request for a supervisor's page. */
    SGN_2(0x81, Answer.NOTHING_GRANTED),
    /** No permission to execute. */
    SGN_3(0x82, Answer.NOTHING_GRANTED),
    /** Pass-through: the address is beyond the host's. */
    SGN_4(0x83, Answer.NOTHING_GRANTED),
    /** The input address of a second-level translation is beyond its width. */
    SGN_5(0x84, Answer.NOTHING_GRANTED),
    /** No permission to write. */
    SGN_6(0x85, Answer.NOTHING_GRANTED),
    /** No permission to read. */
    SGN_7(0x86, Answer.NOTHING_GRANTED),
    /** The translated address lies in the interrupt address range. */
    SGN_8(0x87, Answer.NOTHING_GRANTED);

    /** What a translation request is answered (PCIe 6.0, 10.2.4). */
    enum Answer {
        UNSUPPORTED_REQUEST,
        COMPLETER_ABORT,
        /** Success, with neither Read nor Write; nothing is recorded: the device may ask for the page. */
        NOTHING_GRANTED
    }

    private final int reason;
    private final Answer answer;

    VtdFault(int reason, Answer answer) {
        this.reason = reason;
        this.answer = answer;
    }

    /** The Fault Reason (appendix A). */
    public int reason() {
        return reason;
    }

    Answer answer() {
        return answer;
    }

    /** What a page request that meets it is answered (7.4.1): what the device must not ask, or what is broken. */
    PageResponse.Code response() {
        return switch (this) {
            case SCT_6, SCT_7, SCT_8 -> PageResponse.Code.INVALID_REQUEST;
            default -> PageResponse.Code.RESPONSE_FAILURE;
        };
    }
}
