package org.svalinn.machine.iommu.smmuv3;

import org.svalinn.machine.HardwareObjects;
import org.svalinn.machine.Steps;

/** What an SMMU's steps touch besides memory, and which part of it is what. */
final class Touch {
    // Parts of the registers: each queue's indexes by themselves, since they are all that changes while the SMMU runs.
    static final long CMDQ_PROD = 1;
    static final long CMDQ_CONS = 1L << 1;
    static final long EVENTQ_PROD = 1L << 2;
    static final long EVENTQ_CONS = 1L << 3;
    static final long PRIQ_PROD = 1L << 4;
    static final long PRIQ_CONS = 1L << 5;
    static final long GERROR = 1L << 6;
    static final long OTHER = 1L << 7;

    // Parts of the configuration cache.
    static final long ENABLE = 1;

    private static final int STE_PARTS = 15;
    private static final int CD_PARTS = 48;
    static final long ALL_CDS = -1L << 16;

    final Steps steps;
    final long registers;
    final long configuration;
    final long tlb;
    final long transactions;
    final long stalls;
    final long messages;

    Touch(Steps steps, HardwareObjects objects, String name) {
        this.steps = steps;
        registers = objects.add("registers of " + name);
        configuration = objects.add("configuration cache of " + name);
        tlb = objects.add("TLB of " + name);
        transactions = objects.add("transactions in flight in " + name);
        stalls = objects.add("stalled transactions of " + name);
        messages = objects.add("ATC invalidations of " + name);
    }

    static long stePart(int stream) {
        return 2L << (StreamTable.index(stream) % STE_PARTS);
    }

    static long cdPart(int stream, int substream) {
        return 1L << (16 + ContextDescriptors.index(stream, substream) % CD_PARTS);
    }

    /** One requester's transactions. */
    static long requesterPart(int requester) {
        return 1L << (requester & 63);
    }
}
