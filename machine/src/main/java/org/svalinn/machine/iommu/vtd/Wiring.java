package org.svalinn.machine.iommu.vtd;

import org.svalinn.machine.HardwareObjects;
import org.svalinn.machine.Steps;
import org.svalinn.machine.iommu.Interrupts;
import org.svalinn.machine.memory.PhysicalMemory;

/**
 * What all parts of one unit share: what it is connected to, and the numbers by which steps know its state.
 *
 * <p>Three objects are announced. {@link #registers} has a part for each group of registers. {@link #caches} is all of
 * context cache, PASID cache, IOTLB and paging-structure caches: its lower 32 parts are PASIDs, its upper 32 requester
 * ids, so that a lookup in all of them is one step and conflicts with what is done to the same PASID or function only.
 * {@link #flight} is the requests that are under way, in the same parts.
 */
final class Wiring {
    // Parts of the registers
    static final long COMMAND = 1L;
    static final long ROOT_TABLE = 1L << 1;
    static final long FAULTS = 1L << 2;
    static final long FAULT_EVENT = 1L << 3;
    static final long QUEUE_HEAD = 1L << 4;
    static final long QUEUE_TAIL = 1L << 5;
    static final long QUEUE_ADDRESS = 1L << 6;
    static final long COMPLETION = 1L << 7;
    static final long PAGE_HEAD = 1L << 8;
    static final long PAGE_TAIL = 1L << 9;
    static final long PAGE_ADDRESS = 1L << 10;
    static final long PAGE_STATUS = 1L << 11;
    static final long PAGE_EVENT = 1L << 12;
    static final long CAPABILITIES = 1L << 13;
    /** Not registers: page requests on their way into the queue. */
    static final long PAGE_ARRIVALS = 1L << 14;
    /** Not registers: Invalidate Requests that await their completion. */
    static final long ITAGS = 1L << 15;

    static final long ALL_PASIDS = 0xffff_ffffL;
    static final long ALL_FUNCTIONS = ~ALL_PASIDS;

    final VtdConfig config;
    final PhysicalMemory memory;
    final Steps steps;
    final Interrupts interrupts;
    final long registers;
    final long caches;
    final long flight;

    /** Bits of a physical address that no table may have. */
    final long beyondHost;

    Wiring(
            String name,
            VtdConfig config,
            PhysicalMemory memory,
            Steps steps,
            HardwareObjects objects,
            Interrupts interrupts) {
        this.config = config;
        this.memory = memory;
        this.steps = steps;
        this.interrupts = interrupts;
        registers = objects.add("registers of " + name);
        caches = objects.add("translation caches of " + name);
        flight = objects.add("requests in " + name);
        beyondHost = -1L << config.hostAddressWidth();
    }

    static long pasidPart(int pasid) {
        return 1L << (pasid & 31);
    }

    static long functionPart(int requesterId) {
        int id = requesterId & 0xffff;
        return 1L << (32 + ((id ^ id >>> 8) & 31));
    }
}
