package org.svalinn.machine.iommu.vtd;

import org.svalinn.machine.iommu.Access;
import org.svalinn.machine.iommu.Transaction;
import org.svalinn.machine.memory.PhysicalMemory;
import org.svalinn.machine.paging.PhysicalTables;
import org.svalinn.machine.paging.SecondLevelWalker;
import org.svalinn.machine.paging.TableMemory;
import org.svalinn.machine.paging.Walk;
import org.svalinn.machine.paging.WalkFault;

/**
 * One request on its way through the tables: what is asked, and what has been read so far. Used again for another when
 * it is through. It is also how a first-level walk reaches its tables when there is a second level below it (3.8).
 */
final class Passage implements TableMemory {
    private final PhysicalMemory memory;
    private final PhysicalTables physical;
    private final SecondLevelWalker secondLevel;
    final Walk first;
    final Walk second;
    final long[] pair = new long[2];

    // What is asked
    int requesterId;
    boolean hasPasid;
    int pasid;
    long address;
    int wanted;
    boolean privileged;
    boolean onlyAsking;
    long parts;

    // What has been read
    long contextLow;
    long contextHigh;
    long entryFirst;
    long entrySecond;
    long entryThird;
    boolean faultsDisabled;
    WalkFault refusal = WalkFault.NONE;

    // The result
    long page;
    int shift;
    int granted;

    Passage(PhysicalMemory memory, PhysicalTables physical, SecondLevelWalker secondLevel) {
        this.memory = memory;
        this.physical = physical;
        this.secondLevel = secondLevel;
        first = new Walk(physical);
        second = new Walk(physical);
    }

    Passage begin(Transaction transaction, long itsParts) {
        begin(transaction.requesterId(), transaction.pasid(), itsParts);
        address = transaction.address();
        wanted = transaction.wanted();
        privileged = hasPasid && transaction.isPrivileged();
        onlyAsking = transaction.type() == Transaction.Type.TRANSLATION_REQUEST;
        if (!hasPasid && (wanted & Access.EXECUTE) != 0) {
            // Execute Requested is part of the PASID prefix: without one it is a read.
            wanted = wanted & ~Access.EXECUTE | Access.READ;
        }
        return this;
    }

    Passage begin(int requester, int itsPasid, long itsParts) {
        requesterId = requester & 0xffff;
        hasPasid = itsPasid != Transaction.NO_PASID;
        pasid = hasPasid ? itsPasid : 0;
        parts = itsParts;
        address = 0;
        wanted = 0;
        privileged = false;
        onlyAsking = false;
        faultsDisabled = false;
        refusal = WalkFault.NONE;
        return this;
    }

    /** Where first-level tables are: in memory, or in what the second level translates. */
    TableMemory firstLevelTables(boolean isNested) {
        return isNested ? this : physical;
    }

    // Tables of the first of two levels

    @Override
    public long locate(long tableAddress, boolean forUpdate) {
        second.begin(
                PasidEntry.secondLevelTable(entryFirst),
                SecondLevelWalker.levels(second.format()),
                tableAddress,
                forUpdate ? Access.READ | Access.WRITE : Access.READ,
                false);
        secondLevel.walk(second);
        refusal = second.fault();
        return refusal == WalkFault.NONE && memory.contains(second.physical()) ? second.physical() : NOWHERE;
    }

    @Override
    public long readEntry(long place) {
        return physical.readEntry(place);
    }

    @Override
    public long updateEntry(long place, long expected, long value) {
        return physical.updateEntry(place, expected, value);
    }
}
