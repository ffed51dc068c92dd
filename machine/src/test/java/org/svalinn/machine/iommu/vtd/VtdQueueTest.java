package org.svalinn.machine.iommu.vtd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.DOMAIN;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.FECTL;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.FSTS;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.GCMD;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.ICS;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.IECTL;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.IQA;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.IQERCD;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.IQH;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.IQT;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.PASID;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.QIE;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.RID;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.svalinn.machine.iommu.InvalidationRequest;
import org.svalinn.machine.iommu.PageResponse;
import org.svalinn.machine.iommu.Transaction;

@DisplayName("VT-d 6.5.2: the invalidation queue")
class VtdQueueTest {
    private static final int IQE = 1 << 4;
    private static final int ICE = 1 << 5;
    private static final int ITE = 1 << 6;
    private static final int FENCE = 1 << 6;
    private static final int INTERRUPT = 1 << 4;
    private static final long GOOD = 1 | 1 << 4;

    private final VtdTestbed bed = new VtdTestbed().start();

    private void expectError(int reason) {
        assertThat(bed.register(FSTS)).isEqualTo(IQE);
        assertThat(bed.register(IQERCD) & 0xf).isEqualTo(reason);
        assertThat(bed.iommu.hasCommand()).as("the queue stops").isFalse();
    }

    @ParameterizedTest
    @DisplayName("6.5.2.10 IQE, IQEI = 3: descriptor types that do not exist, interrupt entry cache")
    @CsvSource({"0x0", "0x4", "0xA", "0xB", "0xF", "0x201", "0x402", "0x805"})
    void invalidType(String first) {
        bed.execute(Long.decode(first), 0);
        expectError(3);
    }

    @ParameterizedTest
    @DisplayName("6.5.2.10 IQE, IQEI = 3: device-TLB and page group response descriptors without ECAP.DT and PRS")
    @CsvSource({"3", "8", "9"})
    void unsupportedType(long first) {
        VtdTestbed less = new VtdTestbed(VtdConfig.standard().withDeviceFeatures(true, 20, false, false)).start();
        less.execute(first, 0);
        assertThat(less.register(FSTS)).isEqualTo(IQE);
        assertThat(less.register(IQERCD) & 0xf).isEqualTo(3);
    }

    @ParameterizedTest
    @DisplayName("6.5.2.10 IQE, IQEI = 4: reserved fields, per descriptor: its bits 63:0, 127:64 and the upper half")
    @CsvSource({
        // context-cache
        "0x0000_0000_0000_0001, 0, 0", "0x0000_0000_0000_0051, 0, 0", "0x0004_0000_0000_0011, 0, 0",
        "0x0000_0000_0000_1011, 0, 0", "0x0000_0000_0000_0011, 1, 0", "0x0000_0000_0000_0011, 0, 1",
        // IOTLB
        "0x0000_0000_0000_0002, 0, 0", "0x0000_0001_0000_0012, 0, 0", "0x0000_0000_0000_0112, 0, 0",
        "0x0000_0000_0000_0032, 0x80, 0", "0x0000_0000_0000_0032, 0x3f, 0",
        // device-TLB
        "0x0000_0310_0000_0013, 0, 0", "0x0000_0310_0020_0003, 0, 0", "0x0001_0310_0000_0003, 0, 0",
        "0x0000_0310_0000_0003, 2, 0",
        // wait
        "0x0000_0000_0000_0105, 0, 0", "0x0000_0000_0000_1005, 0, 0", "0x0000_0000_0000_0025, 1, 0",
        "0x0000_0000_0000_0005, 0, 1",
        // PASID-based IOTLB
        "0x0000_0000_0000_0006, 0, 0", "0x0000_0000_0000_0016, 0, 0", "0x0010_0000_0000_0026, 0, 0",
        "0x0000_0000_0000_0066, 0, 0", "0x0000_0000_0000_0036, 0x800, 0", "0x0000_0000_0000_0036, 0x35, 0",
        // PASID-cache
        "0x0000_0000_0000_0027, 0, 0", "0x0010_0000_0000_0037, 0, 0", "0x0000_0000_0000_0037, 1, 0",
        // PASID-based device-TLB
        "0x0000_0005_0310_0008, 2, 0", "0x0000_0005_0310_0008, 0x400, 0",
        // page group response
        "0x0010_0005_0310_0019, 0, 0", "0x0000_0005_0310_0119, 0, 0", "0x0000_0005_0310_0019, 1, 0",
        "0x0000_0005_0310_0019, 0x1000, 0"
    })
    void reservedField(String first, String second, long third) {
        bed.submit(Long.decode(first.replace("_", "")), Long.decode(second), third, 0);
        bed.serveAll();
        expectError(4);
    }

