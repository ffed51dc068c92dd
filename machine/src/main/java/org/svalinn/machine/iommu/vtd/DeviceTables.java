package org.svalinn.machine.iommu.vtd;

import org.svalinn.machine.memory.Use;

/**
 * Reads the tables that lead from a request to what translates it: root table (9.1), context table (9.4), PASID
 * directory (9.5) and PASID table (9.6). Every read is a step of at most 128 bits, so an entry that software changes
 * meanwhile is seen torn where hardware may see it torn.
 */
final class DeviceTables {
    private static final long PRESENT = 1;
    private static final long POINTER = -1L << 12;
    private static final long RESERVED_ROOT = 0xffeL;
    private static final long RESERVED_DIRECTORY = 0xffcL;

    private static final Use ROOT = Use.of(Use.Kind.TABLE, "reads a root entry (VT-d 9.1)");
    private static final Use CONTEXT = Use.of(Use.Kind.TABLE, "reads a context entry (VT-d 9.4)");
    private static final Use DIRECTORY = Use.of(Use.Kind.TABLE, "reads a PASID-directory entry (VT-d 9.5)");
    private static final Use ENTRY = Use.of(Use.Kind.TABLE, "reads a PASID-table entry (VT-d 9.6)");

    private final Wiring wiring;

    DeviceTables(Wiring wiring) {
        this.wiring = wiring;
    }

    /** Reads the context entry of a request's function. */
    VtdFault readContext(Passage passage, long rootTable) {
        int requester = passage.requesterId;
        int function = requester & 0xff;
        long rootEntry = rootTable + (requester >>> 8) * 16 + (function >>> 7) * 8;
        if (!wiring.memory.contains(rootEntry)) {
            return VtdFault.SRT_1;
        }
        long root = wiring.memory.read(rootEntry, 8, ROOT);
        if ((root & PRESENT) == 0) {
            return VtdFault.SRT_2;
        }
        if ((root & (RESERVED_ROOT | wiring.beyondHost)) != 0) {
            return VtdFault.SRT_3;
        }
        long entry = (root & POINTER) + (function & 0x7f) * 32;
        if (!wiring.memory.contains(entry)) {
            return VtdFault.SCT_1;
        }
        wiring.memory.read128(entry, passage.pair, CONTEXT);
        long low = passage.pair[0];
        long high = passage.pair[1];
        passage.faultsDisabled = (low & ContextEntry.FAULT_PROCESSING_DISABLE) != 0;
        if ((low & ContextEntry.PRESENT) == 0) {
            return VtdFault.SCT_2;
        }
        wiring.memory.read128(entry + 16, passage.pair, CONTEXT);
        if (ContextEntry.hasReserved(low, high, passage.pair[0], passage.pair[1], wiring.beyondHost)) {
            return VtdFault.SCT_3;
        }
        if (ContextEntry.isUnsupported(low, wiring.config)) {
            return VtdFault.SCT_4;
        }
        passage.contextLow = low;
        passage.contextHigh = high;
        return VtdFault.NONE;
    }

    /** Reads the PASID-table entry of a request. */
    VtdFault readEntry(Passage passage) {
        long directoryEntry = ContextEntry.directory(passage.contextLow) + (passage.pasid >>> 6) * 8L;
        if (!wiring.memory.contains(directoryEntry)) {
            return VtdFault.SPD_1;
        }
        long directory = wiring.memory.read(directoryEntry, 8, DIRECTORY);
        passage.faultsDisabled |= (directory & PasidEntry.FAULT_PROCESSING_DISABLE) != 0;
        if ((directory & PRESENT) == 0) {
            return VtdFault.SPD_2;
        }
        if ((directory & (RESERVED_DIRECTORY | wiring.beyondHost)) != 0) {
            return VtdFault.SPD_3;
        }
        long entry = (directory & POINTER) + (passage.pasid & 63) * 64;
        if (!wiring.memory.contains(entry)) {
            return VtdFault.SPT_1;
        }
        long[] pair = passage.pair;
        wiring.memory.read128(entry, pair, ENTRY);
        long first = pair[0];
        long second = pair[1];
        passage.faultsDisabled |= (first & PasidEntry.FAULT_PROCESSING_DISABLE) != 0;
        if ((first & PRESENT) == 0) {
            return VtdFault.SPT_2;
        }
        wiring.memory.read128(entry + 16, pair, ENTRY);
        long third = pair[0];
        long reserved = pair[1];
        wiring.memory.read128(entry + 32, pair, ENTRY);
        reserved |= pair[0] | pair[1];
        wiring.memory.read128(entry + 48, pair, ENTRY);
        reserved |= pair[0] | pair[1];
        if (reserved != 0 || PasidEntry.hasReserved(first, second, third, wiring.config, wiring.beyondHost)) {
            return VtdFault.SPT_3;
        }
        if (PasidEntry.isUnsupported(first, third, wiring.config)) {
            return VtdFault.SPT_4;
        }
        passage.entryFirst = first;
        passage.entrySecond = second;
        passage.entryThird = third;
        return VtdFault.NONE;
    }
}
