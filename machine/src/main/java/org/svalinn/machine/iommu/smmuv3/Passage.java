package org.svalinn.machine.iommu.smmuv3;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.svalinn.machine.iommu.Access;
import org.svalinn.machine.iommu.Transaction;
import org.svalinn.machine.paging.Walk;

/**
 * A transaction on its way through the SMMU: what it has fetched so far, and what an invalidation must know of it. It
 * is used again for the next transaction of the same {@link Transaction} object.
 *
 * <p>Tags stay after the transaction has ended: an invalidation that comes later finds them, and finds too that nothing
 * needs to be waited for. So whether somebody waits at all does not depend on an order that no step announces.
 */
final class Passage {
    /** No generation is awaited. */
    private static final long NOTHING = 0;

    final Transaction transaction;
    final int requester;
    /** The walk of stage 1, or of stage 2 alone. */
    final Walk walk;
    /** The walk of stage 2 under stage 1. */
    final Walk inner;
    /** Stage 1's tables when stage 2 is in their way. */
    final NestedTables nested;

    /** How many times it has begun, which of them has ended, and which somebody waits for. */
    long generation;

    long endedGeneration;
    long awaitedBySync = NOTHING;
    long awaitedByBroadcast = NOTHING;

    // Tags, and when they were set: covered by the configuration cache's steps.
    long configuredGeneration;
    int stream;
    int substream;
    /**
     * Whether an invalidation has come since it looked into the configuration cache: what it has fetched is not kept.
     */
    boolean configurationStale;

    // Tags, and when they were set: covered by the TLB's steps.
    long translatedGeneration;
    long tag;
    long page;
    int shift;
    boolean translationStale;

    // What it works with.
    @Nullable StreamTableEntry ste;
    @Nullable ContextDescriptor cd;
    int wanted;
    boolean privileged;
    final EventRecord event = new EventRecord();
    int stallTag = -1;
    @Nullable BooleanSupplier answered;
    /** The last table for its address if the TLB knew it, and what the levels above take away; negative if not. */
    long table;

    int tableTaken;
    /** CR0.ATSCHK as it was when this began. */
    boolean checksTranslated;

    Passage(Transaction transaction, Walk walk, Walk inner, NestedTables nested) {
        this.transaction = transaction;
        this.requester = transaction.requesterId();
        this.walk = walk;
        this.inner = inner;
        this.nested = nested;
    }

    /**
     * Begins, again after a stall. A translation request has Priv and Exe only with a PASID (13.7.1), a translated one
     * never.
     */
    void begin() {
        generation++;
        stallTag = -1;
        ste = null;
        cd = null;
        wanted = transaction.wanted();
        privileged = transaction.isPrivileged();
        Transaction.Type type = transaction.type();
        if (type == Transaction.Type.TRANSLATED
                || type == Transaction.Type.TRANSLATION_REQUEST && !transaction.hasPasid()) {
            privileged = false;
            wanted = (wanted & Access.EXECUTE) != 0 ? wanted & ~Access.EXECUTE | Access.READ : wanted;
        }
    }

    /** STE.PRIVCFG and STE.INSTCFG (5.2, table 13.4): an instruction override is of reads only. */
    void override(StreamTableEntry entry) {
        if (entry.privilegeOverride >= 2) {
            privileged = entry.privilegeOverride == 3;
        }
        if (transaction.type() == Transaction.Type.TRANSLATION_REQUEST) {
            // What the override means for the answer is 13.7.1's.
            return;
        }
        if (entry.instructionOverride == 2) {
            wanted = (wanted & Access.EXECUTE) != 0 ? wanted & ~Access.EXECUTE | Access.READ : wanted;
        } else if (entry.instructionOverride == 3 && (wanted & Access.WRITE) == 0) {
            wanted = wanted & ~Access.READ | Access.EXECUTE;
        }
    }

    /**
     * Whether it may use a translation of an address in this range; while it walks, nobody knows how large its page is.
     */
    boolean mayUse(long from, long to) {
        return shift >= 64
                || Long.compareUnsigned(page >>> shift, from >>> shift) >= 0
                        && Long.compareUnsigned(page >>> shift, to >>> shift) <= 0;
    }

    boolean isInFlight() {
        return endedGeneration != generation;
    }

    boolean isEnded(long awaited) {
        return endedGeneration >= awaited;
    }
}
