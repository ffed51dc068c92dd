package org.svalinn.machine.iommu.smmuv3;

import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.machine.iommu.Access;
import org.svalinn.machine.iommu.Transaction;
import org.svalinn.machine.paging.AArch64Format;
import org.svalinn.machine.paging.AArch64Walker;
import org.svalinn.machine.paging.Walk;
import org.svalinn.machine.paging.WalkFault;

/**
 * The way of a transaction through the SMMU (3.3.3, chapter 15), on its device's actor: configuration, TLB, walks, and
 * what becomes of a fault.
 *
 * <p>What is seen of it from outside, and so is a step: one look into the configuration cache; each word of an STE, CD
 * or table that is read; that what was read is kept; one look into the TLB; that a translation is kept; and, on a
 * fault, what {@link Stalls} and {@link EventQueue} do. An invalidation that comes between a look into a cache and the
 * keeping finds the passage and marks it: then nothing is kept, and the transaction goes on with what it has read, as
 * hardware may, and CMD_SYNC waits for its end.
 */
final class Translator {
    private static final Site CONFIGURATION = Site.named("looks into the configuration cache (3.21.1)");
    private static final Site KEEPS_CONFIGURATION =
            Site.named("keeps an STE or CD in the configuration cache (3.21.1)");
    private static final Site TRANSLATION = Site.named("looks into the TLB (3.17)");
    private static final Site KEEPS_TRANSLATION = Site.named("keeps a translation in the TLB (3.17)");

    /** What came of an attempt. */
    private enum End {
        DONE,
        FAULT,
        AGAIN
    }

    private final SmmuIds ids;
    private final Touch touch;
    private final Control control;
    private final StreamTable streams;
    private final ContextDescriptors contexts;
    private final Tlb tlb;
    private final Passages passages;
    private final Stalls stalls;
    private final EventQueue events;
    private final AArch64Walker walker;

    Translator(SmmuIds ids, Touch touch, Control control, StreamTable streams, ContextDescriptors contexts, Tlb tlb,
            Passages passages, Stalls stalls, EventQueue events, AArch64Walker walker) {
        this.ids = ids;
        this.touch = touch;
        this.control = control;
        this.streams = streams;
        this.contexts = contexts;
        this.tlb = tlb;
        this.passages = passages;
        this.stalls = stalls;
        this.events = events;
        this.walker = walker;
    }

    void translate(Transaction transaction) {
        Passage passage = passages.begin(transaction);
        while (true) {
            End end = attempt(passage);
            if (end == End.FAULT) {
                end = fault(passage);
            }
            if (end == End.DONE) {
                break;
            }
            passage.begin();
        }
        if (passage.isInFlight()
                && (!transaction.isGranted() || transaction.type() == Transaction.Type.TRANSLATION_REQUEST)) {
            passages.end(passage);
        }
    }

    private End attempt(Passage passage) {
        Transaction transaction = passage.transaction;
        int stream = passage.requester;
        int substream = transaction.hasPasid() ? transaction.pasid() : 0;
        touch.steps.step(
                Operation.READ,
                touch.configuration,
                Touch.ENABLE | Touch.stePart(stream) | Touch.cdPart(stream, substream),
                CONFIGURATION);
        passage.stream = stream;
        passage.substream = substream;
        passage.configurationStale = false;
        passage.configuredGeneration = passage.generation;
        if (!control.isEnabled()) {
            return bypassAll(passage);
        }
        Transaction.Type type = transaction.type();
        passage.checksTranslated = control.checksTranslated();
        if (type == Transaction.Type.TRANSLATED && !passage.checksTranslated) {
            grant(passage, transaction.address(), 64, transaction.wanted(), false);
            return End.DONE;
        }
        StreamTableEntry ste = streams.find(stream);
        ContextDescriptor cd = ste == null ? null : contexts.find(stream, substream);
        boolean fetched = false;
        if (ste == null) {
            ste = streams.fetch(passage, control.isE2h());
            if (ste == null) {
                return End.FAULT;
            }
            fetched = true;
        }
        passage.ste = ste;
        passage.override(ste);
        boolean needsCd = isContextNeeded(passage, ste, substream, type);
        if (needsCd && cd == null) {
            cd = contexts.fetch(passage, ste, substream);
            fetched = true;
        }
        passage.cd = needsCd ? cd : null;
        if (fetched) {
            keep(passage, ste, passage.cd);
        }
        return type == Transaction.Type.TRANSLATED
                ? translated(passage, ste)
                : configured(passage, ste, needsCd);
    }

