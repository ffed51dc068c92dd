package org.svalinn.machine.iommu.smmuv3;

import java.util.Arrays;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.machine.iommu.Transaction;
import org.svalinn.machine.memory.PhysicalMemory;
import org.svalinn.machine.memory.Use;
import org.svalinn.machine.paging.AArch64Walker;
import org.svalinn.machine.paging.PhysicalTables;
import org.svalinn.machine.paging.Walk;

/**
 * The transactions in the SMMU. An invalidation marks those that may use what it removes; who waits for the invalidation to be
 * complete, CMD_SYNC or a broadcast's DSB, waits until these have ended (3.21.1, 4.7.3): a transaction that was translated with old
 * tables has made its last access by then.
 */
final class Passages {
    private static final Use STAGE_1 = Use.of(Use.Kind.WALK, "walks a translation table of stage 1");
    private static final Use STAGE_2 = Use.of(Use.Kind.WALK, "walks a translation table of stage 2");
    private static final Site ENDS = Site.named("a transaction ends");
    private static final Site WAITS = Site.named("waits for transactions that use what was invalidated (4.7.3)");

    private final Touch touch;
    private final PhysicalMemory memory;
    private final AArch64Walker walker;
    private final PhysicalTables stage1Tables;
    private final PhysicalTables stage2Tables;
    private Passage[] passages = new Passage[0];
    private int count;
    private int last;

    /** What {@link #awaitSync} has to look at, by requester: of the command queue's actor alone. */
    private long syncParts;

    private long broadcastParts;
    private final BooleanSupplier syncOver = this::isSyncOver;
    private final BooleanSupplier broadcastOver = this::isBroadcastOver;

    Passages(Touch touch, PhysicalMemory memory, AArch64Walker walker) {
        this.touch = touch;
        this.memory = memory;
        this.walker = walker;
        stage1Tables = new PhysicalTables(memory, STAGE_1);
        stage2Tables = new PhysicalTables(memory, STAGE_2);
    }

    /** The passage of a transaction that begins. */
    Passage begin(Transaction transaction) {
        Passage passage = find(transaction);
        if (passage == null || passage.requester != transaction.requesterId()) {
            passage = add(transaction);
        }
        passage.begin();
        return passage;
    }

    /** The latest passage of this transaction, or null. */
    @Nullable Passage find(Transaction transaction) {
        if (last < count && passages[last].transaction == transaction) {
            return passages[last];
        }
        for (int i = count - 1; i >= 0; i--) {
            if (passages[i].transaction == transaction) {
                last = i;
                return passages[i];
            }
        }
        return null;
    }

    /** A passage for a look at configuration that is no transaction: nobody waits for it. */
    Passage probe(Transaction transaction) {
        return new Passage(transaction, new Walk(stage1Tables), new Walk(stage2Tables), new NestedTables(memory, walker));
    }

    private Passage add(Transaction transaction) {
        NestedTables nested = new NestedTables(memory, walker);
        Passage passage = new Passage(transaction, new Walk(stage1Tables), new Walk(stage2Tables), nested);
        nested.of(passage);
        // A device that makes a new transaction for each request leaves ended ones behind: they make way for its next.
        for (int i = 0; i < count; i++) {
            Passage old = passages[i];
            if (old.requester == transaction.requesterId()
                    && !old.isInFlight()
                    && (old.transaction == transaction || count >= 32)) {
                passages[i] = passage;
                last = i;
                return passage;
            }
        }
        if (count == passages.length) {
            passages = Arrays.copyOf(passages, Math.max(4, count * 2));
        }
        last = count;
        passages[count++] = passage;
        return passage;
    }

    /** Chooses how a passage's walks reach their tables. */
    void throughStages(Passage passage, boolean stage1, boolean stage2) {
        passage.walk.through(stage1 ? stage2 ? passage.nested : stage1Tables : stage2Tables);
    }

    /** Ends a transaction: one step. */
    void end(Passage passage) {
        touch.steps.step(Operation.SIGNAL, touch.transactions, Touch.requesterPart(passage.requester), ENDS);
        passage.endedGeneration = passage.generation;
    }

    // Invalidations: each is called within the step of its invalidation.

    /** Marks who uses the configuration of {@code 1 << log2} streams, or of one substream if that is not negative. */
    void invalidateConfiguration(int stream, int log2, int substream) {
        for (int i = 0; i < count; i++) {
            Passage passage = passages[i];
            // One that has not looked yet has no tags, and when it was added no step has said.
            boolean tagged = passage.taggedGeneration != 0;
            if (tagged && StreamTable.matches(passage.stream, stream, log2) && (substream < 0 || substream == passage.substream)) {
                passage.configurationStale = true;
                passage.awaitedBySync = passage.taggedGeneration;
                syncParts |= Touch.requesterPart(passage.requester);
            }
        }
    }

    /** Marks who uses translations that an invalidation removes, see {@link Tlb#forget}. */
    void invalidateTranslations(long tag, long mask, long from, long to, boolean broadcast) {
        for (int i = 0; i < count; i++) {
            Passage passage = passages[i];
            if (!passage.translates || ((passage.tag ^ tag) & mask) != 0 || !passage.mayUse(from, to)) {
                continue;
            }
            passage.translationStale = true;
            if (broadcast) {
                passage.awaitedByBroadcast = passage.taggedGeneration;
                broadcastParts |= Touch.requesterPart(passage.requester);
            } else {
                passage.awaitedBySync = passage.taggedGeneration;
                syncParts |= Touch.requesterPart(passage.requester);
            }
        }
    }

    /** Waits until every transaction that a command marked has ended: one step, or none when there is nobody to ask. */
    void awaitSync() {
        if (syncParts != 0) {
            touch.steps.await(Operation.WAIT, touch.transactions, syncParts, syncOver, WAITS);
            syncParts = 0;
        }
    }

    /** The same for broadcast invalidation. */
    void awaitBroadcast() {
        if (broadcastParts != 0) {
            touch.steps.await(Operation.WAIT, touch.transactions, broadcastParts, broadcastOver, WAITS);
            broadcastParts = 0;
        }
    }

    private boolean isSyncOver() {
        for (int i = 0; i < count; i++) {
            if (!passages[i].isEnded(passages[i].awaitedBySync)) {
                return false;
            }
        }
        return true;
    }

    private boolean isBroadcastOver() {
        for (int i = 0; i < count; i++) {
            if (!passages[i].isEnded(passages[i].awaitedByBroadcast)) {
                return false;
            }
        }
        return true;
    }

    /** A transaction of this requester and PASID in flight or stalled, in words, or nothing. */
    String remembers(int requester, int pasid) {
        for (int i = 0; i < count; i++) {
            Passage passage = passages[i];
            if (passage.requester == requester && passage.transaction.pasid() == pasid) {
                if (passage.stallTag >= 0) {
                    return "a stalled transaction of PASID %d".formatted(pasid);
                }
                if (passage.isInFlight()) {
                    return "a transaction of PASID %d in flight".formatted(pasid);
                }
            }
        }
        return "";
    }

    /** Forgets them all: a machine is remembered, and gone back to, when no transaction is under way. */
    void clear() {
        count = 0;
        last = 0;
        syncParts = 0;
        broadcastParts = 0;
        Arrays.fill(passages, null);
    }
}
