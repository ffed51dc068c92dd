package org.svalinn.machine.iommu.vtd;

import static org.svalinn.machine.iommu.vtd.SetCache.NONE;

import java.util.ArrayList;
import java.util.List;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.machine.iommu.Access;
import org.svalinn.machine.iommu.Transaction;
import org.svalinn.machine.memory.Use;
import org.svalinn.machine.paging.PhysicalTables;
import org.svalinn.machine.paging.SecondLevelWalker;
import org.svalinn.machine.paging.Walk;
import org.svalinn.machine.paging.WalkFault;
import org.svalinn.machine.paging.X86Walker;

/**
 * Requests through the unit (chapters 3 and 4): from the requester id to a context entry, from the PASID to a
 * PASID-table entry, and from the address, by first-level, second-level or both tables, to a page.
 *
 * <p>One step looks in all caches, as deep as they lead. What is not in them is read from memory, a step each, and put
 * into its cache by a step that also looks in the next. So a request that finds everything takes one step here, and one
 * more when its device says that it has arrived.
 *
 * <p>A translation that is in the IOTLB but grants too little is no fault: the tables are walked again, as they may
 * allow more by now, and as the first write must set the dirty flag.
 */
final class Translator {
    private static final Site LOOKUP = Site.named("looks in the translation caches (VT-d 6.2)");
    private static final Site FILL_CONTEXT = Site.named("fills the context cache (VT-d 6.2.2)");
    private static final Site FILL_PASID = Site.named("fills the PASID cache (VT-d 6.2.3)");
    private static final Site FILL_TRANSLATION = Site.named("fills the IOTLB (VT-d 6.2.5)");

    private static final Use WALK = Use.of(Use.Kind.WALK, "walks first-level or second-level tables (VT-d 3.6, 3.7)");

    /** Bits 31:20 of an address of the interrupt address range (3.15). */
    private static final long INTERRUPTS = 0xFEE;

    private final Wiring wiring;
    private final TranslationCaches caches;
    private final Flight flight;
    private final FaultLog faults;
    private final DeviceTables deviceTables;
    private final PhysicalTables physicalTables;
    private final X86Walker firstLevel = new X86Walker();
    private final SecondLevelWalker secondLevel = new SecondLevelWalker();
    private final List<Passage> idle = new ArrayList<>(2);

    private boolean enabled;
    private boolean scalable;
    private long rootTable;

    private boolean savedEnabled;
    private boolean savedScalable;
    private long savedRootTable;

    Translator(Wiring wiring, TranslationCaches caches, Flight flight, FaultLog faults) {
        this.wiring = wiring;
        this.caches = caches;
        this.flight = flight;
        this.faults = faults;
        deviceTables = new DeviceTables(wiring);
        physicalTables = new PhysicalTables(wiring.memory, WALK);
    }

    // What registers say

    /** DMA remapping is on, or off. */
    void enable(boolean on) {
        enabled = on;
    }

    boolean isEnabled() {
        return enabled;
    }

    /** The root table, as the Set Root Table Pointer operation found it in RTADDR_REG. */
    void rootTable(long register) {
        rootTable = register & -1L << 12;
        scalable = (register >>> 10 & 3) == 0b01 && (rootTable & wiring.beyondHost) == 0;
    }

    /** Whether the root table is one of scalable mode, as every request needs (RTA.1). */
    boolean isScalable() {
        return scalable;
    }

    // Requests

    void translate(Transaction transaction) {
        int requester = transaction.requesterId() & 0xffff;
        boolean hasPasid = transaction.hasPasid();
        long parts = parts(transaction);
        wiring.steps.step(Operation.READ, wiring.caches, parts, LOOKUP);
        long address = transaction.address();
        boolean isMemory = hasPasid || !isInterrupt(address);
        if (enabled && scalable && transaction.type() == Transaction.Type.UNTRANSLATED && isMemory) {
            int context = caches.findContext(requester);
            if (context != NONE) {
                long low = caches.contexts.value(context, 0);
                int pasid = hasPasid ? transaction.pasid() : ContextEntry.ridPasid(caches.contexts.value(context, 1));
                boolean isEnabled = !hasPasid || (low & ContextEntry.PASID_ENABLE) != 0;
                if (isEnabled && !ContextEntry.isBeyondDirectory(low, pasid)) {
                    int entry = caches.findPasid(requester, pasid);
                    if (entry != NONE && hit(transaction, entry, pasid, parts)) {
                        return;
                    }
                }
            }
        }
        pass(transaction, parts);
    }