    /** SMMUEN is 0 (3.11, 6.3.9.6): GBPA decides. */
    private End bypassAll(Passage passage) {
        Transaction transaction = passage.transaction;
        switch (transaction.type()) {
            case TRANSLATION_REQUEST -> {
                passage.event.badTranslationRequest(transaction);
                events.record(passage);
                transaction.refuse(Transaction.Outcome.ABORTED);
            }
            case TRANSLATED -> {
                passage.event.forbidden(transaction);
                events.record(passage);
                transaction.refuse(Transaction.Outcome.ABORTED);
            }
            case UNTRANSLATED -> {
                if (control.abortsAll() || transaction.address() >>> ids.oas() != 0) {
                    transaction.refuse(Transaction.Outcome.ABORTED);
                } else {
                    grant(passage, transaction.address(), 64, transaction.wanted(), false);
                }
            }
        }
        return End.DONE;
    }

    /** Whether this transaction is to be translated with a CD: not when the STE already decides against that. */
    private static boolean isContextNeeded(Passage passage, StreamTableEntry ste, int substream,
            Transaction.Type type) {
        if (ste.illegal || !ste.stage1 || type == Transaction.Type.TRANSLATED) {
            return false;
        }
        if (type == Transaction.Type.TRANSLATION_REQUEST && ste.eats == StreamTableEntry.EATS_NONE) {
            return false;
        }
        if (passage.transaction.hasPasid()) {
            return ste.hasSubstreams()
                    && substream >>> ste.contextsLog2 == 0
                    && !(substream == 0 && ste.defaultSubstream == StreamTableEntry.DSS_SUBSTREAM_0);
        }
        return !ste.hasSubstreams() || ste.defaultSubstream == StreamTableEntry.DSS_SUBSTREAM_0;
    }

    private void keep(Passage passage, StreamTableEntry ste, @Nullable ContextDescriptor cd) {
        long parts = Touch.stePart(ste.stream) | (cd == null ? 0 : Touch.cdPart(cd.stream, cd.substream));
        touch.steps.step(Operation.WRITE, touch.configuration, parts, KEEPS_CONFIGURATION);
        if (!passage.configurationStale) {
            streams.keep(ste);
            if (cd != null) {
                contexts.keep(cd);
            }
        }
    }

    /** A translated request that is checked (3.9.1.3). */
    private End translated(Passage passage, StreamTableEntry ste) {
        Transaction transaction = passage.transaction;
        if (ste.illegal) {
            passage.event.configuration(EventRecord.C_BAD_STE, transaction);
            return End.FAULT;
        }
        if (ste.aborts) {
            transaction.refuse(Transaction.Outcome.ABORTED);
            return End.DONE;
        }
        switch (ste.eats) {
            case StreamTableEntry.EATS_FULL -> {
                grant(passage, transaction.address(), 64, transaction.wanted(), false);
                return End.DONE;
            }
            case StreamTableEntry.EATS_SPLIT -> {
                if (transaction.address() >>> ids.oas() != 0) {
                    passage.event.fault(EventRecord.F_ADDR_SIZE, passage, false, EventRecord.CLASS_IN, 0);
                    return End.FAULT;
                }
                return translateBy(passage, ste, null, transaction.address());
            }
            default -> {
                passage.event.forbidden(transaction);
                events.record(passage);
                transaction.refuse(Transaction.Outcome.ABORTED);
                return End.DONE;
            }
        }
    }

