package org.svalinn.machine.iommu.smmuv3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.ASID;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.CD0;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.CONFIG_BYPASS;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.CONFIG_S1;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.LEAF_READ_ONLY;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.SID;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.V;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.asid;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.sid;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.ssid;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.svalinn.machine.iommu.Access;
import org.svalinn.machine.iommu.PageRequest;
import org.svalinn.machine.iommu.PageResponse;
import org.svalinn.machine.iommu.Transaction;

@DisplayName("IHI 0070, 3.9 and 8: ATS and PRI")
class AtsPriTest {
    private static final long VA = 0x1234_5678_9000L;
    private static final int NONE = Transaction.NO_PASID;

    private final SmmuTestbed machine = new SmmuTestbed().enable();

    private Transaction request(int pasid, long address, int access) {
        return machine.translate(Transaction.Type.TRANSLATION_REQUEST, pasid, address, access);
    }

    private Transaction translated(int pasid, long address, int access) {
        return machine.translate(Transaction.Type.TRANSLATED, pasid, address, access);
    }

    // 3.9.1.2

    @Test
    @DisplayName("3.9.1.2: a translation request is answered with address, size and permissions")
    void aTranslationRequestIsAnswered() {
        long page = machine.page();
        machine.bind(VA, page);
        Transaction answer = request(1, VA, Access.READ | Access.WRITE);
        assertThat(answer.isGranted()).isTrue();
        assertThat(answer.physical()).isEqualTo(page);
        assertThat(answer.pageShift()).isEqualTo(12);
        assertThat(answer.granted()).isEqualTo(Access.READ | Access.WRITE);
        assertThat(request(1, VA, Access.READ).granted()).as("with No Write").isEqualTo(Access.READ);
    }

    @Test
    @DisplayName("3.9.1.2, F_PERMISSION: less is granted, no fault")
    void lessIsGranted() {
        long page = machine.page();
        long leaf = machine.bind(VA, page);
        machine.write(leaf, page | LEAF_READ_ONLY);
        assertThat(request(1, VA, Access.READ | Access.WRITE).granted()).isEqualTo(Access.READ);
        machine.write(leaf, page | LEAF_READ_ONLY & ~(1 << 6));
        machine.command(0x30, 0);
        Transaction nothing = request(1, VA, Access.READ | Access.WRITE);
        assertThat(nothing.isGranted()).isTrue();
        assertThat(nothing.granted()).isZero();
        assertThat(machine.eventNumber()).isZero();
    }

    @Test
    @DisplayName("3.9.1.2, F_TRANSLATION: Success with no access, nothing recorded, even where CD.S would stall")
    void nothingIsGranted() {
        machine.bind(VA, machine.page());
        long root = machine.read(machine.contextTable + 64 + 8);
        machine.writeCd(1, CD0 | SmmuTestbed.CD_STALL | asid(ASID), root, 0);
        Transaction answer = request(1, VA + 0x1000, Access.READ);
        assertThat(answer.isGranted()).isTrue();
        assertThat(answer.granted()).isZero();
        assertThat(machine.eventNumber()).isZero();
    }

    @Test
    @DisplayName("3.9.1.2: errors of configuration are Completer Abort, and not recorded")
    void configurationErrors() {
        assertThat(request(1, VA,
                Access.READ).outcome()).as("C_BAD_STE").isEqualTo(Transaction.Outcome.COMPLETER_ABORT);
        machine.command(0x04, 31);
        machine.stage1(0b01L << 28);
        assertThat(request(1, VA, Access.READ).outcome()).as("C_BAD_CD").isEqualTo(Transaction.Outcome.COMPLETER_ABORT);
        assertThat(request(64, VA, Access.READ).outcome())
                .as("C_BAD_SUBSTREAMID")
                .isEqualTo(Transaction.Outcome.COMPLETER_ABORT);
        assertThat(request(0, VA, Access.READ).outcome())
                .as("F_STREAM_DISABLED")
                .isEqualTo(Transaction.Outcome.COMPLETER_ABORT);
        machine.command(0x04, 31);
        machine.writeCd(1, CD0 | asid(ASID), 0x7_0000_0000L, 0);
        assertThat(request(1, VA,
                Access.READ).outcome()).as("F_WALK_EABT").isEqualTo(Transaction.Outcome.COMPLETER_ABORT);
        Transaction stranger = new Transaction()
                .begin(Transaction.Type.TRANSLATION_REQUEST, 1024, 1, VA, Access.READ, false);
        machine.smmu.translate(stranger);
        assertThat(stranger.outcome()).as("C_BAD_STREAMID").isEqualTo(Transaction.Outcome.COMPLETER_ABORT);
        assertThat(machine.eventNumber()).isZero();
    }

