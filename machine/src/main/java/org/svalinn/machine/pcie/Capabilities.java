package org.svalinn.machine.pcie;

/**
 * What a function can do, as its capability registers say. {@link #SVA} is a function that shares virtual addresses
 * as the specification has it; derive others from one of the constants.
 *
 * @param pasidWidth Max PASID Width (7.8.9.2), 0 to 20: 0 for a function without PASIDs
 * @param ats whether it has the ATS capability: without it every request is untranslated
 * @param invalidateQueueDepth Invalidate Queue Depth (10.5.1.2), 1 to 32: how many Invalidate Requests it takes
 *     before the link holds the next one back
 * @param globalInvalidate Global Invalidate Supported (10.5.1.2)
 * @param atcWays how many translations of one PASID the ATC holds before it replaces the oldest
 * @param pri whether it has the Page Request capability: without it a missing page is a fault
 * @param pageRequestCapacity Outstanding Page Request Capacity (10.5.2.4)
 * @param responsePasid PRG Response PASID Required (10.5.2.3)
 * @param stopMarkers whether it sends a Stop Marker when a PASID is stopped with page requests outstanding
 *     (10.4.1.2.1), instead of waiting for their responses
 */
public record Capabilities(
        int pasidWidth,
        boolean ats,
        int invalidateQueueDepth,
        boolean globalInvalidate,
        int atcWays,
        boolean pri,
        int pageRequestCapacity,
        boolean responsePasid,
        boolean stopMarkers) {
    /** PASIDs, ATS and PRI. */
    public static final Capabilities SVA = new Capabilities(20, true, 32, true, 8, true, 64, true, false);

    /** PASIDs and ATS: a page that is missing is a fault. */
    public static final Capabilities ATS_ONLY = SVA.withoutPri();

    /**
     * PASIDs and nothing else: every request is untranslated, and a page that is missing is the IOMMU's matter. One
     * that is no PCIe function may stall there (SMMUv3 3.12).
     */
    public static final Capabilities UNTRANSLATED = new Capabilities(20, false, 32, false, 8, false, 0, false, false);

    public Capabilities {
        boolean good = pasidWidth >= 0
                && pasidWidth <= 20
                && invalidateQueueDepth >= 1
                && invalidateQueueDepth <= 32
                && atcWays >= 1
                && pageRequestCapacity >= 0;
        if (!good || pri && !ats) {
            throw new IllegalArgumentException(
                    "no function can be this: PASID width %d, ATS %s, queue depth %d, ways %d, PRI %s, requests %d"
                            .formatted(pasidWidth, ats, invalidateQueueDepth, atcWays, pri, pageRequestCapacity));
        }
    }

    public Capabilities withPasidWidth(int bits) {
        return with(
                bits, invalidateQueueDepth, globalInvalidate, atcWays, pageRequestCapacity, responsePasid, stopMarkers);
    }

    public Capabilities withInvalidateQueueDepth(int depth) {
        return with(pasidWidth, depth, globalInvalidate, atcWays, pageRequestCapacity, responsePasid, stopMarkers);
    }

    public Capabilities withGlobalInvalidate(boolean supported) {
        return with(
                pasidWidth, invalidateQueueDepth, supported, atcWays, pageRequestCapacity, responsePasid, stopMarkers);
    }

    public Capabilities withAtcWays(int ways) {
        return with(
                pasidWidth, invalidateQueueDepth, globalInvalidate, ways,
                pageRequestCapacity, responsePasid, stopMarkers);
    }

    public Capabilities withPageRequestCapacity(int requests) {
        return with(pasidWidth, invalidateQueueDepth, globalInvalidate, atcWays, requests, responsePasid, stopMarkers);
    }

    public Capabilities withResponsePasid(boolean required) {
        return with(
                pasidWidth, invalidateQueueDepth, globalInvalidate, atcWays,
                pageRequestCapacity, required, stopMarkers);
    }

    public Capabilities withStopMarkers(boolean sent) {
        return with(
                pasidWidth, invalidateQueueDepth, globalInvalidate, atcWays, pageRequestCapacity, responsePasid, sent);
    }

    private Capabilities with(
            int bits, int depth, boolean global, int ways, int requests, boolean required, boolean sent) {
        return new Capabilities(bits, ats, depth, global, ways, pri, requests, required, sent);
    }

    private Capabilities withoutPri() {
        return new Capabilities(
                pasidWidth, ats, invalidateQueueDepth, globalInvalidate, atcWays, false, 0, responsePasid, stopMarkers);
    }
}