    /** With a legal STE or not, and a CD if one is needed: null if it could not be fetched. */
    private End configured(Passage passage, StreamTableEntry ste, boolean needsCd) {
        Transaction transaction = passage.transaction;
        boolean request = transaction.type() == Transaction.Type.TRANSLATION_REQUEST;
        if (ste.illegal) {
            passage.event.configuration(EventRecord.C_BAD_STE, transaction);
            return End.FAULT;
        }
        if (ste.aborts) {
            transaction.refuse(Transaction.Outcome.ABORTED);
            return End.DONE;
        }
        if (request && !isServed(passage, ste)) {
            passage.event.badTranslationRequest(transaction);
            events.record(passage);
            transaction.refuse(Transaction.Outcome.ABORTED);
            return End.DONE;
        }
        if (needsCd) {
            ContextDescriptor cd = passage.cd;
            if (cd == null) {
                return End.FAULT;
            }
            if (cd.illegal) {
                passage.event.configuration(EventRecord.C_BAD_CD, transaction);
                return End.FAULT;
            }
            return translateBy(passage, ste, cd, transaction.address());
        }
        if (transaction.hasPasid()) {
            // 7.3.7: substream 0 is reserved for what comes without one; 7.3.9: everything else.
            if (passage.substream == 0 && ste.stage1 && ste.hasSubstreams()) {
                passage.event.configuration(EventRecord.F_STREAM_DISABLED, transaction);
            } else {
                passage.event.badSubstream(transaction, passage.substream);
            }
            return End.FAULT;
        }
        if (ste.stage1 && ste.defaultSubstream != StreamTableEntry.DSS_BYPASS) {
            passage.event.configuration(EventRecord.F_STREAM_DISABLED, transaction);
            return End.FAULT;
        }
        if (ste.stage2) {
            return translateBy(passage, ste, null, transaction.address());
        }
        return bypass(passage);
    }

    private static boolean isServed(Passage passage, StreamTableEntry ste) {
        return ste.eats == StreamTableEntry.EATS_FULL
                || ste.eats == StreamTableEntry.EATS_SPLIT && passage.checksTranslated;
    }

    /** Neither stage translates (3.4: an address beyond the output size is stage 1's address size fault). */
    private End bypass(Passage passage) {
        Transaction transaction = passage.transaction;
        if (transaction.address() >>> ids.oas() != 0) {
            passage.event.fault(EventRecord.F_ADDR_SIZE, passage, false, EventRecord.CLASS_IN, 0);
            return End.FAULT;
        }
        boolean request = transaction.type() == Transaction.Type.TRANSLATION_REQUEST;
        // 3.9.1.2: the answer is everything, at its own address.
        int access = request
                ? Access.READ | Access.WRITE | transaction.wanted() & Access.EXECUTE
                : transaction.wanted();
        grant(passage, transaction.address(), request ? 12 : 64, access, false);
        return End.DONE;
    }

    // Translation

    /** Translates by stage 1 if there is a CD, and by stage 2 if the STE has it. */
    private End translateBy(Passage passage, StreamTableEntry ste, @Nullable ContextDescriptor cd, long input) {
        Transaction transaction = passage.transaction;
        boolean request = transaction.type() == Transaction.Type.TRANSLATION_REQUEST;
        boolean split = ste.eats == StreamTableEntry.EATS_SPLIT && request;
        boolean privileged = passage.privileged;
        boolean upper = cd != null && ste.world != StreamTableEntry.EL2 && AArch64Format.isUpper(input);
        boolean ignoresTop = cd != null && (upper ? cd.topByteIgnored1 : cd.topByteIgnored0);
        long address = ignoresTop ? input << 8 >> 8 : input;
        long tag = cd == null
                ? Tlb.tag(StreamTableEntry.EL1, ste.vmid, 0) | Tlb.STAGE_2_ONLY
                : Tlb.tag(ste.world, ste.vmid, cd.asid);

        touch.steps.step(Operation.READ, touch.tlb, Tlb.part(tag), TRANSLATION);
        passage.tag = tag;
        passage.page = address;
        passage.translatedGeneration = passage.generation;
        passage.translationStale = false;
        if (!split) {
            int entry = tlb.find(tag, privileged, address);
            if (entry >= 0) {
                int access = tlb.access(entry);
                if ((passage.wanted & ~access) == 0) {
                    int shift = tlb.shift(entry);
                    passage.shift = shift;
                    long offset = (1L << shift) - 1;
                    grant(passage, tlb.physical(entry) | address & offset, shift, access, false);
                    return End.DONE;
                }
            }
        }
        passage.shift = 64;
        passage.table = tlb.findTable(
                tag, AArch64Format.granuleShift(cd == null ? ste.s2format : upper ? cd.format1 : cd.format0), address);
        if (passage.table >= 0) {
            passage.tableTaken = tlb.tableTaken((int) passage.table);
            passage.table = tlb.table((int) passage.table);
        }
        return walk(passage, ste, cd, address, upper, split);
    }

