package org.svalinn.machine.pcie;

import org.svalinn.machine.iommu.UnsupportedFeature;

/**
 * The configuration space of a function, as far as sharing virtual addresses needs it: the identity, the PCI Express
 * capability with Function Level Reset, and the extended capabilities ATS, Page Request and PASID, where the function
 * has them, bit for bit.
 *
 * <p>Each access is a step. Of a function that is gone every read gives all ones, and writes are lost.
 */
public final class ConfigurationSpace {
    // Where the capabilities are. The chain is fixed: what a function has not is skipped.
    private static final int PCI_EXPRESS = 0x40;
    private static final int ATS = 0x100;
    private static final int PAGE_REQUEST = 0x110;
    private static final int PASID = 0x120;

    // Capability IDs (7.5.3.1, 10.5.1.1, 10.5.2.1, 7.8.9.1)
    private static final int PCI_EXPRESS_ID = 0x10;
    private static final int ATS_ID = 0x0f;
    private static final int PAGE_REQUEST_ID = 0x13;
    private static final int PASID_ID = 0x1b;

    private static final int IDENTITY = 0x00;
    private static final int COMMAND = 0x04;
    private static final int CAPABILITIES_POINTER = 0x34;
    /** Capabilities List, of the Status register in the upper half. */
    private static final int HAS_CAPABILITIES = 1 << 20;

    // The PCI Express capability (7.5.3)
    private static final int DEVICE_CAPABILITIES = PCI_EXPRESS + 4;
    private static final int DEVICE_CONTROL = PCI_EXPRESS + 8;
    private static final int FLR_CAPABLE = 1 << 28;
    private static final int INITIATE_FLR = 1 << 15;
    private static final int TRANSACTIONS_PENDING = 1 << 5 + 16;

    private final Endpoint function;
    private final int identity;

    /**
     * The configuration space of a function.
     *
     * @param identity Vendor ID, and Device ID in the upper half
     */
    public ConfigurationSpace(Endpoint function, int identity) {
        this.function = function;
        this.identity = identity;
    }

    /**
     * Reads 1, 2 or 4 bytes, naturally aligned.
     *
     * @return an unsigned number; all ones if the function is gone
     * @throws UnsupportedFeature where this model has no register
     */
    public int read(int offset, int size) {
        check(offset, size);
        int shift = 8 * (offset & 3);
        int mask = size == 4 ? -1 : (1 << 8 * size) - 1;
        return (function.isPresent() ? register(offset & ~3) : -1) >>> shift & mask;
    }

    /**
     * Writes 2 or 4 bytes, naturally aligned. Read-only registers keep their value.
     *
     * @throws UnsupportedFeature where this model has no register
     */
    public void write(int offset, int size, int value) {
        check(offset, size);
        if (!function.isPresent()) {
            return;
        }
        Capabilities can = function.capabilities();
        if (offset == DEVICE_CONTROL) {
            if ((value & INITIATE_FLR) != 0) {
                function.reset();
            }
        } else if (offset == ATS + 4 && size == 4 && can.ats()) {
            function.writeAtsControl(value >>> 16);
        } else if (offset == ATS + 6 && can.ats()) {
            function.writeAtsControl(value);
        } else if (offset == PAGE_REQUEST + 4 && can.pri()) {
            if (size == 4) {
                function.writePageRequestStatus(value >>> 16);
            }
            function.writePageRequestControl(value & 0xffff);
        } else if (offset == PAGE_REQUEST + 6 && can.pri()) {
            function.writePageRequestStatus(value);
        } else if (offset == PAGE_REQUEST + 0xc && size == 4 && can.pri()) {
            function.writePageRequestAllocation(value);
        } else if (offset == PASID + 4 && size == 4 && can.pasidWidth() > 0) {
            function.writePasidControl(value >>> 16);
        } else if (offset == PASID + 6 && can.pasidWidth() > 0) {
            function.writePasidControl(value);
        } else {
            // Everything else is read-only, if it is there
            register(offset & ~3);
        }
    }

    private static void check(int offset, int size) {
        if ((size != 1 && size != 2 && size != 4) || (offset & size - 1) != 0) {
            throw new IllegalArgumentException("no configuration access: %d bytes at 0x%x".formatted(size, offset));
        }
    }

    private int register(int offset) {
        return switch (offset) {
            case IDENTITY -> identity;
            case COMMAND -> HAS_CAPABILITIES;
            case CAPABILITIES_POINTER -> PCI_EXPRESS;
            // The only one of its list, version 2
            case PCI_EXPRESS -> PCI_EXPRESS_ID | 2 << 16;
            case DEVICE_CAPABILITIES -> FLR_CAPABLE;
            case DEVICE_CONTROL -> function.hasTransactionsPending() ? TRANSACTIONS_PENDING : 0;
            default -> extended(offset);
        };
    }

    /** The extended capabilities: the first is always at 0x100, an empty one if the function has no ATS. */
    private int extended(int offset) {
        Capabilities can = function.capabilities();
        if (offset == ATS) {
            int next = can.pri() ? PAGE_REQUEST : can.pasidWidth() > 0 ? PASID : 0;
            return header(can.ats() ? ATS_ID : 0, next);
        } else if (offset == ATS + 4 && can.ats()) {
            return atsCapability(can) | function.readAtsControl() << 16;
        } else if (offset >= PAGE_REQUEST && offset < PASID && can.pri()) {
            return switch (offset - PAGE_REQUEST) {
                case 0 -> header(PAGE_REQUEST_ID, can.pasidWidth() > 0 ? PASID : 0);
                case 4 -> function.readPageRequestControl() | function.readPageRequestStatus() << 16;
                case 8 -> can.pageRequestCapacity();
                default -> function.readPageRequestAllocation();
            };
        } else if (offset == PASID && can.pasidWidth() > 0) {
            return header(PASID_ID, 0);
        } else if (offset == PASID + 4 && can.pasidWidth() > 0) {
            // Execute Permission Supported, Privileged Mode Supported (7.8.9.2)
            return 0b110 | can.pasidWidth() << 8 | function.readPasidControl() << 16;
        }
        throw new UnsupportedFeature(
                "the register at 0x%x of the configuration space of %s".formatted(offset, function));
    }

    /** Invalidate Queue Depth, where 0 stands for 32; Page Aligned Request; Global Invalidate Supported (10.5.1.2). */
    private static int atsCapability(Capabilities can) {
        return can.invalidateQueueDepth() & 0x1f | 1 << 5 | (can.globalInvalidate() ? 1 << 6 : 0);
    }

    /** The header of an extended capability (7.6.3), version 1. */
    private static int header(int id, int next) {
        return id | (id == 0 ? 0 : 1 << 16) | next << 20;
    }
}
