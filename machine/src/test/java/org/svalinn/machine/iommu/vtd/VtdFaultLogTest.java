package org.svalinn.machine.iommu.vtd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.svalinn.machine.iommu.Transaction.NO_PASID;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.FECTL;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.FRCD;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.FSTS;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.PASID;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.RID;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.svalinn.machine.iommu.Access;
import org.svalinn.machine.iommu.PageRequest;
import org.svalinn.machine.iommu.Transaction;

@DisplayName("VT-d 7.3.1: primary fault logging")
class VtdFaultLogTest {
    private static final int PFO = 1;
    private static final int PPF = 2;

    private final VtdTestbed bed = new VtdTestbed(VtdConfig.standard().withFaultRecords(3)).start();

    private void fault() {
        fault(PASID, Access.READ);
    }

    private void fault(int pasid, int wanted) {
        assertThat(bed.request(pasid, 0x1234_5678L, wanted).isGranted()).isFalse();
    }

    private void clearRecord(int record) {
        bed.register(FRCD + 16 * record + 12, 1L << 31);
    }

    @Test
    @DisplayName("11.4.7.7 FRCD: F, T1, T2, AT, PV, FR, PP, EXE, PRIV, SID, FI")
    void record() {
        fault();
        assertThat(bed.iommu.readRegister(FRCD, 8)).isEqualTo(0x1234_5000L);
        assertThat(bed.iommu.readRegister(FRCD + 8, 8))
                .isEqualTo(1L << 63 | 1L << 62 | (long) PASID << 40 | 0x59L << 32 | 1L << 31 | RID);
        fault(NO_PASID, Access.WRITE);
        assertThat(bed.iommu.readRegister(FRCD + 16 + 8, 8)).isEqualTo(1L << 63 | 0x59L << 32 | RID);
        bed.send(
                Transaction.Type.TRANSLATION_REQUEST,
                RID,
                PASID,
                0x1000,
                Access.READ | Access.EXECUTE,
                true);
        assertThat(bed.iommu.readRegister(FRCD + 32 + 8, 8))
                .isEqualTo(1L << 63 | 1L << 62 | 1L << 60 | (long) PASID << 40 | 0x59L << 32 | 0b111L << 29 | RID);
    }

    @Test
    @DisplayName("11.4.7.7 FRCD: a page request is of type T1 = 0, T2 = 1")
    void recordOfPageRequest() {
        bed.put(bed.contextEntry(), bed.get(bed.contextEntry()) & ~0x10L);
        bed.iommu.pageRequest(new PageRequest(RID, PASID, 0x7000, 1, Access.READ, false, true));
        assertThat(bed.iommu.readRegister(FRCD + 8, 8))
                .isEqualTo(1L << 63 | (long) PASID << 40 | 0x47L << 32 | 1L << 31 | 1L << 28 | RID);
    }

    @Test
    @DisplayName("11.4.7.1 FSTS: PPF while any F is set, FRI the first")
    void pending() {
        fault();
        fault();
        assertThat(bed.register(FSTS)).isEqualTo(PPF);
        clearRecord(0);
        assertThat(bed.register(FSTS)).isEqualTo(PPF);
        clearRecord(1);
        assertThat(bed.register(FSTS)).isZero();
        fault();
        assertThat(bed.register(FSTS)).isEqualTo(PPF | 2 << 8);
    }

    @Test
    @DisplayName("7.3.1: PPF is not cleared by writing FSTS")
    void pendingIsReadOnly() {
        fault();
        bed.register(FSTS, 0xff);
        assertThat(bed.register(FSTS)).isEqualTo(PPF);
    }

    @Test
    @DisplayName("7.3.1: overflow sets PFO, and nothing is recorded until it is cleared")
    void overflow() {
        for (int i = 0; i < 4; i++) {
            fault();
        }
        assertThat(bed.register(FSTS)).isEqualTo(PPF | PFO);
        clearRecord(0);
        fault();
        assertThat(bed.faultReason(0)).isEqualTo(-1);
        bed.register(FSTS, PFO);
        fault();
        assertThat(bed.faultReason(0)).isEqualTo(0x59);
    }

    @Test
    @DisplayName("7.3.1: records fill in turn")
    void inTurn() {
        fault();
        clearRecord(0);
        fault();
        assertThat(bed.faultReason(0)).isEqualTo(-1);
        assertThat(bed.faultReason(1)).isEqualTo(0x59);
    }

    @Test
    @DisplayName("11.4.7.7: only F of a record can be written")
    void recordsAreReadOnly() {
        fault();
        long high = bed.iommu.readRegister(FRCD + 8, 8);
        bed.iommu.writeRegister(FRCD, 8, -1);
        bed.register(FRCD + 8, 0);
        bed.register(FRCD + 12, 0x7fff_ffffL);
        assertThat(bed.iommu.readRegister(FRCD + 8, 8)).isEqualTo(high);
        assertThat(bed.iommu.readRegister(FRCD, 8)).isEqualTo(0x1234_5000L);
    }

    @Test
    @DisplayName("7.3.3: one interrupt when the first status bit is set, none while any is")
    void interrupt() {
        fault();
        fault();
        assertThat(bed.messages).containsExactly("fee00000:" + FECTL);
        clearRecord(0);
        clearRecord(1);
        fault();
        assertThat(bed.messages).hasSize(2);
    }

    @Test
    @DisplayName("11.4.7.2 FECTL: masked, the message is pending, and goes out when IM is cleared")
    void maskedInterrupt() {
        bed.register(FECTL, 1L << 31);
        fault();
        assertThat(bed.messages).isEmpty();
        assertThat((int) bed.register(FECTL)).isEqualTo(1 << 31 | 1 << 30);
        bed.register(FECTL, 0);
        assertThat(bed.messages).containsExactly("fee00000:" + FECTL);
        assertThat(bed.register(FECTL)).isZero();
    }

    @Test
    @DisplayName("11.4.7.2 FECTL: a pending message is forgotten once its faults have been served")
    void servedInterrupt() {
        bed.register(FECTL, 1L << 31);
        fault();
        clearRecord(0);
        assertThat((int) bed.register(FECTL)).isEqualTo(1 << 31);
        bed.register(FECTL, 0);
        assertThat(bed.messages).isEmpty();
    }
}