    private End walk(Passage passage, StreamTableEntry ste, @Nullable ContextDescriptor cd, long address, boolean upper,
            boolean split) {
        Transaction transaction = passage.transaction;
        boolean request = transaction.type() == Transaction.Type.TRANSLATION_REQUEST;
        Walk walk = passage.walk;
        passages.throughStages(passage, cd != null, ste.stage2);
        if (cd == null) {
            beginOuter(passage, walk, ste.s2table, ste.s2format, address, request);
            walker.walk(walk);
            if (walk.fault() != WalkFault.NONE) {
                Faults.record(passage, walk, true, EventRecord.CLASS_IN, address);
                return End.FAULT;
            }
            return arrive(passage, walk, cd, walk.physical(), walk.pageShift(), walk.granted(), ste.s2format);
        }
        long format = upper ? cd.format1 : cd.format0;
        if (format == 0) {
            // EPDx: a walk is not made (5.4).
            passage.event.fault(EventRecord.F_TRANSLATION, passage, false, EventRecord.CLASS_IN, 0);
            return End.FAULT;
        }
        beginOuter(passage, walk, upper ? cd.table1 : cd.table0, format, address, request);
        walker.walk(walk);
        if (walk.fault() != WalkFault.NONE) {
            boolean byStage2 = ste.stage2 && passage.nested.isRefused
                    && (walk.fault() == WalkFault.TABLE_ABORT || walk.fault() == WalkFault.UPDATE_ABORT);
            if (!byStage2) {
                Faults.record(passage, walk, false, EventRecord.CLASS_IN, 0);
            }
            return End.FAULT;
        }
        int access = walk.granted();
        if (!ste.stage2 || split || request && (walk.permitted() & passage.wanted) == 0) {
            return arrive(passage, walk, cd, walk.physical(), walk.pageShift(), access, format);
        }
        Walk inner = passage.inner;
        long ipa = walk.physical();
        begin(passage, inner, ste.s2table, ste.s2format, ipa, request);
        walker.walk(inner);
        if (inner.fault() != WalkFault.NONE) {
            Faults.record(passage, inner, true, EventRecord.CLASS_IN, ipa);
            return End.FAULT;
        }
        int shift = Math.min(walk.pageShift(), inner.pageShift());
        return arrive(passage, walk, cd, inner.physical(), shift, access & inner.granted(), format);
    }

    private static void begin(Passage passage, Walk walk, long table, long format, long address, boolean request) {
        walk.as(format).begin(table, AArch64Format.topLevel(format), address, passage.wanted, passage.privileged);
        if (request) {
            walk.withoutPermissionFault();
        }
    }

    /** Begins at the last table if the TLB knew it. */
    private static void beginOuter(Passage passage, Walk walk, long table, long format, long address, boolean request) {
        if (passage.table < 0) {
            begin(passage, walk, table, format, address, request);
            return;
        }
        walk.as(format).begin(passage.table, 1, address, passage.wanted, passage.privileged, passage.tableTaken);
        if (request) {
            walk.withoutPermissionFault();
        }
    }

    /** A walk came to a page: it is kept, unless something was invalidated since, and the transaction goes on. */
    private End arrive(Passage passage, Walk walk, @Nullable ContextDescriptor cd, long physical, int shift, int access,
            long format) {
        // The answer of split-stage ATS is stage 1's alone, which is not what others look for.
        boolean isHalf = passage.transaction.type() == Transaction.Type.TRANSLATION_REQUEST
                && cd != null
                && passage.ste != null
                && passage.ste.eats == StreamTableEntry.EATS_SPLIT;
        if (access != 0 && !walk.isGlobal() && !isHalf) {
            touch.steps.step(Operation.WRITE, touch.tlb, Tlb.part(passage.tag), KEEPS_TRANSLATION);
            passage.shift = shift;
            if (!passage.translationStale) {
                int granule = AArch64Format.granuleShift(format);
                int level = 3 - (walk.pageShift() - granule) / (granule - 3);
                int tg = (granule - 10) / 2;
                long filler = filler(passage.stream, passage.transaction.pasid());
                tlb.keep(passage.tag, passage.privileged, passage.page, shift, physical, access, level, tg,
                        cd != null && cd.asidPrivate, filler);
                if (passage.table < 0 && walk.tableAt(1) != 0 && AArch64Format.topLevel(format) > 1) {
                    tlb.keepTable(passage.tag, granule, passage.page, walk.tableAt(1), walk.accessAt(1), tg, filler);
                }
            }
        }
        grant(passage, physical, shift, access, walk.isGlobal());
        return End.DONE;
    }

