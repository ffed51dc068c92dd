package org.svalinn.machine.iommu.vtd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.svalinn.machine.iommu.Access.EXECUTE;
import static org.svalinn.machine.iommu.Access.READ;
import static org.svalinn.machine.iommu.Access.WRITE;
import static org.svalinn.machine.iommu.Transaction.NO_PASID;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.FSTS;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.PASID;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.RID;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.svalinn.machine.iommu.Transaction;
import org.svalinn.machine.iommu.Transaction.Outcome;

@DisplayName("VT-d chapter 4: device TLBs")
class VtdAtsTest {
    private static final long ADDRESS = 0x7000_1234_5000L;

    private VtdTestbed bed = new VtdTestbed();
    private long top;
    private long page;

    @BeforeEach
    void start() {
        start(VtdConfig.standard());
    }

    private void start(VtdConfig config) {
        bed = new VtdTestbed(config).start();
        top = bed.pageTable();
        page = bed.userPage();
        bed.firstLevel(PASID, top);
    }

    private void expectGrant(int wanted, int granted) {
        Transaction transaction = bed.ask(PASID, ADDRESS, wanted);
        assertThat(transaction.outcome()).isEqualTo(Outcome.GRANTED);
        assertThat(transaction.granted()).isEqualTo(granted);
        assertThat(transaction.isGlobal()).isFalse();
        assertThat(bed.register(FSTS)).isZero();
    }

    @Test
    @DisplayName("4.1.3: what the tables grant of what is wanted, with the page's address and size")
    void grants() {
        bed.mapUser(top, ADDRESS, page);
        expectGrant(READ | WRITE, READ | WRITE);
        assertThat(bed.transaction.physical()).isEqualTo(page);
        assertThat(bed.transaction.pageShift()).isEqualTo(12);
    }

    @Test
    @DisplayName("4.1.3: a page that may only be read")
    void readOnly() {
        bed.map(top, ADDRESS, page, 7, 5);
        expectGrant(READ | WRITE, READ);
    }

    @Test
    @DisplayName("4.1.3 No Write (ECAP.NWFS): W is not granted, the dirty flag not set")
    void noWrite() {
        long entry = bed.mapUser(top, ADDRESS, page);
        expectGrant(READ, READ);
        assertThat(bed.get(entry)).isEqualTo(page | 7 | 1 << 5);
        expectGrant(READ | WRITE, READ | WRITE);
        assertThat(bed.get(entry)).isEqualTo(page | 7 | 1 << 5 | 1 << 6);
    }

    @Test
    @DisplayName("4.1.3: large pages are told as such")
    void largePage() {
        bed.map(top, ADDRESS, 0x4000_0000L, 7, 7 | 1 << 7, 2);
        expectGrant(READ, READ);
        assertThat(bed.transaction.pageShift()).isEqualTo(21);
    }

    @Test
    @DisplayName("SFS.2, SSS.2, SGN.1, SGN.2, SGN.5: Success without R and W, nothing recorded")
    void nothingGranted() {
        expectGrant(READ | WRITE, 0);
        bed.map(top, ADDRESS, page, 7, 3);
        expectGrant(READ | WRITE, 0);
        Transaction transaction = bed.ask(PASID, 1L << 50, READ);
        assertThat(transaction.outcome()).isEqualTo(Outcome.GRANTED);
        assertThat(transaction.granted()).isZero();
        bed.secondLevel(6, bed.pageTable());
        assertThat(bed.ask(6, ADDRESS, READ).granted()).isZero();
        assertThat(bed.ask(6, 1L << 50, READ).granted()).isZero();
        assertThat(bed.register(FSTS)).isZero();
    }

    @Test
    @DisplayName("SPT.5, SPT.6: privileges that the PASID does not have are not granted")
    void privileges() {
        start(VtdConfig.standard().withPrivileges(true, true));
        bed.mapUser(top, ADDRESS, page);
        expectGrant(READ | EXECUTE, 0);
        Transaction transaction = bed.send(Transaction.Type.TRANSLATION_REQUEST, RID, PASID, ADDRESS, READ, true);
        assertThat(transaction.granted()).isZero();
        bed.firstLevel(6, top | 0b10);
        assertThat(bed.ask(6, ADDRESS, READ | EXECUTE).granted()).isEqualTo(READ | EXECUTE);
        assertThat(bed.ask(6, ADDRESS, READ).granted()).isEqualTo(READ);
    }

