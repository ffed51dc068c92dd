package org.svalinn.machine.iommu.smmuv3;

import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.machine.iommu.InvalidationRequest;
import org.svalinn.machine.iommu.PageResponse;
import org.svalinn.machine.iommu.Transaction;

/** What each command does (chapter 4). */
final class Commands {
    static final int PREFETCH_CONFIG = 0x01;
    static final int PREFETCH_ADDR = 0x02;
    static final int CFGI_STE = 0x03;
    static final int CFGI_STE_RANGE = 0x04;
    static final int CFGI_CD = 0x05;
    static final int CFGI_CD_ALL = 0x06;
    static final int TLBI_NH_ALL = 0x10;
    static final int TLBI_NH_ASID = 0x11;
    static final int TLBI_NH_VA = 0x12;
    static final int TLBI_NH_VAA = 0x13;
    static final int TLBI_EL2_ALL = 0x20;
    static final int TLBI_EL2_ASID = 0x21;
    static final int TLBI_EL2_VA = 0x22;
    static final int TLBI_EL2_VAA = 0x23;
    static final int TLBI_S12_VMALL = 0x28;
    static final int TLBI_S2_IPA = 0x2a;
    static final int TLBI_NSNH_ALL = 0x30;
    static final int ATC_INV = 0x40;
    static final int PRI_RESP = 0x41;
    static final int RESUME = 0x44;
    static final int STALL_TERM = 0x45;
    static final int SYNC = 0x46;

    private static final long SSEC = 1L << 10;
    private static final long SSV = 1L << 11;
    private static final int EVERY_STREAM = 32;
    private static final int EVERY_ADDRESS = 52;
    private static final long PAGE = -4096L;
    private static final long IPA = 0x000f_ffff_ffff_f000L;
    private static final long MSI_ADDRESS = 0x000f_ffff_ffff_fffcL;

    private static final Site STE = Site.named("CMD_CFGI_STE (4.3.1)");
    private static final Site STE_RANGE = Site.named("CMD_CFGI_STE_RANGE (4.3.2)");
    private static final Site CD = Site.named("CMD_CFGI_CD (4.3.3)");
    private static final Site CD_ALL = Site.named("CMD_CFGI_CD_ALL (4.3.4)");
    private static final Site STAGE_1 = Site.named("a CMD_TLBI of stage 1 (4.4.2)");
    private static final Site STAGE_2 = Site.named("a CMD_TLBI of stage 2 (4.4.3)");
    private static final Site OPERATIONAL = Site.named("looks whether ATS is operational (6.3.9.6)");
    private static final Site COMMON = Site.named("CMD_TLBI_NSNH_ALL (4.4.4.1)");

    private final SmmuIds ids;
    private final Touch touch;
    private final Control control;
    private final StreamTable streams;
    private final ContextDescriptors contexts;
    private final Tlb tlb;
    private final Passages passages;
    private final Stalls stalls;
    private final AtcInvalidations atc;

    /** The range of a command with an address. */
    private long from;

    private long to;
    private int granule;
    private int level;
    private boolean leavesOnly;

    Commands(SmmuIds ids, Touch touch, Control control, StreamTable streams, ContextDescriptors contexts, Tlb tlb,
            Passages passages, Stalls stalls, AtcInvalidations atc) {
        this.ids = ids;
        this.touch = touch;
        this.control = control;
        this.streams = streams;
        this.contexts = contexts;
        this.tlb = tlb;
        this.passages = passages;
        this.stalls = stalls;
        this.atc = atc;
    }

