package org.svalinn.machine.iommu.smmuv3;

import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.machine.iommu.PageRequest;
import org.svalinn.machine.iommu.PageResponse;
import org.svalinn.machine.iommu.Transaction;

/** Page requests that arrive (chapter 8): they are queued, or answered by the SMMU itself. */
final class PageRequests {
    private static final Site LOOKS = Site.named("looks for STE.PPAR of an automatic response (8.1)");

    private final SmmuIds ids;
    private final Touch touch;
    private final Control control;
    private final StreamTable streams;
    private final Passages passages;
    private final PriQueue queue;
    private final AtcInvalidations atc;

    PageRequests(SmmuIds ids, Touch touch, Control control, StreamTable streams, Passages passages, PriQueue queue,
            AtcInvalidations atc) {
        this.ids = ids;
        this.touch = touch;
        this.control = control;
        this.streams = streams;
        this.passages = passages;
        this.queue = queue;
        this.atc = atc;
    }

    void request(PageRequest request) {
        PriQueue.Answer answer = ids.pri() ? queue.queue(request) : PriQueue.Answer.FAILURE;
        if (answer == PriQueue.Answer.SUCCESS || answer == PriQueue.Answer.FAILURE) {
            answer(request, answer == PriQueue.Answer.SUCCESS);
        }
    }

    /**
     * 8.1: whether the response bears the request's PASID is what STE.PPAR says, unless IDR3.PPS says that it always
     * does.
     */
    private void answer(PageRequest request, boolean success) {
        PageResponse.Code code = success ? PageResponse.Code.SUCCESS : PageResponse.Code.RESPONSE_FAILURE;
        int pasid = Transaction.NO_PASID;
        // 8.2: a failure never bears one.
        if (success && request.pasid() != Transaction.NO_PASID) {
            if (ids.has3(SmmuIds.IDR3_PPS)) {
                pasid = request.pasid();
            } else {
                StreamTableEntry ste = entry(request);
                if (ste == null) {
                    code = PageResponse.Code.RESPONSE_FAILURE;
                } else if (ste.autoResponseWithPasid) {
                    pasid = request.pasid();
                }
            }
        }
        atc.respond(request.requesterId(), new PageResponse(pasid, request.group(), code));
    }

    private @Nullable StreamTableEntry entry(PageRequest request) {
        int stream = request.requesterId();
        touch.steps.step(Operation.READ, touch.configuration, Touch.ENABLE | Touch.stePart(stream), LOOKS);
        if (!control.isEnabled()) {
            return null;
        }
        StreamTableEntry ste = streams.find(stream);
        if (ste == null) {
            // Read for this once, and not kept.
            Transaction probe = new Transaction()
                    .begin(Transaction.Type.UNTRANSLATED, stream, request.pasid(), request.address(), 0, false);
            ste = streams.fetch(passages.probe(probe), control.isE2h());
        }
        return ste == null || ste.illegal ? null : ste;
    }
}
