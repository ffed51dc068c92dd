package org.svalinn.machine.iommu.vtd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.svalinn.machine.iommu.Access.EXECUTE;
import static org.svalinn.machine.iommu.Access.READ;
import static org.svalinn.machine.iommu.Access.WRITE;
import static org.svalinn.machine.iommu.Transaction.NO_PASID;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.FSTS;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.PASID;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.PECTL;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.PQA;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.PQH;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.PQT;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.PRS;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.RID;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.svalinn.machine.iommu.PageRequest;
import org.svalinn.machine.iommu.PageResponse;

@DisplayName("VT-d 7.4: page requests")
class VtdPageRequestTest {
    private static final int PPR = 1;
    private static final int PRO = 2;

    private final VtdTestbed bed = new VtdTestbed().start();

    private void ask(int pasid, int group, int access, boolean last) {
        bed.iommu.pageRequest(new PageRequest(RID, pasid, 0x7000_1234_5000L, group, access, false, last));
    }

    private void ask() {
        ask(PASID, 1, READ, true);
    }

    private void expectResponse(PageResponse.Code code) {
        assertThat(bed.function.responses).containsExactly(new PageResponse(PASID, 1, code));
    }

    // Descriptors

    @ParameterizedTest
    @DisplayName("7.4.1 page_req_dsc: RD, WR, LPIG, PRGI, ADDR; EXE, PRIV")
    @CsvSource({
        "1, false, false, 0x001, 0x000",
        "2, false, false, 0x002, 0x000",
        "3, false, true,  0x007, 0x000",
        "5, false, false, 0x001, 0x100",
        "1, true,  false, 0x001, 0x200",
        "7, true,  true,  0x007, 0x300"
    })
    void descriptor(int access, boolean privileged, boolean last, String low, String high) {
        bed.iommu.pageRequest(new PageRequest(RID, PASID, 0x7000_1234_5000L, 0x1a5, access, privileged, last));
        long first = Long.decode(high) << 44;
        assertThat(bed.get(bed.pageRequestQueue)).isEqualTo(first | 1 | 1 << 8 | (long) RID << 16 | (long) PASID << 32);
        assertThat(bed.get(bed.pageRequestQueue + 8)).isEqualTo(0x7000_1234_5000L | 0x1a5 << 3 | Long.decode(low));
    }

    @Test
    @DisplayName("7.4.1 page_req_dsc: without PASID, neither PASID nor EXE nor PRIV; no private data")
    void withoutPasid() {
        bed.put(bed.pageRequestQueue + 16, -1L);
        bed.put(bed.pageRequestQueue + 24, -1L);
        bed.iommu.pageRequest(new PageRequest(RID, NO_PASID, 0x5000, 1, READ | EXECUTE, true, true));
        assertThat(bed.get(bed.pageRequestQueue)).isEqualTo(1 | (long) RID << 16);
        assertThat(bed.get(bed.pageRequestQueue + 16)).isZero();
        assertThat(bed.get(bed.pageRequestQueue + 24)).isZero();
    }

    @Test
    @DisplayName("7.4.1: a stop marker is queued as any request, and never answered")
    void stopMarker() {
        bed.iommu.pageRequest(PageRequest.stopMarker(RID, PASID));
        assertThat(bed.get(bed.pageRequestQueue + 8)).isEqualTo(1 << 2);
        assertThat(bed.register(PQT)).isEqualTo(32);
        bed.put(bed.contextEntry(), 0);
        bed.execute(1 | 1 << 4, 0);
        bed.iommu.pageRequest(PageRequest.stopMarker(RID, PASID));
        assertThat(bed.register(PQT)).isEqualTo(32);
        assertThat(bed.function.responses).isEmpty();
    }

    // The queue

    @Test
    @DisplayName("11.4.11.4 PRS.PPR: set and interrupting by the first request, until software clears it")
    void pending() {
        ask();
        ask();
        assertThat(bed.register(PRS)).isEqualTo(PPR);
        assertThat(bed.messages).containsExactly("fee00000:" + PECTL);
        bed.register(PRS, PPR);
        assertThat(bed.register(PRS)).isZero();
        ask();
        assertThat(bed.messages).hasSize(2);
        assertThat(bed.register(PQT)).isEqualTo(96);
    }

    @Test
    @DisplayName("11.4.11.5 PECTL: masked, the message is pending until IM or PPR is cleared")
    void masked() {
        bed.register(PECTL, 1L << 31);
        ask();
        assertThat((int) bed.register(PECTL)).isEqualTo(3 << 30);
        bed.register(PRS, PPR);
        assertThat((int) bed.register(PECTL)).isEqualTo(1 << 31);
        ask();
        bed.register(PECTL, 0);
        assertThat(bed.messages).containsExactly("fee00000:" + PECTL);
    }

    @Test
    @DisplayName("11.4.11: the tail wraps at 2^(PQS + 7) descriptors")
    void wrapping() {
        for (int i = 0; i < 128 + 3; i++) {
            ask();
            bed.register(PQH, bed.register(PQT));
        }
        assertThat(bed.register(PQT)).isEqualTo(3 * 32);
    }

    @Test
    @DisplayName("7.4.1 overflow: 127 fit in 128; then PRO, and the last of a group is answered Success")
    void overflow() {
        for (int i = 0; i < 127; i++) {
            ask(PASID, i, READ, true);
        }
        assertThat(bed.register(PRS)).isEqualTo(PPR);
        assertThat(bed.function.responses).isEmpty();
        ask(PASID, 200, READ, false);
        assertThat(bed.register(PRS)).isEqualTo(PPR | PRO);
        assertThat(bed.function.responses).isEmpty();
        ask(PASID, 200, READ, true);
        assertThat(bed.function.responses).containsExactly(new PageResponse(PASID, 200, PageResponse.Code.SUCCESS));
        assertThat(bed.register(PQT)).isEqualTo(127 * 32);
    }

