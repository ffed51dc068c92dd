package org.svalinn.machine.iommu.smmuv3;

import org.svalinn.machine.iommu.Access;
import org.svalinn.machine.iommu.Transaction;

/** An event record (7.3): four words of 64 bits, made before anybody knows whether there is room for it. */
final class EventRecord {
    static final int F_UUT = 0x01;
    static final int C_BAD_STREAMID = 0x02;
    static final int F_STE_FETCH = 0x03;
    static final int C_BAD_STE = 0x04;
    static final int F_BAD_ATS_TREQ = 0x05;
    static final int F_STREAM_DISABLED = 0x06;
    static final int F_TRANSL_FORBIDDEN = 0x07;
    static final int C_BAD_SUBSTREAMID = 0x08;
    static final int F_CD_FETCH = 0x09;
    static final int C_BAD_CD = 0x0a;
    static final int F_WALK_EABT = 0x0b;
    static final int F_TRANSLATION = 0x10;
    static final int F_ADDR_SIZE = 0x11;
    static final int F_ACCESS = 0x12;
    static final int F_PERMISSION = 0x13;

    /** CLASS: what was being accessed (7.3.13). */
    static final int CLASS_CD = 0b00;

    static final int CLASS_TT = 0b01;
    static final int CLASS_IN = 0b10;

    private static final long SSV = 1L << 11;
    private static final long STALL = 1L << 31;
    private static final long PNU = 1L << 33;
    private static final long IND = 1L << 34;
    private static final long RNW = 1L << 35;
    private static final long S2 = 1L << 39;
    private static final int CLASS_SHIFT = 40;

    private static final long READ_REQUESTED = 1L << 35;
    private static final long WRITE_REQUESTED = 1L << 34;
    private static final long EXECUTE_REQUESTED = 1L << 33;
    private static final long PRIVILEGE_REQUESTED = 1L << 32;

    private static final long FETCH_ADDRESS = 0x000f_ffff_ffff_fff8L;
    private static final long IPA = 0x000f_ffff_ffff_f000L;

    long word0;
    long word1;
    long word2;
    long word3;

    /** Whether the fault was found at stage 2, which has its own configuration of faults. */
    boolean isStage2;

    int number() {
        return (int) word0 & 0xff;
    }

    /** Whether it is one of the four that CD.{A,R,S} and STE.{S2R,S2S} rule (5.5). */
    boolean isTranslationRelated() {
        return number() >= F_TRANSLATION && number() <= F_PERMISSION;
    }

    /** An event that says only whose it is. */
    void configuration(int number, Transaction transaction) {
        word0 = number | (long) transaction.requesterId() << 32;
        // 3.9.1.3: a translated request counts as without a substream.
        if (transaction.hasPasid() && transaction.type() != Transaction.Type.TRANSLATED) {
            word0 |= SSV | (long) transaction.pasid() << 12;
        }
        word1 = 0;
        word2 = 0;
        word3 = 0;
        isStage2 = false;
    }

    /** C_BAD_SUBSTREAMID (7.3.9): the SubstreamID is always valid there, and has no flag to say so. */
    void badSubstream(Transaction transaction, int substream) {
        configuration(C_BAD_SUBSTREAMID, transaction);
        word0 = word0 & ~(SSV | 0xf_ffffL << 12) | (long) substream << 12;
    }

    /** F_STE_FETCH (7.3.4) or F_CD_FETCH (7.3.10). */
    void fetch(int number, Transaction transaction, long address) {
        configuration(number, transaction);
        word3 = address & FETCH_ADDRESS;
    }

    /** F_TRANSL_FORBIDDEN (7.3.8). */
    void forbidden(Transaction transaction) {
        configuration(F_TRANSL_FORBIDDEN, transaction);
        word1 = isRead(transaction.wanted()) ? RNW : 0;
        word2 = transaction.address();
    }

    /**
     * F_BAD_ATS_TREQ (7.3.6): the permissions asked for before any override, and a Span of one translation. A request
     * of ATS always asks to read.
     */
    void badTranslationRequest(Transaction transaction) {
        configuration(F_BAD_ATS_TREQ, transaction);
        long permissions = READ_REQUESTED;
        if ((transaction.wanted() & Access.WRITE) != 0) {
            permissions |= WRITE_REQUESTED;
        }
        if ((transaction.wanted() & Access.EXECUTE) != 0) {
            permissions |= EXECUTE_REQUESTED;
        }
        if (transaction.isPrivileged()) {
            permissions |= PRIVILEGE_REQUESTED;
        }
        word1 = 1 | permissions;
        word2 = transaction.address() & -4096L;
    }

    /** F_WALK_EABT (7.3.12): a table that could not be read. */
    void walkAbort(Passage passage, boolean stage2, int accessClass, long fetchAddress) {
        // Unlike other faults of stage 1, this one is of CLASS TT.
        fault(F_WALK_EABT, passage, stage2, stage2 ? accessClass : CLASS_TT, 0);
        word3 = fetchAddress & FETCH_ADDRESS;
    }

    /** F_TRANSLATION, F_ADDR_SIZE, F_ACCESS or F_PERMISSION (7.3.13 to 7.3.16). */
    void fault(int number, Passage passage, boolean stage2, int accessClass, long ipa) {
        Transaction transaction = passage.transaction;
        configuration(number, transaction);
        isStage2 = stage2;
        boolean read = isRead(passage.wanted);
        word1 = (long) accessClass << CLASS_SHIFT
                | (passage.privileged ? PNU : 0)
                | (read && (passage.wanted & Access.EXECUTE) != 0 ? IND : 0)
                | (read ? RNW : 0)
                | (stage2 ? S2 : 0);
        word2 = transaction.address();
        word3 = stage2 ? ipa & IPA : 0;
    }

    /** Marks it as the event of a stalled transaction. */
    void stalls(int tag) {
        word1 |= STALL | tag;
    }

    private static boolean isRead(int wanted) {
        return (wanted & Access.WRITE) == 0;
    }
}