    /** Carries a command out, all but the signal of a CMD_SYNC; gives a CERROR code. */
    int execute(long word0, long word1) {
        if ((word0 & SSEC) != 0) {
            return CommandQueue.CERROR_ILL;
        }
        int stream = (int) (word0 >>> 32);
        int substream = (int) (word0 >>> 12) & 0xf_ffff;
        switch ((int) word0 & 0xff) {
            case PREFETCH_CONFIG, PREFETCH_ADDR -> {
                // 4.2: a hint. This SMMU fetches nothing before it is needed.
                return CommandQueue.CERROR_NONE;
            }
            case CFGI_STE -> {
                forgetStreams(stream, 0, STE);
                return CommandQueue.CERROR_NONE;
            }
            case CFGI_STE_RANGE -> {
                // Range 31 is CMD_CFGI_ALL (4.3.6).
                int range = (int) word1 & 0x1f;
                forgetStreams(stream, range == 31 ? EVERY_STREAM : range + 1, STE_RANGE);
                return CommandQueue.CERROR_NONE;
            }
            case CFGI_CD -> {
                return ids.s1p() ? forgetContext(stream, substream) : CommandQueue.CERROR_ILL;
            }
            case CFGI_CD_ALL -> {
                return ids.s1p() ? forgetContexts(stream) : CommandQueue.CERROR_ILL;
            }
            case TLBI_NH_ALL, TLBI_NH_ASID, TLBI_NH_VA, TLBI_NH_VAA -> {
                return ids.s1p() ? forgetEl1(word0, word1) : CommandQueue.CERROR_ILL;
            }
            case TLBI_EL2_ALL, TLBI_EL2_ASID, TLBI_EL2_VA, TLBI_EL2_VAA -> {
                return ids.s1p() && ids.hyp() ? forgetEl2(word0, word1) : CommandQueue.CERROR_ILL;
            }
            case TLBI_S12_VMALL, TLBI_S2_IPA -> {
                return ids.s2p() ? forgetStage2(word0, word1) : CommandQueue.CERROR_ILL;
            }
            case TLBI_NSNH_ALL -> {
                everything();
                forget(0, Tlb.WORLD, Tlb.WORLD, true, COMMON);
                return CommandQueue.CERROR_NONE;
            }
            case ATC_INV -> {
                return ids.ats() ? invalidateAtc(word0, word1, stream, substream) : CommandQueue.CERROR_ILL;
            }
            case PRI_RESP -> {
                return ids.pri() ? respond(word0, word1, stream, substream) : CommandQueue.CERROR_ILL;
            }
            case RESUME -> {
                return resume(word0, word1, stream);
            }
            case STALL_TERM -> {
                if (ids.stallModel() == 1) {
                    return CommandQueue.CERROR_ILL;
                }
                stalls.terminate(stream);
                return CommandQueue.CERROR_NONE;
            }
            case SYNC -> {
                return synchronize(word0);
            }
            default -> {
                return CommandQueue.CERROR_ILL;
            }
        }
    }

    // 4.3, configuration

    private void forgetStreams(int stream, int log2, Site site) {
        long parts = log2 == 0 ? Touch.stePart(stream) | Touch.ALL_CDS : -1L;
        touch.steps.step(Operation.WRITE, touch.configuration, parts, site);
        streams.forget(stream, log2);
        contexts.forgetAll(stream, log2);
        passages.invalidateConfiguration(stream, log2, -1);
    }

    private int forgetContext(int stream, int substream) {
        touch.steps.step(Operation.WRITE, touch.configuration, Touch.cdPart(stream, substream), CD);
        contexts.forget(stream, substream);
        passages.invalidateConfiguration(stream, 0, substream);
        return CommandQueue.CERROR_NONE;
    }

    private int forgetContexts(int stream) {
        touch.steps.step(Operation.WRITE, touch.configuration, Touch.ALL_CDS, CD_ALL);
        contexts.forgetAll(stream, 0);
        passages.invalidateConfiguration(stream, 0, -1);
        return CommandQueue.CERROR_NONE;
    }

    // 4.4, translations

    private void everything() {
        from = 0;
        to = -1;
        granule = 0;
        level = 0;
        leavesOnly = false;
    }

    /**
     * Takes the addresses of a command (4.4.1.1).
     *
     * @param address the first
     * @return whether its fields are not a reserved combination
     */
    private boolean range(long word0, long word1, long address) {
        from = address;
        to = address;
        granule = 0;
        level = 0;
        leavesOnly = (word1 & 1) != 0;
        int tg = (int) (word1 >>> 10) & 0b11;
        if (!ids.has3(SmmuIds.IDR3_RIL) || tg == 0) {
            return true;
        }
        int shift = 10 + 2 * tg;
        int ttl = (int) (word1 >>> 8) & 0b11;
        // Level 1 of 16 KiB tables has no leaves without 52-bit addresses: it is no hint.
        level = tg == 0b10 && ttl == 0b01 ? 0 : ttl;
        granule = tg;
        int num = (int) (word0 >>> 12) & 0x1f;
        int scale = (int) (word0 >>> 20) & 0x1f;
        if (num == 0 && scale == 0 && level == 0) {
            return false;
        }
        long last = address + ((long) (num + 1) << scale + shift) - 1;
        to = Long.compareUnsigned(last, address) < 0 ? -1L : last;
        return true;
    }