    /** A request whose device tables are cached: whether its translation is too, and lets it pass. */
    private boolean hit(Transaction transaction, int entry, int pasid, long parts) {
        boolean hasPasid = transaction.hasPasid();
        boolean privileged = hasPasid && transaction.isPrivileged();
        int wanted = transaction.wanted();
        SetCache entries = caches.pasids;
        long third = entries.value(entry, 2);
        if (privileged && !PasidEntry.letsSupervisors(third) || (wanted & Access.EXECUTE) != 0) {
            return false;
        }
        int type = PasidEntry.type(entries.value(entry, 0));
        long address = transaction.address();
        long translation = caches.findTranslation(
                address, TranslationCaches.tag(type & 3, privileged, PasidEntry.domain(entries.value(entry, 1)), pasid));
        if (translation == 0 || (wanted & ~TranslationCaches.access(translation)) != 0) {
            return false;
        }
        int shift = TranslationCaches.shift(translation);
        long physical = TranslationCaches.page(translation) | address & (1L << shift) - 1;
        if (isInterrupt(physical)) {
            return false;
        }
        transaction.grant(physical, shift, TranslationCaches.access(translation), false);
        if (wiring.config.drains()) {
            transaction.ticket(flight.enter(parts, true));
        }
        return true;
    }

    /** The long way, in the step that looked in the caches. */
    private void pass(Transaction transaction, long parts) {
        if (!enabled) {
            passUnremapped(transaction, parts);
            return;
        }
        boolean translated = transaction.type() == Transaction.Type.TRANSLATED;
        boolean untranslated = transaction.type() == Transaction.Type.UNTRANSLATED;
        if (untranslated && !transaction.hasPasid() && isInterrupt(transaction.address())) {
            // 3.15: an interrupt request, which DMA remapping does not touch.
            grantAsIs(transaction, parts);
            return;
        }
        Passage passage = take().begin(transaction, parts);
        int ticket = flight.enter(parts, false);
        VtdFault fault = translated ? admitTranslated(passage) : resolve(passage);
        boolean granted = fault == VtdFault.NONE;
        if (granted) {
            if (translated) {
                transaction.grant(transaction.address(), 12, transaction.wanted(), false);
            } else {
                grant(transaction, passage);
            }
        } else {
            refuse(transaction, passage, fault);
        }
        idle.add(passage);
        if (granted && transaction.type() != Transaction.Type.TRANSLATION_REQUEST && wiring.config.drains()) {
            flight.translated(ticket);
            transaction.ticket(ticket);
        } else {
            flight.leave(ticket, parts);
        }
    }

    /** A device says that a request has arrived where it goes. */
    void completed(Transaction transaction) {
        int ticket = transaction.ticket();
        if (ticket != Flight.NOT_FOLLOWED) {
            transaction.ticket(Flight.NOT_FOLLOWED);
            flight.leave(ticket, parts(transaction));
        }
    }

    /**
     * Which parts of the caches a request can touch. One without PASID has the one that its context entry says, which
     * may be any; one that is translated needs its context entry only.
     */
    private static long parts(Transaction transaction) {
        long function = Wiring.functionPart(transaction.requesterId());
        if (transaction.type() == Transaction.Type.TRANSLATED) {
            return function;
        }
        return function | (transaction.hasPasid() ? Wiring.pasidPart(transaction.pasid()) : Wiring.ALL_PASIDS);
    }

    /** Remapping is off (11.4.4.1, TE): addresses are physical; PASIDs and ATS are not supported. */
    private void passUnremapped(Transaction transaction, long parts) {
        if (transaction.type() == Transaction.Type.UNTRANSLATED && !transaction.hasPasid()) {
            grantAsIs(transaction, parts);
        } else {
            transaction.refuse(Transaction.Outcome.ABORTED);
        }
    }