    @Test
    @DisplayName("6.5.2.10 IQE: the head stays at the bad descriptor; cleared and mended, the queue goes on")
    void errorAndMending() {
        bed.submit(GOOD, 0);
        bed.submit(0, 0);
        bed.submitWait(3, 0);
        bed.serveAll();
        assertThat(bed.register(IQH)).isEqualTo(32);
        assertThat(bed.status()).isZero();
        assertThat(bed.messages).containsExactly("fee00000:" + FECTL);
        bed.put(bed.queue + 32, GOOD);
        bed.register(FSTS, IQE);
        bed.serveAll();
        assertThat(bed.register(IQH)).isEqualTo(96);
        assertThat(bed.status()).isEqualTo(3);
    }

    @Test
    @DisplayName("6.5.2.10 IQE, IQEI = 1: a tail beyond the queue")
    void invalidTail() {
        bed.register(IQT, 8192);
        bed.serveAll();
        expectError(1);
    }

    @Test
    @DisplayName("6.5.2.10 IQE, IQEI = 2: no memory where the queue should be")
    void fetchError() {
        bed.register64(IQA, 0x3f_ffff_f000L | 1 << 11);
        bed.execute(GOOD, 0);
        expectError(2);
    }

    @Test
    @DisplayName("6.5.2.10 IQE, IQEI = 5: descriptors of 128 bits in scalable mode")
    void invalidWidth() {
        bed.register64(IQA, bed.queue);
        bed.execute(GOOD, 0);
        expectError(5);
    }

    @Test
    @DisplayName("6.5.2.10 IQE, IQEI = 6: a tail that is not a multiple of 256 bits")
    void unalignedTail() {
        bed.register(IQT, 16);
        bed.serveAll();
        expectError(6);
    }

    @Test
    @DisplayName("11.4.9.3 IQA.DW = 0: descriptors of 128 bits, before a root table of scalable mode is set")
    void narrowDescriptors() {
        VtdTestbed reset = new VtdTestbed();
        reset.register64(IQA, reset.queue);
        reset.register(GCMD, QIE);
        reset.put(reset.queue, GOOD);
        reset.put(reset.queue + 16, 7L << 32 | 0x25);
        reset.put(reset.queue + 24, reset.statusWord);
        reset.register(IQT, 32);
        reset.serveAll();
        assertThat(reset.register(IQH)).isEqualTo(32);
        assertThat(reset.status()).isEqualTo(7);
    }

    @Test
    @DisplayName("11.4.9.1: head and tail wrap at 2^(QS + 7) descriptors of 256 bits")
    void wrapping() {
        for (int i = 0; i < 300; i++) {
            bed.submitWait(i, 0);
            bed.serveAll();
            assertThat(bed.status()).isEqualTo(i);
        }
        assertThat(bed.register(IQH)).isEqualTo((300 - 256) * 32);
    }

    @Test
    @DisplayName("6.5.2: nothing is fetched while QIE is clear, and the head begins at 0 again")
    void disabled() {
        bed.execute(GOOD, 0);
        bed.register(GCMD, 0);
        bed.submit(GOOD, 0);
        assertThat(bed.iommu.hasCommand()).isFalse();
        bed.iommu.executeCommand();
        assertThat(bed.register(IQH)).isZero();
        bed.register(GCMD, QIE);
        bed.serveAll();
        assertThat(bed.register(IQH)).isEqualTo(64);
    }

    // Wait descriptors