    /** A virtual address of a command: bits 63:56 are as bit 55, as in the TLB. */
    private static long virtual(long word1) {
        return (word1 & PAGE) << 8 >> 8;
    }

    private int vmid(long word0) {
        return ids.s2p() ? (int) (word0 >>> 32) & 0xffff : 0;
    }

    private int forgetEl1(long word0, long word1) {
        int vmid = vmid(word0);
        int asid = (int) (word0 >>> 48);
        long mask = Tlb.WORLD | Tlb.VMID | Tlb.STAGE_2_ONLY;
        switch ((int) word0 & 0xff) {
            case TLBI_NH_ALL -> {
                everything();
                forget(Tlb.tag(StreamTableEntry.EL1, vmid, 0), mask, mask, true, STAGE_1);
            }
            case TLBI_NH_ASID -> {
                everything();
                forget(Tlb.tag(StreamTableEntry.EL1, vmid, asid), mask | Tlb.ASID, mask | Tlb.ASID, false, STAGE_1);
            }
            case TLBI_NH_VA -> {
                if (!range(word0, word1, virtual(word1))) {
                    return CommandQueue.CERROR_ILL;
                }
                forget(Tlb.tag(StreamTableEntry.EL1, vmid, asid), mask | Tlb.ASID, mask | Tlb.ASID, false, STAGE_1);
            }
            default -> {
                if (!range(word0, word1, virtual(word1))) {
                    return CommandQueue.CERROR_ILL;
                }
                forget(Tlb.tag(StreamTableEntry.EL1, vmid, 0), mask, mask, true, STAGE_1);
            }
        }
        return CommandQueue.CERROR_NONE;
    }

    private int forgetEl2(long word0, long word1) {
        int asid = (int) (word0 >>> 48);
        int world = control.isE2h() ? StreamTableEntry.EL2_E2H : StreamTableEntry.EL2;
        switch ((int) word0 & 0xff) {
            case TLBI_EL2_ALL -> {
                everything();
                forget(Tlb.tag(StreamTableEntry.EL2, 0, 0), Tlb.WORLD, Tlb.WORLD, true, STAGE_1);
                forget(Tlb.tag(StreamTableEntry.EL2_E2H, 0, 0), Tlb.WORLD, Tlb.WORLD, true, STAGE_1);
            }
            case TLBI_EL2_ASID -> {
                everything();
                long mask = Tlb.WORLD | Tlb.ASID;
                forget(Tlb.tag(StreamTableEntry.EL2_E2H, 0, asid), mask, mask, false, STAGE_1);
            }
            case TLBI_EL2_VA -> {
                if (!range(word0, word1, virtual(word1))) {
                    return CommandQueue.CERROR_ILL;
                }
                long mask = Tlb.WORLD | Tlb.ASID;
                forget(Tlb.tag(world, 0, asid), mask, mask, false, STAGE_1);
            }
            default -> {
                if (!range(word0, word1, virtual(word1))) {
                    return CommandQueue.CERROR_ILL;
                }
                forget(Tlb.tag(world, 0, 0), Tlb.WORLD, Tlb.WORLD, true, STAGE_1);
            }
        }
        return CommandQueue.CERROR_NONE;
    }

    private int forgetStage2(long word0, long word1) {
        long tag = Tlb.tag(StreamTableEntry.EL1, vmid(word0), 0);
        long mask = Tlb.WORLD | Tlb.VMID;
        if (((int) word0 & 0xff) == TLBI_S12_VMALL) {
            everything();
            forget(tag, mask, mask, true, STAGE_2);
            return CommandQueue.CERROR_NONE;
        }
        if (!range(word0, word1, word1 & IPA)) {
            return CommandQueue.CERROR_ILL;
        }
        // Translations of both stages stay (4.4.3.1): they go by CMD_TLBI_NH. But what walks is waited for.
        forget(tag | Tlb.STAGE_2_ONLY, mask | Tlb.STAGE_2_ONLY, mask, true, STAGE_2);
        return CommandQueue.CERROR_NONE;
    }