    @Test
    @DisplayName("7.4.1 overflow: while PRO is set requests are dropped, even when there is room")
    void overflowUntilCleared() {
        for (int i = 0; i < 128; i++) {
            ask(PASID, i, READ, false);
        }
        bed.register(PQH, bed.register(PQT));
        ask();
        expectResponse(PageResponse.Code.SUCCESS);
        bed.register(PRS, PRO);
        ask();
        assertThat(bed.register(PQT)).isZero();
        assertThat(bed.function.responses).hasSize(1);
    }

    @Test
    @DisplayName("7.4.1 overflow interrupts when nothing else is pending")
    void overflowInterrupt() {
        for (int i = 0; i < 127; i++) {
            ask(PASID, i, READ, false);
        }
        bed.register(PRS, PPR);
        ask();
        assertThat(bed.register(PRS)).isEqualTo(PRO);
        assertThat(bed.messages).hasSize(2);
    }

    @Test
    @DisplayName("7.4.1: no memory where the queue should be is an overflow, not an access")
    void queueOutside() {
        bed.register64(PQA, 0x3f_ffff_f000L);
        ask();
        assertThat(bed.register(PRS)).isEqualTo(PRO);
        expectResponse(PageResponse.Code.SUCCESS);
    }

    // What is refused

    @Test
    @DisplayName("SCT.8 (47h): PRE is clear: Invalid Request, for the last of a group only")
    void sct8() {
        bed.put(bed.contextEntry(), bed.get(bed.contextEntry()) & ~0x10L);
        ask(PASID, 1, READ | WRITE, false);
        assertThat(bed.function.responses).isEmpty();
        ask();
        expectResponse(PageResponse.Code.INVALID_REQUEST);
        assertThat(bed.takeFault()).isEqualTo(VtdFault.SCT_8.reason());
        assertThat(bed.register(PQT)).isZero();
        ask();
        assertThat(bed.function.responses).as("from the context cache").hasSize(2);
    }

    @Test
    @DisplayName("SCT.6 (45h): PASIDE is clear: Invalid Request; without PASID it is queued")
    void sct6() {
        bed.put(bed.contextEntry(), bed.get(bed.contextEntry()) & ~0x8L);
        ask();
        expectResponse(PageResponse.Code.INVALID_REQUEST);
        assertThat(bed.takeFault()).isEqualTo(VtdFault.SCT_6.reason());
        ask(NO_PASID, 1, READ, true);
        assertThat(bed.register(PQT)).isEqualTo(32);
    }

    @Test
    @DisplayName("SCT.7 (46h): the PASID is beyond the directory: Invalid Request")
    void sct7() {
        bed.put(bed.contextEntry(), bed.get(bed.contextEntry()) & ~(7L << 9));
        ask(1 << 13, 1, READ, true);
        assertThat(bed.takeFault()).isEqualTo(VtdFault.SCT_7.reason());
        assertThat(bed.function.responses.getFirst().code()).isEqualTo(PageResponse.Code.INVALID_REQUEST);
    }

    @Test
    @DisplayName("SRT.2 (39h), SCT.2 (41h): tables are not there: Response Failure")
    void tables() {
        bed.put(bed.contextEntry(), 0);
        ask();
        assertThat(bed.takeFault()).isEqualTo(VtdFault.SCT_2.reason());
        bed.put(bed.rootEntry(), 0);
        ask();
        assertThat(bed.takeFault()).isEqualTo(VtdFault.SRT_2.reason());
        assertThat(bed.function.responses)
                .extracting(PageResponse::code)
                .containsExactly(PageResponse.Code.RESPONSE_FAILURE, PageResponse.Code.RESPONSE_FAILURE);
    }

    @Test
    @DisplayName("FPD of the context entry: nothing is recorded")
    void faultProcessingDisable() {
        bed.put(bed.contextEntry(), bed.get(bed.contextEntry()) & ~0x10L | 2);
        ask();
        expectResponse(PageResponse.Code.INVALID_REQUEST);
        assertThat(bed.register(FSTS)).isZero();
    }

    @Test
    @DisplayName("7.4: while remapping is off there are no page requests: Response Failure")
    void remappingOff() {
        bed.register(VtdTestbed.GCMD, VtdTestbed.QIE);
        ask();
        expectResponse(PageResponse.Code.RESPONSE_FAILURE);
        assertThat(bed.register(PQT)).isZero();
    }

    @Test
    @DisplayName("7.4: the PASID-table entry has no say: a request of a PASID that is not present is queued")
    void pasidNotPresent() {
        ask();
        assertThat(bed.register(PQT)).isEqualTo(32);
        assertThat(bed.register(FSTS)).isZero();
    }

    @Test
    @DisplayName("remembers() knows of requests in the queue until software has read them")
    void remembers() {
        ask();
        assertThat(bed.iommu.remembers(RID, PASID)).contains("page request");
        assertThat(bed.iommu.remembers(RID, PASID + 1)).isEmpty();
        assertThat(bed.iommu.remembers(RID + 1, PASID)).isEmpty();
        bed.register(PQH, 32);
        assertThat(bed.iommu.remembers(RID, PASID)).isEmpty();
    }

    @Test
    @DisplayName("7.10 PD: a wait descriptor with nothing on its way completes at once")
    void drain() {
        ask();
        bed.submitWait(4, 1 << 7);
        bed.serveAll();
        assertThat(bed.status()).isEqualTo(4);
    }
}