    @Test
    @DisplayName("6.5.2.8 wait: SW writes 32 bits of status, to memory only where there is some")
    void statusWrite() {
        bed.put(bed.statusWord, -1L);
        bed.execute(0x1234_5678L << 32 | 0x25, bed.statusWord + 4);
        assertThat(bed.get(bed.statusWord)).isEqualTo(0x1234_5678_ffff_ffffL);
        bed.execute(1L << 32 | 5, bed.statusWord);
        assertThat(bed.get(bed.statusWord)).as("without SW").isEqualTo(0x1234_5678_ffff_ffffL);
        bed.execute(1L << 32 | 0x25, 0x3f_ffff_f000L);
        assertThat(bed.register(FSTS)).isZero();
    }

    @Test
    @DisplayName("6.5.2.9 wait: IF sets ICS.IWC and interrupts, once until it is cleared")
    void waitInterrupt() {
        bed.submitWait(1, 0);
        bed.serveAll();
        assertThat(bed.register(ICS)).isZero();
        bed.submitWait(1, INTERRUPT);
        bed.submitWait(2, INTERRUPT);
        bed.serveAll();
        assertThat(bed.register(ICS)).isEqualTo(1);
        assertThat(bed.messages).containsExactly("fee00000:" + IECTL);
        bed.register(ICS, 1);
        assertThat(bed.register(ICS)).isZero();
        bed.submitWait(3, INTERRUPT);
        bed.serveAll();
        assertThat(bed.messages).hasSize(2);
    }

    @Test
    @DisplayName("11.4.9.5 IECTL: masked, the message is pending until IWC is cleared or IM is")
    void maskedWaitInterrupt() {
        bed.register(IECTL, 1L << 31);
        bed.submitWait(1, INTERRUPT);
        bed.serveAll();
        assertThat((int) bed.register(IECTL)).isEqualTo(3 << 30);
        bed.register(ICS, 1);
        assertThat((int) bed.register(IECTL)).isEqualTo(1 << 31);
        bed.submitWait(1, INTERRUPT);
        bed.serveAll();
        bed.register(IECTL, 0);
        assertThat(bed.messages).containsExactly("fee00000:" + IECTL);
    }

    // Devices

    private static final long DEVICE_TLB = 3 | (long) RID << 32;
    private static final long PASID_DEVICE_TLB = 8 | (long) RID << 16 | (long) PASID << 32;

    @Test
    @DisplayName("6.5.2.5 device-TLB: one page, or with S as many as the lowest clear bit says")
    void deviceTlb() {
        bed.execute(DEVICE_TLB, 0x1234_5000L);
        bed.execute(DEVICE_TLB, 0x1234_4000L | 0x3000 | 1);
        bed.execute(DEVICE_TLB, 0x7fff_ffff_ffff_f000L | 1);
        bed.execute(DEVICE_TLB, 0xffff_ffff_ffff_f000L | 1);
        int none = Transaction.NO_PASID;
        assertThat(bed.function.invalidations)
                .containsExactly(
                        new InvalidationRequest(none, 0x1234_5000L, 12, false, 0),
                        new InvalidationRequest(none, 0x1234_0000L, 16, false, 1),
                        new InvalidationRequest(none, 0, 64, false, 2),
                        new InvalidationRequest(none, 0, 64, false, 3));
    }

    @Test
    @DisplayName("6.5.2.6 PASID-based device-TLB: PASID, range and Global")
    void pasidDeviceTlb() {
        bed.execute(PASID_DEVICE_TLB, 0x1234_5000L);
        bed.execute(PASID_DEVICE_TLB, 0x1234_4000L | 1 << 11 | 1);
        assertThat(bed.function.invalidations)
                .containsExactly(
                        new InvalidationRequest(PASID, 0x1234_5000L, 12, false, 0),
                        new InvalidationRequest(PASID, 0x1234_4000L, 13, true, 1));
    }

    @Test
    @DisplayName("6.5.2.8 wait: completes when the device has answered what was asked before")
    void waitForDevice() {
        bed.submit(DEVICE_TLB, 0x1000);
        bed.submitWait(1, 0);
        bed.submit(DEVICE_TLB, 0x2000);
        bed.submitWait(2, 0);
        bed.serveAll();
        assertThat(bed.register(IQH)).isEqualTo(128);
        assertThat(bed.status()).isZero();
        bed.iommu.invalidationCompleted(bed.function, 1);
        bed.serveAll();
        assertThat(bed.status()).isEqualTo(1);
        bed.iommu.invalidationCompleted(bed.function, 2);
        bed.serveAll();
        assertThat(bed.status()).isEqualTo(2);
        assertThat(bed.register(FSTS)).isZero();
    }