    /**
     * Forgets translations within the range, and marks who uses them: one step.
     *
     * @param walksMask the bits of the tag in which whoever is to be waited for agrees
     */
    private void forget(long tag, long mask, long walksMask, boolean everyBank, Site site) {
        touch.steps.step(Operation.WRITE, touch.tlb, everyBank ? -1L : Tlb.part(tag), site);
        if (everyBank) {
            for (int bank = 0; bank < Tlb.BANKS; bank++) {
                tlb.forget(bank, tag, mask, from, to, granule, level, leavesOnly, false);
            }
        } else {
            tlb.forget(Tlb.bank(tag), tag, mask, from, to, granule, level, leavesOnly, false);
        }
        boolean everyAddress = walksMask != mask;
        passages.invalidateTranslations(tag, walksMask, everyAddress ? 0 : from, everyAddress ? -1 : to, false);
    }

    // 4.5, ATS and PRI

    /** 6.3.9.6: while SMMUEN is 0 these commands are ignored. One step. */
    private boolean isInterfaceOperational() {
        touch.steps.step(Operation.READ, touch.configuration, Touch.ENABLE, OPERATIONAL);
        return control.isEnabled();
    }

    private int invalidateAtc(long word0, long word1, int stream, int substream) {
        int size = (int) word1 & 0x3f;
        if (size > EVERY_ADDRESS) {
            return CommandQueue.CERROR_ILL;
        }
        if (!isInterfaceOperational()) {
            return CommandQueue.CERROR_NONE;
        }
        boolean hasSubstream = (word0 & SSV) != 0;
        boolean global = hasSubstream && (word0 & 1L << 9) != 0;
        int shift = size == EVERY_ADDRESS ? InvalidationRequest.EVERYTHING : 12 + size;
        long address = size == EVERY_ADDRESS ? 0 : word1 & -1L << shift;
        atc.send(stream, hasSubstream ? substream : Transaction.NO_PASID, address, shift, global);
        return CommandQueue.CERROR_NONE;
    }

    private int respond(long word0, long word1, int stream, int substream) {
        PageResponse.Code code;
        switch ((int) (word1 >>> 12) & 0b11) {
            case 0b00 -> code = PageResponse.Code.RESPONSE_FAILURE;
            case 0b01 -> code = PageResponse.Code.INVALID_REQUEST;
            case 0b10 -> code = PageResponse.Code.SUCCESS;
            default -> {
                return CommandQueue.CERROR_ILL;
            }
        }
        if (!isInterfaceOperational()) {
            return CommandQueue.CERROR_NONE;
        }
        int pasid = (word0 & SSV) != 0 ? substream : Transaction.NO_PASID;
        atc.respond(stream, new PageResponse(pasid, (int) word1 & 0x1ff, code));
        return CommandQueue.CERROR_NONE;
    }

    // 4.7.1, 4.7.2, stalls

    private int resume(long word0, long word1, int stream) {
        if (ids.stallModel() == 1) {
            return CommandQueue.CERROR_ILL;
        }
        boolean retry = (word0 & 1L << 12) != 0;
        boolean abort = (word0 & 1L << 13) != 0 || ids.abortOnly();
        int answer = retry ? Stalls.RETRY : abort ? Stalls.TERMINATE : Stalls.TERMINATE_QUIETLY;
        stalls.resume(stream, (int) word1 & 0xffff, answer);
        return CommandQueue.CERROR_NONE;
    }

    // 4.7.3, synchronization

    private int synchronize(long word0) {
        if ((word0 >>> 12 & 0b11) == 0b11) {
            return CommandQueue.CERROR_ILL;
        }
        passages.awaitSync();
        return atc.await() ? CommandQueue.CERROR_NONE : CommandQueue.CERROR_ATC_INV_SYNC;
    }

    /**
     * Signals that a CMD_SYNC is complete. CS is SIG_IRQ, or SIG_SEV which without IDR0.SEV is like SIG_NONE (4.7.3).
     */
    void signal(long word0, long word1) {
        if ((word0 >>> 12 & 0b11) != 0b01) {
            return;
        }
        long address = word1 & MSI_ADDRESS;
        if (ids.msi() && address != 0) {
            control.message(address, (int) (word0 >>> 32));
        }
        // The wire is raised whether or not a message was sent.
        control.wire(SmmuV3.WIRE_CMD_SYNC);
    }
}