    private void grantAsIs(Transaction transaction, long parts) {
        transaction.grant(transaction.address(), 12, transaction.wanted(), false);
        if (wiring.config.drains()) {
            transaction.ticket(flight.enter(parts, true));
        }
    }

    private void grant(Transaction transaction, Passage passage) {
        long physical = passage.page | transaction.address() & (1L << passage.shift) - 1;
        int granted = passage.granted;
        if (passage.onlyAsking) {
            granted &= passage.wanted;
            if ((granted & (Access.READ | Access.WRITE)) == 0) {
                // PCIe 6.0, 10.2.3: without R and W an answer says nothing else.
                granted = 0;
            }
        }
        transaction.grant(physical, passage.shift, granted, false);
    }

    private void refuse(Transaction transaction, Passage passage, VtdFault fault) {
        boolean asks = transaction.type() == Transaction.Type.TRANSLATION_REQUEST;
        if (asks && fault.answer() == VtdFault.Answer.NOTHING_GRANTED) {
            transaction.grant(transaction.address(), 12, 0, false);
            return;
        }
        transaction.refuse(
                asks && fault.answer() == VtdFault.Answer.COMPLETER_ABORT
                        ? Transaction.Outcome.COMPLETER_ABORT
                        : Transaction.Outcome.ABORTED);
        if (!passage.faultsDisabled) {
            faults.record(
                    fault,
                    passage.requesterId,
                    transaction.hasPasid(),
                    transaction.pasid(),
                    transaction.address(),
                    addressType(transaction.type()),
                    (transaction.wanted() & Access.WRITE) != 0 ? FaultLog.TYPE_WRITE : FaultLog.TYPE_READ,
                    (transaction.wanted() & Access.EXECUTE) != 0,
                    transaction.isPrivileged());
        }
    }

    private static int addressType(Transaction.Type type) {
        return switch (type) {
            case UNTRANSLATED -> 0b00;
            case TRANSLATION_REQUEST -> 0b01;
            case TRANSLATED -> 0b10;
        };
    }

    private static boolean isInterrupt(long address) {
        return address >>> 20 == INTERRUPTS;
    }

    // Step by step

    /** Comes to the context entry of a request's function, in the caches or in memory. Also for page requests. */
    VtdFault findContext(Passage passage) {
        if (!scalable) {
            return VtdFault.RTA_1;
        }
        int at = caches.findContext(passage.requesterId);
        if (at != NONE) {
            passage.contextLow = caches.contexts.value(at, 0);
            passage.contextHigh = caches.contexts.value(at, 1);
            passage.faultsDisabled = (passage.contextLow & ContextEntry.FAULT_PROCESSING_DISABLE) != 0;
            return VtdFault.NONE;
        }
        long part = Wiring.functionPart(passage.requesterId);
        int seen = caches.invalidations(part);
        VtdFault fault = deviceTables.readContext(passage, rootTable);
        if (fault != VtdFault.NONE) {
            return fault;
        }
        wiring.steps.step(Operation.UPDATE, wiring.caches, passage.parts, FILL_CONTEXT);
        if (seen == caches.invalidations(part)) {
            caches.fillContext(passage.requesterId, passage.contextLow, passage.contextHigh);
        }
        return VtdFault.NONE;
    }

    Passage take() {
        return idle.isEmpty() ? new Passage(wiring.memory, physicalTables, secondLevel) : idle.removeLast();
    }

    void giveBack(Passage passage) {
        idle.add(passage);
    }

    private VtdFault admitTranslated(Passage passage) {
        VtdFault fault = findContext(passage);
        if (fault != VtdFault.NONE) {
            return fault;
        }
        return (passage.contextLow & ContextEntry.DEVICE_TLB_ENABLE) == 0 ? VtdFault.SCT_5 : VtdFault.NONE;
    }