    @Test
    @DisplayName("6.5.2.8 wait: answers out of order")
    void answersOutOfOrder() {
        bed.submit(DEVICE_TLB, 0x1000);
        bed.submitWait(1, 0);
        bed.submit(DEVICE_TLB, 0x2000);
        bed.submitWait(2, 0);
        bed.serveAll();
        bed.iommu.invalidationCompleted(bed.function, 2);
        bed.serveAll();
        assertThat(bed.status()).isZero();
        bed.iommu.invalidationCompleted(bed.function, 1);
        bed.serveAll();
        assertThat(bed.status()).isEqualTo(2);
    }

    @Test
    @DisplayName("6.5.2.8 wait without Fence: later descriptors go on; with Fence they would wait")
    void fence() {
        bed.submit(DEVICE_TLB, 0x1000);
        bed.submitWait(1, 0);
        bed.submit(9 | 1 << 4 | (long) RID << 16 | (long) PASID << 32, 1 << 2);
        bed.serveAll();
        assertThat(bed.function.responses).hasSize(1);
        VtdTestbed fenced = new VtdTestbed().start();
        fenced.submit(DEVICE_TLB, 0x1000);
        fenced.submitWait(1, FENCE);
        fenced.iommu.executeCommand();
        // Without a scheduler nobody else can go on, which shows that it waits.
        assertThat(catchThrowable(fenced.iommu::executeCommand))
                .hasMessageContaining("would wait for ever at waits for Invalidate Completions");
    }

    @Test
    @DisplayName("remembers() knows of unanswered requests of a PASID")
    void remembers() {
        bed.execute(PASID_DEVICE_TLB, 0x1000);
        assertThat(bed.iommu.remembers(RID, PASID)).contains("not answered");
        assertThat(bed.iommu.remembers(RID, PASID + 1)).isEmpty();
        assertThat(bed.iommu.remembers(RID + 1, PASID)).isEmpty();
        bed.iommu.invalidationCompleted(bed.function, 1);
        assertThat(bed.iommu.remembers(RID, PASID)).isEmpty();
        bed.execute(PASID_DEVICE_TLB, 0x1000 | 1);
        assertThat(bed.iommu.remembers(RID, PASID + 1)).contains("not answered");
    }

    @Test
    @DisplayName("6.5.2.5: ITags are used again once answered; the 33rd unanswered request waits")
    void tags() {
        for (int i = 0; i < 32; i++) {
            bed.execute(DEVICE_TLB, 0x1000L * i);
        }
        assertThat(bed.function.invalidations).extracting(InvalidationRequest::tag).doesNotHaveDuplicates();
        bed.iommu.invalidationCompleted(bed.function, 1 << 7);
        bed.execute(DEVICE_TLB, 0x5000);
        assertThat(bed.function.invalidations.getLast().tag()).isEqualTo(7);
        bed.submit(DEVICE_TLB, 0x6000);
        assertThat(catchThrowable(bed.iommu::executeCommand))
                .hasMessageContaining("would wait for ever");
    }

    @Test
    @DisplayName("6.5.2.5: MIP limits the unanswered requests of a function")
    void maxInvalidationsPending() {
        bed.execute(DEVICE_TLB | 2 << 16, 0x1000);
        bed.execute(DEVICE_TLB | 2 << 16, 0x2000);
        bed.submit(DEVICE_TLB | 2 << 16, 0x3000);
        assertThat(catchThrowable(bed.iommu::executeCommand))
                .hasMessageContaining("would wait for ever");
    }

    @Test
    @DisplayName("6.5.2.10 ICE: a completion that nobody expects")
    void completionError() {
        bed.execute(DEVICE_TLB, 0x1000);
        bed.iommu.invalidationCompleted(bed.function, 2);
        assertThat(bed.register(FSTS)).isEqualTo(ICE);
        assertThat(bed.iommu.readRegister(IQERCD, 8) >>> 48).isEqualTo(RID);
        assertThat(bed.messages).containsExactly("fee00000:" + FECTL);
        bed.register(FSTS, ICE);
        assertThat(bed.register(FSTS)).isZero();
    }

