package org.svalinn.machine.iommu.smmuv3;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.machine.iommu.Function;
import org.svalinn.machine.iommu.InvalidationRequest;
import org.svalinn.machine.iommu.PageResponse;

/** The functions behind the SMMU, and the invalidation requests that each has not completed yet (3.9.1, 4.5). */
final class AtcInvalidations {
    private static final Site TAG = Site.named("waits for an ITag to be free (PCIe 6.0, 10.3.1)");
    private static final Site SENDS = Site.named("sends an ATS Invalidate Request (4.5.1)");
    private static final Site RESPONDS = Site.named("sends a PRG Response (4.5.2)");
    private static final Site COMPLETES = Site.named("an Invalidate Completion arrives (PCIe 6.0, 10.3.2)");
    private static final Site EXPIRES = Site.named("an Invalidate Request times out (4.7.3)");
    private static final Site WAITS = Site.named("waits for ATC invalidations to complete (4.7.3)");

    /** One function. */
    private static final class Port {
        final Function function;
        final long part;
        final BooleanSupplier tagFree = () -> this.busy != -1;
        /** ITags of requests that are not complete. */
        int busy;
        /** Whether one of them never will be. */
        boolean expired;

        int rememberedBusy;
        boolean rememberedExpired;

        Port(Function function, int number) {
            this.function = function;
            part = 1L << (number & 63);
        }
    }

    private final Touch touch;
    private final List<Port> ports = new ArrayList<>(1);
    private final BooleanSupplier over = this::isOver;
    /** Whom something was sent to since the last CMD_SYNC: of the command queue's actor alone. */
    private long sent;

    private long rememberedSent;

    AtcInvalidations(Touch touch) {
        this.touch = touch;
    }

    void attach(Function function) {
        ports.add(new Port(function, ports.size()));
    }

    private @Nullable Port port(int requester) {
        for (int i = 0; i < ports.size(); i++) {
            if (ports.get(i).function.requesterId() == requester) {
                return ports.get(i);
            }
        }
        return null;
    }

    @Nullable Function function(int requester) {
        Port port = port(requester);
        return port == null ? null : port.function;
    }

    /** Sends a request. To nobody it is complete at once. */
    void send(int requester, int pasid, long address, int shift, boolean global) {
        Port port = port(requester);
        if (port == null) {
            return;
        }
        if (port.busy == -1) {
            touch.steps.await(Operation.WAIT, touch.messages, port.part, port.tagFree, TAG);
        }
        touch.steps.step(Operation.UPDATE, touch.messages, port.part, SENDS);
        int tag = Integer.numberOfTrailingZeros(~port.busy);
        port.busy |= 1 << tag;
        sent |= port.part;
        port.function.invalidate(new InvalidationRequest(pasid, address, shift, global, tag));
    }

    /** Sends a response to a page request; to nobody it is lost. */
    void respond(int requester, PageResponse response) {
        Port port = port(requester);
        if (port != null) {
            touch.steps.step(Operation.UPDATE, touch.messages, port.part, RESPONDS);
            port.function.respond(response);
        }
    }

    /** An Invalidate Completion arrives. */
    void completed(Function function, int tags) {
        Port port = port(function.requesterId());
        if (port != null) {
            touch.steps.step(Operation.SIGNAL, touch.messages, port.part, COMPLETES);
            port.busy &= ~tags;
        }
    }

    /** The SMMU gives up waiting for these. */
    void expired(Function function, int tags) {
        Port port = port(function.requesterId());
        if (port != null) {
            touch.steps.step(Operation.SIGNAL, touch.messages, port.part, EXPIRES);
            port.expired |= (port.busy & tags) != 0;
            port.busy &= ~tags;
        }
    }

    /**
     * Waits until every request that was sent is complete, or given up.
     *
     * @return whether all are complete
     */
    boolean await() {
        if (sent == 0) {
            return true;
        }
        touch.steps.await(Operation.WAIT, touch.messages, sent, over, WAITS);
        boolean complete = true;
        for (int i = 0; i < ports.size(); i++) {
            Port port = ports.get(i);
            complete &= !port.expired;
            port.expired = false;
        }
        sent = 0;
        return complete;
    }

    private boolean isOver() {
        for (int i = 0; i < ports.size(); i++) {
            if (ports.get(i).busy != 0) {
                return false;
            }
        }
        return true;
    }

    void snapshot() {
        for (Port port : ports) {
            port.rememberedBusy = port.busy;
            port.rememberedExpired = port.expired;
        }
        rememberedSent = sent;
    }

    void restore() {
        for (int i = 0; i < ports.size(); i++) {
            Port port = ports.get(i);
            port.busy = port.rememberedBusy;
            port.expired = port.rememberedExpired;
        }
        sent = rememberedSent;
    }
}