    private VtdFault resolve(Passage passage) {
        VtdFault fault = findContext(passage);
        if (fault == VtdFault.NONE) {
            fault = admit(passage);
        }
        if (fault == VtdFault.NONE) {
            fault = findEntry(passage);
        }
        if (fault == VtdFault.NONE) {
            fault = findPage(passage);
        }
        return fault;
    }

    /** What the context entry lets through. */
    private VtdFault admit(Passage passage) {
        long low = passage.contextLow;
        if (passage.onlyAsking && (low & ContextEntry.DEVICE_TLB_ENABLE) == 0) {
            return VtdFault.SCT_5;
        }
        if (!passage.hasPasid) {
            passage.pasid = ContextEntry.ridPasid(passage.contextHigh);
            return ContextEntry.isBeyondDirectory(low, passage.pasid) ? VtdFault.SCT_9 : VtdFault.NONE;
        }
        if ((low & ContextEntry.PASID_ENABLE) == 0) {
            return VtdFault.SCT_6;
        }
        return ContextEntry.isBeyondDirectory(low, passage.pasid)
                        || passage.pasid >>> wiring.config.pasidBits() != 0
                ? VtdFault.SCT_7
                : VtdFault.NONE;
    }

    private VtdFault findEntry(Passage passage) {
        int at = caches.findPasid(passage.requesterId, passage.pasid);
        if (at != NONE) {
            passage.entryFirst = caches.pasids.value(at, 0);
            passage.entrySecond = caches.pasids.value(at, 1);
            passage.entryThird = caches.pasids.value(at, 2);
            passage.faultsDisabled |= (passage.entryFirst & PasidEntry.FAULT_PROCESSING_DISABLE) != 0;
            return VtdFault.NONE;
        }
        long part = Wiring.pasidPart(passage.pasid);
        int seen = caches.invalidations(part);
        VtdFault fault = deviceTables.readEntry(passage);
        if (fault != VtdFault.NONE) {
            return fault;
        }
        wiring.steps.step(Operation.UPDATE, wiring.caches, passage.parts, FILL_PASID);
        if (seen == caches.invalidations(part)) {
            caches.fillPasid(
                    passage.requesterId,
                    passage.pasid,
                    // What the directory says of faults is remembered with the entry.
                    passage.entryFirst | (passage.faultsDisabled ? PasidEntry.FAULT_PROCESSING_DISABLE : 0),
                    passage.entrySecond,
                    passage.entryThird);
        }
        return VtdFault.NONE;
    }

    private VtdFault findPage(Passage passage) {
        if ((passage.wanted & Access.EXECUTE) != 0 && !PasidEntry.letsExecute(passage.entryThird)) {
            return VtdFault.SPT_5;
        }
        if (passage.privileged && !PasidEntry.letsSupervisors(passage.entryThird)) {
            return VtdFault.SPT_6;
        }
        int type = PasidEntry.type(passage.entryFirst);
        if (type == PasidEntry.PASS_THROUGH) {
            if ((passage.address & wiring.beyondHost) != 0) {
                return VtdFault.SGN_4;
            }
            passage.page = passage.address & -1L << 12;
            passage.shift = 12;
            passage.granted = Access.READ | Access.WRITE | passage.wanted;
            return isInterrupt(passage.page) ? VtdFault.SGN_8 : VtdFault.NONE;
        }
        long tag = TranslationCaches.tag(
                type, passage.privileged, PasidEntry.domain(passage.entrySecond), passage.pasid);
        long translation = caches.findTranslation(passage.address, tag);
        if (translation != 0 && (passage.wanted & ~TranslationCaches.access(translation)) == 0) {
            passage.page = TranslationCaches.page(translation);
            passage.shift = TranslationCaches.shift(translation);
            passage.granted = TranslationCaches.access(translation);
            return targetOf(passage);
        }
        VtdFault fault = walk(passage, type, tag);
        return fault == VtdFault.NONE ? targetOf(passage) : fault;
    }

    private VtdFault targetOf(Passage passage) {
        long physical = passage.page | passage.address & (1L << passage.shift) - 1;
        return isInterrupt(physical) ? VtdFault.SGN_8 : VtdFault.NONE;
    }