    @Test
    @DisplayName("6.5.2.10 ITE: a time-out aborts pending waits and stops the queue until it is cleared")
    void timeOut() {
        bed.submit(DEVICE_TLB, 0x1000);
        bed.submitWait(1, 0);
        bed.serveAll();
        bed.iommu.invalidationTimedOut(bed.function, 1);
        assertThat(bed.register(FSTS)).isEqualTo(ITE);
        assertThat(bed.iommu.readRegister(IQERCD, 8) >>> 32 & 0xffff).isEqualTo(RID);
        bed.submitWait(2, 0);
        assertThat(bed.iommu.hasCommand()).isFalse();
        bed.register(FSTS, ITE);
        bed.serveAll();
        assertThat(bed.status()).isEqualTo(2);
        bed.iommu.invalidationCompleted(bed.function, 1);
        assertThat(bed.register(FSTS)).as("too late").isEqualTo(ICE);
    }

    @Test
    @DisplayName("6.5.2.10 ITE: a function that is not there cannot answer")
    void nobodyThere() {
        bed.execute(3 | 0x4444L << 32, 0x1000);
        assertThat(bed.register(FSTS)).isEqualTo(ITE);
        assertThat(bed.iommu.readRegister(IQERCD, 8) >>> 32 & 0xffff).isEqualTo(0x4444);
    }

    // Page group responses

    @Test
    @DisplayName("7.7.1 page group response: PASID, group and code; only for LPIG")
    void pageGroupResponse() {
        long first = 9 | (long) RID << 16 | (long) PASID << 32;
        bed.execute(first | 1 << 4, 0x155 << 3 | 1 << 2);
        bed.execute(first | 1 << 12, 1 << 3 | 1 << 2);
        bed.execute(first | 1 << 4 | 0xf << 12, 2 << 3 | 1 << 2);
        bed.execute(first | 1 << 4, 3 << 3);
        assertThat(bed.function.responses)
                .containsExactly(
                        new PageResponse(PASID, 0x155, PageResponse.Code.SUCCESS),
                        new PageResponse(Transaction.NO_PASID, 1, PageResponse.Code.INVALID_REQUEST),
                        new PageResponse(PASID, 2, PageResponse.Code.RESPONSE_FAILURE));
    }

    @Test
    @DisplayName("7.7.1 page group response: private data is accepted, a function that is gone hears nothing")
    void privateData() {
        bed.submit(9 | 3 << 4 | (long) RID << 16, 1 << 2, -1L, -1L);
        bed.submit(9 | 3 << 4 | 0x4444L << 16, 1 << 2, 0, 0);
        bed.serveAll();
        assertThat(bed.register(FSTS)).isZero();
        assertThat(bed.function.responses).hasSize(1);
    }

    @Test
    @DisplayName("6.5.2.3, 6.5.2.4: a drain waits for requests on their way to memory; DR = DW = 0 does not")
    void drain() {
        bed.passThrough(PASID);
        bed.transaction.begin(Transaction.Type.UNTRANSLATED, RID, PASID, 0x5000, 1, false);
        bed.iommu.translate(bed.transaction);
        bed.execute(2 | 1 << 4, 0);
        long byPasid = 6 | 2 << 4 | (long) DOMAIN << 16 | (long) PASID << 32;
        for (long first : new long[] {2 | 1 << 4 | 1 << 7, 2 | 1 << 4 | 1 << 6, byPasid}) {
            bed.iommu.snapshot();
            int tail = bed.tail;
            bed.submit(first, 0);
            assertThat(catchThrowable(bed.iommu::executeCommand))
                    .hasMessageContaining("would wait for ever at waits for requests under way");
            bed.iommu.restore();
            bed.tail = tail;
        }
        bed.execute(6 | 2 << 4 | (long) DOMAIN << 16 | (long) (PASID + 1) << 32, 0);
        bed.iommu.completed(bed.transaction);
        bed.execute(2 | 1 << 4 | 3 << 6, 0);
        assertThat(bed.register(FSTS)).isZero();
    }
}