    static long filler(int stream, int pasid) {
        return (long) stream << 32 | pasid & 0xffff_ffffL;
    }

    private static void grant(Passage passage, long physical, int shift, int access, boolean global) {
        Transaction transaction = passage.transaction;
        int answer = transaction.type() == Transaction.Type.TRANSLATION_REQUEST ? atsAccess(passage, access) : access;
        transaction.grant(physical, shift, answer, global);
    }

    /**
     * 13.7.1: what an endpoint is granted: to write, or to execute, only if it asked to. Whether reads count as data or
     * as fetches of instructions is for STE.INSTCFG to override.
     */
    private static int atsAccess(Passage passage, int access) {
        boolean read = (access & Access.READ) != 0;
        boolean execute = (access & Access.EXECUTE) != 0;
        int override = passage.ste == null ? 0 : passage.ste.instructionOverride;
        boolean reads = override == 3 ? execute : read;
        boolean executes = override == 3 ? execute : override == 2 ? read : read && execute;
        return (reads ? Access.READ : 0)
                | access & passage.wanted & Access.WRITE
                | (executes ? passage.wanted & Access.EXECUTE : 0);
    }

    // Faults

    /** The event is in the passage's record. */
    private End fault(Passage passage) {
        Transaction transaction = passage.transaction;
        EventRecord event = passage.event;
        boolean related = event.isTranslationRelated();
        if (transaction.type() == Transaction.Type.TRANSLATION_REQUEST) {
            // 3.9.1.2: nothing is recorded, since CR2.REC_CFG_ATS is not implemented.
            if (related) {
                transaction.grant(0, 12, 0, false);
            } else {
                transaction.refuse(Transaction.Outcome.COMPLETER_ABORT);
            }
            return End.DONE;
        }
        if (!related) {
            boolean silent = event.number() == EventRecord.C_BAD_STREAMID && !control.recordsInvalidStreams()
                    || transaction.type() == Transaction.Type.TRANSLATED && event.number() != EventRecord.F_WALK_EABT;
            if (!silent) {
                events.record(passage);
            }
            transaction.refuse(Transaction.Outcome.ABORTED);
            return End.DONE;
        }
        StreamTableEntry ste = passage.ste;
        ContextDescriptor cd = passage.cd;
        boolean stall = event.isStage2 ? ste != null && ste.s2stall : cd != null && cd.stall;
        boolean record = event.isStage2 ? ste == null || ste.s2record : cd == null || cd.record;
        boolean abort = event.isStage2 || cd == null || cd.abort;
        if (stall) {
            return stall(passage);
        }
        if (record) {
            events.record(passage);
        }
        transaction.refuse(abort ? Transaction.Outcome.ABORTED : Transaction.Outcome.IGNORED);
        return End.DONE;
    }

    /**
     * 3.12.2: the transaction waits until software has answered. It counts as in flight until its event is recorded (4.7.2.1),
     * unless it has to wait for that: it is tried again later, and may then find things changed.
     */
    private End stall(Passage passage) {
        if (!stalls.begin(passage)) {
            passages.end(passage);
            stalls.awaitTag();
            return End.AGAIN;
        }
        passage.event.stalls(passage.stallTag);
        boolean recorded = events.recordStall(passage);
        passages.end(passage);
        while (!recorded) {
            if (events.awaitRoom(passage)) {
                stalls.cancel(passage);
                return End.AGAIN;
            }
            recorded = events.recordStall(passage);
        }
        return switch (stalls.await(passage)) {
            case Stalls.RETRY -> End.AGAIN;
            case Stalls.TERMINATE_QUIETLY -> {
                passage.transaction.refuse(Transaction.Outcome.IGNORED);
                yield End.DONE;
            }
            default -> {
                passage.transaction.refuse(Transaction.Outcome.ABORTED);
                yield End.DONE;
            }
        };
    }
}
