package org.svalinn.machine.iommu.vtd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.PASID;

import org.junit.jupiter.api.Test;
import org.svalinn.machine.iommu.Access;
import org.svalinn.machine.iommu.PageRequest;

/** The whole way, once. */
class VtdSmokeTest {
    @Test
    void aRequestWithPasidReachesItsPageAndItsTranslationIsForgottenWhenInvalidated() {
        VtdTestbed bed = new VtdTestbed().start();
        long pml4 = bed.pageTable();
        bed.firstLevel(PASID, pml4);
        long page = bed.userPage();
        long entry = bed.mapUser(pml4, 0x7000_1234_5000L, page);

        assertThat(bed.request(PASID, 0x7000_1234_5678L, Access.WRITE).isGranted()).isTrue();
        assertThat(bed.transaction.physical()).isEqualTo(page | 0x678);
        assertThat(bed.transaction.pageShift()).isEqualTo(12);

        bed.put(entry, 0);
        assertThat(bed.request(PASID, 0x7000_1234_5678L, Access.WRITE).isGranted()).as("stale").isTrue();
        bed.submit((long) PASID << 32 | (long) VtdTestbed.DOMAIN << 16 | 3 << 4 | 6, 0x7000_1234_5000L);
        bed.submitWait(2, 0);
        bed.serveAll();
        assertThat(bed.status()).isEqualTo(2);
        assertThat(bed.request(PASID, 0x7000_1234_5678L, Access.WRITE).isGranted()).isFalse();
        assertThat(bed.takeFault()).isEqualTo(0x71);
        assertThat(bed.messages).containsExactly("fee00000:" + VtdTestbed.FECTL);
    }

    @Test
    void aPageRequestGoesToSoftwareAndItsAnswerToTheDevice() {
        VtdTestbed bed = new VtdTestbed().start();
        int readWrite = Access.READ | Access.WRITE;
        bed.iommu.pageRequest(new PageRequest(VtdTestbed.RID, PASID, 0x1234_5000L, 9, readWrite, false, true));
        assertThat(bed.register(VtdTestbed.PQT)).isEqualTo(32);
        assertThat(bed.register(VtdTestbed.PRS)).isEqualTo(1);
        assertThat(bed.get(bed.pageRequestQueue))
                .isEqualTo(0x1L | 1 << 8 | (long) VtdTestbed.RID << 16 | (long) PASID << 32);
        assertThat(bed.get(bed.pageRequestQueue + 8)).isEqualTo(0x1234_5000L | 9 << 3 | 0b111);
        assertThat(bed.messages).containsExactly("fee00000:" + VtdTestbed.PECTL);

        bed.execute((long) PASID << 32 | (long) VtdTestbed.RID << 16 | 1 << 4 | 9, 9 << 3 | 1 << 2);
        assertThat(bed.function.responses).hasSize(1);
        assertThat(bed.function.responses.getFirst().pasid()).isEqualTo(PASID);
        assertThat(bed.function.responses.getFirst().group()).isEqualTo(9);
    }
}