    private VtdFault walk(Passage passage, int type, long tag) {
        int seen = caches.invalidations(Wiring.pasidPart(passage.pasid));
        boolean isFirst = PasidEntry.hasFirstLevel(type);
        if (PasidEntry.hasSecondLevel(type)) {
            passage.second.as(PasidEntry.secondLevelFormat(passage.entryFirst, wiring.config));
        }
        Walk walk = isFirst ? passage.first : passage.second;
        long top;
        int levels;
        if (isFirst) {
            long format = PasidEntry.firstLevelFormat(passage.entryFirst, passage.entryThird, wiring.config);
            walk.as(format).through(passage.firstLevelTables(type == PasidEntry.NESTED));
            top = PasidEntry.firstLevelTable(passage.entryThird);
            levels = X86Walker.levels(format);
        } else {
            top = PasidEntry.secondLevelTable(passage.entryFirst);
            levels = SecondLevelWalker.levels(walk.format());
        }
        int cached = caches.findTable(passage.address, tag, levels);
        if (cached == NONE) {
            walk.begin(top, levels, passage.address, passage.wanted, passage.privileged);
        } else {
            walk.begin(
                    caches.tableAddress(cached),
                    caches.tableLevel(cached),
                    passage.address,
                    passage.wanted,
                    passage.privileged,
                    caches.tableTakes(cached));
        }
        if (passage.onlyAsking) {
            walk.withoutPermissionFault();
        }
        if (isFirst) {
            firstLevel.walk(walk);
        } else {
            secondLevel.walk(walk);
        }
        if (!walk.isDone()) {
            return isFirst
                    ? WalkFaults.ofFirstLevel(passage, levels)
                    : WalkFaults.ofSecondLevel(walk, levels);
        }
        passage.page = walk.physical() & -1L << walk.pageShift();
        passage.shift = walk.pageShift();
        passage.granted = walk.granted();
        if (type == PasidEntry.NESTED) {
            VtdFault fault = translateGuestPage(passage);
            if (fault != VtdFault.NONE) {
                return fault;
            }
        }
        fill(passage, walk, levels, tag, seen);
        return VtdFault.NONE;
    }

    /** 3.8: the page that the first level gave is a guest's; the second level says where it is. */
    private VtdFault translateGuestPage(Passage passage) {
        long guest = passage.first.physical();
        Walk second = passage.second;
        int levels = SecondLevelWalker.levels(second.format());
        int wanted = passage.onlyAsking ? passage.wanted & passage.granted : passage.wanted;
        second.begin(PasidEntry.secondLevelTable(passage.entryFirst), levels, guest, wanted, false);
        if (passage.onlyAsking) {
            second.withoutPermissionFault();
        }
        secondLevel.walk(second);
        if (!second.isDone()) {
            return second.fault() == WalkFault.ADDRESS_RANGE
                    ? VtdFault.SFS_5
                    : WalkFaults.ofSecondLevel(second, levels);
        }
        int shift = Math.min(passage.first.pageShift(), second.pageShift());
        passage.page = second.physical() & -1L << shift;
        passage.shift = shift;
        passage.granted &= second.granted();
        return VtdFault.NONE;
    }

    private void fill(Passage passage, Walk walk, int levels, long tag, int seen) {
        wiring.steps.step(Operation.UPDATE, wiring.caches, passage.parts, FILL_TRANSLATION);
        if (seen != caches.invalidations(Wiring.pasidPart(passage.pasid))) {
            return;
        }
        if (passage.granted != 0) {
            caches.fillTranslation(passage.address, passage.shift, tag, passage.page, passage.granted);
        }
        for (int level = Math.min(walk.level(), levels - 1); level >= 1; level--) {
            long table = walk.tableAt(level);
            if (table != 0) {
                caches.fillTable(passage.address, level, tag, table, walk.accessAt(level));
            }
        }
    }

    // State

    void snapshot() {
        savedEnabled = enabled;
        savedScalable = scalable;
        savedRootTable = rootTable;
    }

    void restore() {
        enabled = savedEnabled;
        scalable = savedScalable;
        rootTable = savedRootTable;
        idle.clear();
    }
}