    @Test
    @DisplayName("7.3.6 F_BAD_ATS_TREQ: SMMUEN 0, EATS 0 and bypass are Unsupported Request, and recorded")
    void atsIsDisabled() {
        long words1 = 1 | 1L << 35 | 1L << 34;
        machine.set(SmmuTestbed.CR0, 0b11110);
        assertThat(request(1, VA, Access.READ | Access.WRITE).outcome()).isEqualTo(Transaction.Outcome.ABORTED);
        assertThat(machine.event()).containsExactly(0x05 | 1 << 11 | ssid(1) | sid(SID), words1, VA, 0);
        machine.set(SmmuTestbed.CR0, 0b11111);
        machine.bind(VA, machine.page());
        machine.stage1(0);
        assertThat(request(1, VA, Access.READ).outcome()).isEqualTo(Transaction.Outcome.ABORTED);
        assertThat(machine.eventNumber()).isEqualTo(0x05);
        machine.writeSte(SID, V | CONFIG_BYPASS, 0b01L << 28, 0, 0);
        machine.command(0x03 | sid(SID), 1);
        assertThat(request(NONE, VA, Access.READ).outcome()).isEqualTo(Transaction.Outcome.ABORTED);
        assertThat(machine.eventNumber()).isEqualTo(0x05);
    }

    @Test
    @DisplayName("3.9.1.2: STE.Config 0b000 is Unsupported Request, and not recorded")
    void atsOfADisabledStream() {
        machine.writeSte(SID, V, 0, 0, 0);
        assertThat(request(1, VA, Access.READ).outcome()).isEqualTo(Transaction.Outcome.ABORTED);
        assertThat(machine.eventNumber()).isZero();
    }

    @Test
    @DisplayName("3.9.1.2: where S1DSS skips stage 1 the answer is everything at its own address")
    void identity() {
        machine.writeSte(SID, V | CONFIG_S1 | machine.contextTable | 6L << 59, 0b01 | 0b01L << 28, 0, 0);
        Transaction answer = request(NONE, 0x5000, Access.READ | Access.WRITE);
        assertThat(answer.physical()).isEqualTo(0x5000);
        assertThat(answer.granted()).isEqualTo(Access.READ | Access.WRITE);
    }

    // 3.9.1.3

    @Test
    @DisplayName("3.9.1.3: a translated request passes with EATS; 7.3.8 F_TRANSL_FORBIDDEN without, if ATSCHK checks")
    void translatedRequests() {
        machine.stage1(0b01L << 28);
        assertThat(translated(NONE, 0x5000, Access.WRITE).physical()).isEqualTo(0x5000);
        machine.stage1(0);
        machine.command(0x03 | sid(SID), 1);
        assertThat(translated(NONE, 0x5008, Access.WRITE).outcome()).isEqualTo(Transaction.Outcome.ABORTED);
        assertThat(machine.event()).containsExactly(0x07 | sid(SID), 0, 0x5008, 0);
        assertThat(translated(NONE, 0x5008, Access.READ).isGranted()).isFalse();
        assertThat(machine.event()).containsExactly(0x07 | sid(SID), 1L << 35, 0x5008, 0);
        machine.set(SmmuTestbed.CR0, 0b01111);
        assertThat(translated(NONE, 0x5000, Access.WRITE).isGranted()).as("without ATSCHK").isTrue();
    }

    @Test
    @DisplayName("3.9.1.3: a translated request of a bad or disabled stream aborts, and nothing is recorded; SMMUEN 0 "
            + "is recorded")
    void translatedRequestsOfBadStreams() {
        assertThat(translated(NONE, 0x5000, Access.READ).isGranted()).as("C_BAD_STE").isFalse();
        machine.writeSte(SID, V, 0, 0, 0);
        machine.command(0x03 | sid(SID), 1);
        assertThat(translated(NONE, 0x5000, Access.READ).isGranted()).isFalse();
        assertThat(machine.eventNumber()).isZero();
        machine.set(SmmuTestbed.CR0, 0b11110);
        assertThat(translated(NONE, 0x5000, Access.READ).isGranted()).isFalse();
        assertThat(machine.eventNumber()).isEqualTo(0x07);
    }

