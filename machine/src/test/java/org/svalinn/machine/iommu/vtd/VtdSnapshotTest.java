package org.svalinn.machine.iommu.vtd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.PASID;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.RID;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.svalinn.machine.iommu.Access;
import org.svalinn.machine.iommu.PageRequest;

@DisplayName("A unit goes back to its snapshot, registers, queues, caches and faults included")
class VtdSnapshotTest {
    private static final long ADDRESS = 0x7000_1234_5000L;
    private static final long DEVICE_TLB = 3 | (long) RID << 32;

    private final VtdTestbed bed = new VtdTestbed().start();

    /** Everything that software can read. */
    private String registers() {
        StringBuilder text = new StringBuilder();
        for (int offset = 0; offset < 0x2A0; offset += 4) {
            try {
                text.append(Integer.toHexString(offset)).append('=').append(bed.register(offset)).append('\n');
            } catch (org.svalinn.machine.iommu.UnsupportedFeature refused) {
                text.append(Integer.toHexString(offset)).append(" refused\n");
            }
        }
        return text.toString();
    }

    private void disturb() {
        for (int i = 0; i < 40; i++) {
            bed.request(PASID, ADDRESS + 0x1000L * i, Access.READ);
        }
        bed.iommu.pageRequest(new PageRequest(RID, PASID, ADDRESS, 1, Access.READ, false, true));
        bed.execute(2 | 1 << 4, 0);
        bed.execute(DEVICE_TLB, 0x1000);
        bed.submitWait(1, 1 << 4);
        bed.execute(0, 0);
        bed.register(VtdTestbed.FECTL, 1L << 31);
        bed.register64(VtdTestbed.RTADDR, 0x1400);
        bed.register(VtdTestbed.GCMD, VtdTestbed.QIE | VtdTestbed.SRTP);
    }

    @Test
    void registersComeBack() {
        bed.request(PASID, ADDRESS, Access.READ);
        bed.iommu.pageRequest(new PageRequest(RID, PASID, ADDRESS, 1, Access.READ, false, true));
        bed.execute(1 | 1 << 4, 0);
        String before = registers();
        bed.iommu.snapshot();
        for (int i = 0; i < 3; i++) {
            int tail = bed.tail;
            disturb();
            assertThat(registers()).isNotEqualTo(before);
            bed.iommu.restore();
            bed.tail = tail;
            assertThat(registers()).isEqualTo(before);
        }
    }

    @Test
    void cachesComeBack() {
        long top = bed.pageTable();
        bed.firstLevel(PASID, top);
        long entry = bed.mapUser(top, ADDRESS, bed.userPage());
        assertThat(bed.request(PASID, ADDRESS, Access.READ).isGranted()).isTrue();
        bed.iommu.snapshot();
        bed.put(entry, 0);
        bed.put(bed.pasidEntry(PASID), 0);
        for (int i = 0; i < 3; i++) {
            int tail = bed.tail;
            assertThat(bed.request(PASID, ADDRESS, Access.READ).isGranted()).as("stale").isTrue();
            bed.execute(1 | 1 << 4, 0);
            bed.execute(7 | 3 << 4, 0);
            bed.execute(2 | 1 << 4, 0);
            assertThat(bed.iommu.remembers(RID, PASID)).isEmpty();
            assertThat(bed.request(PASID, ADDRESS, Access.READ).isGranted()).isFalse();
            bed.iommu.restore();
            bed.tail = tail;
        }
    }

    @Test
    void whatDevicesOweComesBack() {
        bed.execute(DEVICE_TLB, 0x1000);
        bed.submitWait(7, 0);
        bed.serveAll();
        bed.iommu.snapshot();
        for (int i = 0; i < 2; i++) {
            bed.put(bed.statusWord, 0);
            bed.iommu.invalidationCompleted(bed.function, 1);
            bed.serveAll();
            assertThat(bed.status()).isEqualTo(7);
            bed.iommu.restore();
        }
        assertThat(bed.iommu.hasCommand()).isFalse();
    }
}