    @Test
    @DisplayName("4.1.3: not present context entry, or DTE clear: Unsupported Request")
    void unsupportedRequest() {
        bed.put(bed.contextEntry(), bed.get(bed.contextEntry()) & ~4L);
        assertThat(bed.ask(PASID, ADDRESS, READ).outcome()).isEqualTo(Outcome.ABORTED);
        assertThat(bed.takeFault()).isEqualTo(VtdFault.SCT_5.reason());
        bed.execute(1 | 1 << 4, 0);
        bed.put(bed.contextEntry(), 0);
        assertThat(bed.ask(PASID, ADDRESS, READ).outcome()).isEqualTo(Outcome.ABORTED);
        assertThat(bed.takeFault()).isEqualTo(VtdFault.SCT_2.reason());
    }

    @Test
    @DisplayName("4.1.3: erroneous tables: Completer Abort, and a record with AT = 01b")
    void completerAbort() {
        bed.put(bed.pasidEntry(PASID), 0);
        assertThat(bed.ask(PASID, ADDRESS, READ).outcome()).isEqualTo(Outcome.COMPLETER_ABORT);
        assertThat(bed.iommu.readRegister(VtdTestbed.FRCD + 8, 8) >>> 60 & 3).isEqualTo(0b01);
        assertThat(bed.takeFault()).isEqualTo(VtdFault.SPT_2.reason());
        bed.firstLevel(PASID, top);
        bed.map(top, ADDRESS, page | 1L << 50, 7, 7);
        assertThat(bed.ask(PASID, ADDRESS, READ).outcome()).isEqualTo(Outcome.COMPLETER_ABORT);
        assertThat(bed.takeFault()).isEqualTo(VtdFault.SFS_3.reason());
    }

    @Test
    @DisplayName("4.1.4: a translated request passes with DTE, whatever the PASID tables say")
    void translated() {
        bed.put(bed.directoryEntry(), 0);
        Transaction transaction = bed.send(Transaction.Type.TRANSLATED, RID, NO_PASID, page + 8, WRITE, false);
        assertThat(transaction.isGranted()).isTrue();
        assertThat(transaction.physical()).isEqualTo(page + 8);
    }

    @Test
    @DisplayName("4.1.4: a blocked translated request is recorded with AT = 10b")
    void blockedTranslated() {
        bed.put(bed.contextEntry(), bed.get(bed.contextEntry()) & ~4L);
        assertThat(bed.send(Transaction.Type.TRANSLATED, RID, NO_PASID, page, WRITE, false).isGranted()).isFalse();
        assertThat(bed.iommu.readRegister(VtdTestbed.FRCD + 8, 8) >>> 60 & 3).isEqualTo(0b10);
    }

    @Test
    @DisplayName("6.2: translation requests use the IOTLB: stale until it is invalidated")
    void stale() {
        long entry = bed.mapUser(top, ADDRESS, page);
        expectGrant(READ | WRITE, READ | WRITE);
        bed.put(entry, 0);
        expectGrant(READ | WRITE, READ | WRITE);
        bed.execute(6 | 2 << 4 | (long) VtdTestbed.DOMAIN << 16 | (long) PASID << 32, 0);
        expectGrant(READ | WRITE, 0);
    }

    @Test
    @DisplayName("4.1.3: nested, what both levels grant")
    void nested() {
        long second = bed.pageTable();
        bed.map(second, 0, 0, 7, 3 | 1 << 7, 3);
        bed.mapUser(top, ADDRESS, page);
        bed.nested(6, top, second);
        assertThat(bed.ask(6, ADDRESS, READ | WRITE).granted()).isEqualTo(READ | WRITE);
        assertThat(bed.transaction.physical()).isEqualTo(page);
        bed.map(second, 0, 0, 7, 1 | 1 << 7, 3);
        bed.execute(2 | 1 << 4, 0);
        assertThat(bed.ask(6, ADDRESS, READ | WRITE).granted()).isEqualTo(READ);
    }
}