    @Test
    @DisplayName("13.6.3: with EATS 0b10 a request gets the IPA, and a translated request goes through stage 2")
    void splitStage() {
        StructuresTest.Nested nested = new StructuresTest.Nested(machine);
        machine.write(machine.ste(SID) + 8, 0b10 | 0b10L << 28);
        long ipa = nested.page + StructuresTest.Nested.MOVED;
        assertThat(request(1, VA, Access.READ).physical()).isEqualTo(ipa);
        assertThat(translated(NONE, ipa + 8, Access.READ).physical()).isEqualTo(nested.page + 8);
        machine.set(SmmuTestbed.CR0, 0b01111);
        assertThat(request(1, VA, Access.READ).outcome()).as("without ATSCHK").isEqualTo(Transaction.Outcome.ABORTED);
    }

    @Test
    @DisplayName("3.9.1.3: a translated request counts as without a substream, in its event too")
    void translatedRequestsHaveNoSubstream() {
        machine.stage1(0);
        translated(1, 0x5008, Access.WRITE);
        assertThat(machine.event()[0]).isEqualTo(0x07 | sid(SID));
    }

    @ParameterizedTest
    @CsvSource({"0, 5, 1", "1, 5, 5", "2, 5, 5", "3, 5, 0"})
    @DisplayName("13.7.1: execution is granted with reading; INSTCFG makes reads data, or instructions")
    void executePermission(int kind, int wanted, int granted) {
        // 0: never executable; 1: executable; 2: never executable but INSTCFG data; 3: never executable and INSTCFG
        // instruction.
        long page = machine.page();
        long leaf = machine.bind(VA, page);
        machine.write(leaf, page | SmmuTestbed.LEAF_READ_ONLY | (kind == 1 ? 0 : 1L << 54));
        machine.stage1(0b01L << 28 | (kind == 2 ? 0b10L << 50 : kind == 3 ? 0b11L << 50 : 0));
        assertThat(request(1, VA, wanted).granted()).isEqualTo(granted);
    }

    // 8

    private void pageRequest(int pasid, int group, int access, boolean last) {
        machine.smmu.pageRequest(new PageRequest(SID, pasid, VA, group, access, true, last));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1, false, 0x9400000100000108", "1, 2, true, 0xe400000100000108", "1, 5, false, 0x9c00000100000108",
        "-1, 3, true, 0x7000000000000108", "1, 0, true, 0xc400000100000108"
    })
    @DisplayName("8: the page request's record")
    void record(int pasid, int access, boolean last, String word0) {
        pageRequest(pasid, 0x1ab, access, last);
        assertThat(machine.read(machine.priQueue)).isEqualTo(Long.parseUnsignedLong(word0.substring(2), 16));
        assertThat(machine.read(machine.priQueue + 8)).isEqualTo(VA | 0x1ab);
        assertThat(machine.get(SmmuTestbed.PRIQ_PROD)).isEqualTo(1);
        assertThat(machine.endpoint.responses).isEmpty();
    }

    @Test
    @DisplayName("3.18, 6.3.36 PRIQ_IRQ_CFG2.LO: an interrupt when the queue stops being empty, or for the last of a "
            + "group only")
    void interrupts() {
        pageRequest(1, 1, 1, false);
        pageRequest(1, 1, 1, true);
        assertThat(machine.interrupts).containsExactly("wire " + SmmuV3.WIRE_PRIQ);
        machine.set(SmmuTestbed.IRQ_CTRL, 0);
        machine.set(0xdc, 1L << 31);
        machine.set(SmmuTestbed.IRQ_CTRL, 0b111);
        machine.set(SmmuTestbed.PRIQ_CONS, 2);
        pageRequest(1, 1, 1, false);
        assertThat(machine.interrupts).hasSize(1);
        pageRequest(1, 1, 1, true);
        assertThat(machine.interrupts).hasSize(2);
    }

    @Test
    @DisplayName("8.1: a full queue overflows: the last of a group is answered Success, others and stop markers are "
            + "lost")
    void overflow() {
        machine.writeSte(SID, V | CONFIG_BYPASS, 1L << 18, 0, 0);
        for (int i = 0; i < 8; i++) {
            pageRequest(1, i, 1, true);
        }
        pageRequest(1, 9, 1, false);
        assertThat(machine.get(SmmuTestbed.PRIQ_PROD)).isEqualTo(1L << 31 | 8);
        assertThat(machine.endpoint.responses).isEmpty();
        pageRequest(1, 9, 1, true);
        machine.smmu.pageRequest(PageRequest.stopMarker(SID, 1));
        assertThat(machine.endpoint.responses)
                .containsExactly(new PageResponse(1, 9, PageResponse.Code.SUCCESS));
        // Room alone does not end the overflow.
        machine.set(SmmuTestbed.PRIQ_CONS, 8);
        pageRequest(1, 10, 1, true);
        assertThat(machine.endpoint.responses).hasSize(2);
        machine.set(SmmuTestbed.PRIQ_CONS, 1L << 31 | 8);
        pageRequest(1, 11, 1, true);
        assertThat(machine.endpoint.responses).hasSize(2);
        assertThat(machine.get(SmmuTestbed.PRIQ_PROD)).isEqualTo(1L << 31 | 9);
    }

    @Test
    @DisplayName("8.1: the automatic response bears the PASID if STE.PPAR or IDR3.PPS says so; without an STE it is "
            + "Failure")
    void automaticResponses() {
        assertThat(overflowed(machine, 0)).isEqualTo(new PageResponse(NONE, 9, PageResponse.Code.RESPONSE_FAILURE));
        SmmuTestbed valid = new SmmuTestbed().enable();
        valid.writeSte(SID, V | CONFIG_BYPASS, 0, 0, 0);
        assertThat(overflowed(valid, 0)).isEqualTo(new PageResponse(NONE, 9, PageResponse.Code.SUCCESS));
        SmmuTestbed always = new SmmuTestbed(SmmuIds.DEFAULT.withIdr3(SmmuIds.DEFAULT.idr3()
                | SmmuIds.IDR3_PPS)).enable();
        assertThat(overflowed(always, 0)).isEqualTo(new PageResponse(1, 9, PageResponse.Code.SUCCESS));
    }

    private static PageResponse overflowed(SmmuTestbed machine, int group) {
        for (int i = 0; i < 8; i++) {
            machine.smmu.pageRequest(new PageRequest(SID, 1, VA, group, 1, false, false));
        }
        machine.smmu.pageRequest(new PageRequest(SID, 1, VA, 9, 1, false, true));
        return machine.endpoint.responses.getFirst();
    }

    @Test
    @DisplayName("8.2: while PRIQEN or SMMUEN is 0 the last of a group is answered Failure, without a PASID")
    void disabledQueue() {
        machine.writeSte(SID, V | CONFIG_BYPASS, 1L << 18, 0, 0);
        for (long cr0 : new long[] {0b11101, 0b11110}) {
            machine.set(SmmuTestbed.CR0, cr0);
            pageRequest(1, 3, 1, false);
            pageRequest(1, 3, 1, true);
        }
        PageResponse failure = new PageResponse(NONE, 3, PageResponse.Code.RESPONSE_FAILURE);
        assertThat(machine.endpoint.responses).containsExactly(failure, failure);
        assertThat(machine.get(SmmuTestbed.PRIQ_PROD)).isZero();
    }

    @Test
    @DisplayName("6.3.19 GERROR.PRIQ_ABT_ERR: a queue in no memory")
    void queueAbort() {
        machine.set(SmmuTestbed.CR0, 0b11101);
        machine.set64(SmmuTestbed.PRIQ_BASE, 0x8000_0000L | 3);
        machine.set(SmmuTestbed.CR0, 0b11111);
        pageRequest(NONE, 3, 1, true);
        assertThat(machine.get(SmmuTestbed.GERROR)).isEqualTo(1 << 3);
        assertThat(machine.endpoint.responses)
                .containsExactly(new PageResponse(NONE, 3, PageResponse.Code.RESPONSE_FAILURE));
    }

    @Test
    @DisplayName("What remembers a PASID: in order of appearance")
    void memories() {
        assertThat(machine.smmu.remembers(SID, 1)).isEmpty();
        pageRequest(1, 3, 1, true);
        assertThat(machine.smmu.remembers(SID, 1)).contains("page request");
        assertThat(machine.smmu.remembers(SID, 2)).isEmpty();
        machine.set(SmmuTestbed.PRIQ_CONS, 1);
        assertThat(machine.smmu.remembers(SID, 1)).isEmpty();
        machine.bind(VA, machine.page());
        machine.load(1, VA);
        assertThat(machine.smmu.remembers(SID, 1)).contains("cached CD");
        machine.command(0x05 | ssid(1) | sid(SID), 1);
        assertThat(machine.smmu.remembers(SID, 1)).contains("TLB entry of ASID 7 for address 0x123456789000");
        machine.command(0x11 | asid(ASID), 0);
        assertThat(machine.smmu.remembers(SID, 1)).isEmpty();
        Transaction transaction =
                new Transaction().begin(Transaction.Type.UNTRANSLATED, SID, 1, VA, Access.READ, false);
        machine.smmu.translate(transaction);
        assertThat(machine.smmu.remembers(SID, 1)).contains("in flight");
    }
}
