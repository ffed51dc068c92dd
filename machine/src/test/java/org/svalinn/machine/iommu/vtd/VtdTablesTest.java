package org.svalinn.machine.iommu.vtd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.svalinn.machine.iommu.Transaction.NO_PASID;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.PASID;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.RID;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.svalinn.machine.iommu.Access;
import org.svalinn.machine.iommu.Transaction;

/**
 * Each condition of 7.1.3 that root, context, PASID-directory and PASID-table entries can give, and that a good entry
 * does not.
 */
@DisplayName("VT-d chapter 9: root, context and PASID tables")
class VtdTablesTest {
    private static final long OUTSIDE = 0x3f_ffff_f000L;
    private static final long BEYOND_HOST = 1L << 46;

    private VtdTestbed bed = new VtdTestbed();

    @BeforeEach
    void passThrough() {
        start(VtdConfig.standard());
    }

    private void start(VtdConfig config) {
        bed = new VtdTestbed(config).start().passThrough(PASID).passThrough(0);
    }

    private void orInto(long address, long bits) {
        bed.put(address, bed.get(address) | bits);
    }

    private void expect(VtdFault fault) {
        Transaction transaction = bed.request(PASID, 0x5000, Access.READ);
        assertThat(transaction.outcome()).isEqualTo(Transaction.Outcome.ABORTED);
        assertThat(bed.takeFault()).isEqualTo(fault.reason());
    }

    private void expectGranted() {
        assertThat(bed.request(PASID, 0x5000, Access.READ).isGranted()).isTrue();
        assertThat(bed.register(VtdTestbed.FSTS)).isZero();
    }

    @Test
    @DisplayName("Good tables give no fault")
    void good() {
        expectGranted();
        assertThat(bed.request(NO_PASID, 0x5000, Access.READ).isGranted()).isTrue();
    }

    @ParameterizedTest
    @DisplayName("RTA.1 (30h): a translation table mode that is reserved (10b) or not reported (11b)")
    @ValueSource(longs = {0b10, 0b11})
    void rta1Mode(long mode) {
        bed.register64(VtdTestbed.RTADDR, bed.rootTable | mode << 10);
        bed.register(VtdTestbed.GCMD, VtdTestbed.QIE | VtdTestbed.TE | VtdTestbed.SRTP);
        expect(VtdFault.RTA_1);
    }

    @Test
    @DisplayName("RTA.1 (30h): a root table beyond the host address width")
    void rta1Address() {
        bed.register64(VtdTestbed.RTADDR, bed.rootTable | BEYOND_HOST | 1 << 10);
        bed.register(VtdTestbed.GCMD, VtdTestbed.QIE | VtdTestbed.TE | VtdTestbed.SRTP);
        expect(VtdFault.RTA_1);
    }

    @Test
    @DisplayName("SRT.1 (38h): no memory where the root table should be")
    void srt1() {
        bed.register64(VtdTestbed.RTADDR, OUTSIDE | 1 << 10);
        bed.register(VtdTestbed.GCMD, VtdTestbed.QIE | VtdTestbed.TE | VtdTestbed.SRTP);
        expect(VtdFault.SRT_1);
    }

    @Test
    @DisplayName("SRT.2 (39h): the lower half of the root entry is not present")
    void srt2Lower() {
        bed.put(bed.rootEntry(), bed.contextTable);
        expect(VtdFault.SRT_2);
    }

    @Test
    @DisplayName("SRT.2 (39h): functions 80h to FFh use the upper half of the root entry")
    void srt2Upper() {
        Transaction transaction =
                bed.send(Transaction.Type.UNTRANSLATED, RID | 0x80, PASID, 0x5000, Access.READ, false);
        assertThat(transaction.isGranted()).isFalse();
        assertThat(bed.takeFault()).isEqualTo(VtdFault.SRT_2.reason());
        bed.put(bed.rootEntry() + 8, bed.contextTable | 1);
        assertThat(bed.send(Transaction.Type.UNTRANSLATED, RID | 0x80, PASID, 0x5000, Access.READ, false)
                        .isGranted())
                .isTrue();
    }

    @ParameterizedTest
    @DisplayName("SRT.3 (3Ah): reserved bits of a present root entry")
    @ValueSource(ints = {1, 5, 11, 46, 63})
    void srt3(int bit) {
        orInto(bed.rootEntry(), 1L << bit);
        expect(VtdFault.SRT_3);
    }

    @Test
    @DisplayName("SCT.1 (40h): no memory where the context table should be")
    void sct1() {
        bed.put(bed.rootEntry(), OUTSIDE | 1);
        expect(VtdFault.SCT_1);
    }

    @Test
    @DisplayName("SCT.2 (41h): the context entry is not present, whatever else is in it")
    void sct2() {
        bed.put(bed.contextEntry(), -1L & ~0b11);
        expect(VtdFault.SCT_2);
    }

    @ParameterizedTest
    @DisplayName("SCT.3 (42h): reserved bits of a present context entry")
    @ValueSource(ints = {5, 6, 7, 8, 46, 63, 64 + 20, 64 + 21, 127, 128, 191, 192, 255})
    void sct3(int bit) {
        orInto(bed.contextEntry() + bit / 64 * 8, 1L << bit % 64);
        expect(VtdFault.SCT_3);
    }

    @ParameterizedTest
    @DisplayName("SCT.4 (43h): DTE, PASIDE or PRE, where ECAP has no DT, PASID or PRS")
    @ValueSource(ints = {2, 3, 4})
    void sct4(int bit) {
        start(VtdConfig.standard().withDeviceFeatures(bit != 3, 20, bit != 2, bit != 4));
        expect(VtdFault.SCT_4);
        bed.put(bed.contextEntry(), bed.get(bed.contextEntry()) & ~(1L << bit));
        bed.transaction.begin(Transaction.Type.UNTRANSLATED, RID, NO_PASID, 0x5000, Access.READ, false);
        bed.iommu.translate(bed.transaction);
        assertThat(bed.transaction.isGranted()).isTrue();
    }

    @Test
    @DisplayName("SCT.5 (44h): translation requests and translated requests need DTE; others do not")
    void sct5() {
        bed.put(bed.contextEntry(), bed.get(bed.contextEntry()) & ~0b100L);
        expectGranted();
        assertThat(bed.ask(PASID, 0x5000, Access.READ).outcome()).isEqualTo(Transaction.Outcome.ABORTED);
        assertThat(bed.takeFault()).isEqualTo(VtdFault.SCT_5.reason());
        Transaction translated = bed.send(Transaction.Type.TRANSLATED, RID, NO_PASID, 0x5000, Access.READ, false);
        assertThat(translated.outcome()).isEqualTo(Transaction.Outcome.ABORTED);
        assertThat(bed.takeFault()).isEqualTo(VtdFault.SCT_5.reason());
    }

    @Test
    @DisplayName("SCT.6 (45h): a request with PASID needs PASIDE; one without does not")
    void sct6() {
        bed.put(bed.contextEntry(), bed.get(bed.contextEntry()) & ~0b1000L);
        expect(VtdFault.SCT_6);
        assertThat(bed.request(NO_PASID, 0x5000, Access.READ).isGranted()).isTrue();
        expect(VtdFault.SCT_6);
    }

    @Test
    @DisplayName("SCT.7 (46h): a PASID beyond the directory: 2^(PDTS + 7) entries of 64 PASIDs")
    void sct7() {
        bed.put(bed.contextEntry(), bed.get(bed.contextEntry()) & ~(7L << 9));
        bed.put(bed.directory + 127 * 8, bed.pasidTable | 1);
        assertThat(bed.request(127 * 64 + PASID, 0x5000, Access.READ).isGranted()).isTrue();
        assertThat(bed.request(128 * 64 + PASID, 0x5000, Access.READ).isGranted()).isFalse();
        assertThat(bed.takeFault()).isEqualTo(VtdFault.SCT_7.reason());
    }

    @Test
    @DisplayName("SCT.7 (46h): a PASID of more bits than ECAP.PSS says")
    void sct7Width() {
        start(VtdConfig.standard().withDeviceFeatures(true, 10, true, true));
        bed.put(bed.directory + 16 * 8, bed.pasidTable | 1);
        assertThat(bed.request(1 << 10 | PASID, 0x5000, Access.READ).isGranted()).isFalse();
        assertThat(bed.takeFault()).isEqualTo(VtdFault.SCT_7.reason());
    }

    @Test
    @DisplayName("SCT.9 (48h): RID_PASID beyond the directory, for requests without PASID only")
    void sct9() {
        bed.put(bed.contextEntry(), bed.get(bed.contextEntry()) & ~(7L << 9));
        bed.put(bed.contextEntry() + 8, 1 << 13);
        assertThat(bed.request(NO_PASID, 0x5000, Access.READ).isGranted()).isFalse();
        assertThat(bed.takeFault()).isEqualTo(VtdFault.SCT_9.reason());
        expectGranted();
    }

    @Test
    @DisplayName("9.4 RID_PASID: requests without PASID use it")
    void ridPasid() {
        bed.put(bed.pasidEntry(0), 0);
        assertThat(bed.request(NO_PASID, 0x5000, Access.READ).isGranted()).isFalse();
        assertThat(bed.takeFault()).isEqualTo(VtdFault.SPT_2.reason());
        bed.put(bed.contextEntry() + 8, PASID);
        bed.execute(1 << 4 | 1, 0);
        assertThat(bed.request(NO_PASID, 0x5000, Access.READ).isGranted()).isTrue();
    }

    @Test
    @DisplayName("SPD.1 (50h): no memory where the PASID directory should be")
    void spd1() {
        bed.put(bed.contextEntry(), OUTSIDE | 7 << 9 | 0b11101);
        expect(VtdFault.SPD_1);
    }

    @Test
    @DisplayName("SPD.2 (51h): the PASID-directory entry is not present")
    void spd2() {
        bed.put(bed.directoryEntry(), bed.pasidTable);
        expect(VtdFault.SPD_2);
    }

    @ParameterizedTest
    @DisplayName("SPD.3 (52h): reserved bits of a present PASID-directory entry")
    @ValueSource(ints = {2, 11, 46, 63})
    void spd3(int bit) {
        orInto(bed.directoryEntry(), 1L << bit);
        expect(VtdFault.SPD_3);
    }

    @Test
    @DisplayName("SPT.1 (58h): no memory where the PASID table should be")
    void spt1() {
        bed.put(bed.directoryEntry(), OUTSIDE | 1);
        expect(VtdFault.SPT_1);
    }

    @Test
    @DisplayName("SPT.2 (59h): the PASID-table entry is not present, whatever else is in it")
    void spt2() {
        bed.put(bed.pasidEntry(PASID), -1L & ~0b11);
        expect(VtdFault.SPT_2);
    }

    @ParameterizedTest
    @DisplayName("SPT.3 (5Ah): reserved bits of a present PASID-table entry")
    @ValueSource(
            ints = {
                5, 10, 11, // SLEE
                64 + 16, 64 + 22, // reserved
                64 + 25, 64 + 26, 64 + 27, 64 + 30, 64 + 31, 64 + 32, 127, // CD, EMTE, EMT, PWT, PCD, PAT
                128, 129, 128 + 8, 128 + 11, // SRE, ERE
                192, 255, 256, 320, 384, 448, 511
            })
    void spt3(int bit) {
        orInto(bed.pasidEntry(PASID) + bit / 64 * 8, 1L << bit % 64);
        expect(VtdFault.SPT_3);
    }

    @Test
    @DisplayName("SPT.3 (5Ah): table pointers beyond the host address width, where the type uses them")
    void spt3Pointers() {
        bed.put(bed.pasidEntry(PASID), BEYOND_HOST | bed.get(bed.pasidEntry(PASID)));
        bed.put(bed.pasidEntry(PASID) + 16, BEYOND_HOST);
        expectGranted();
        bed.firstLevel(6, bed.pageTable());
        orInto(bed.pasidEntry(6) + 16, BEYOND_HOST);
        bed.secondLevel(7, bed.pageTable());
        orInto(bed.pasidEntry(7), BEYOND_HOST);
        for (int pasid = 6; pasid <= 7; pasid++) {
            assertThat(bed.request(pasid, 0x5000, Access.READ).isGranted()).isFalse();
            assertThat(bed.takeFault()).isEqualTo(VtdFault.SPT_3.reason());
        }
    }

    @ParameterizedTest
    @DisplayName("9.6: SRE, ERE, SSADE, PWSNP are reserved exactly where ECAP says that they are not supported")
    @ValueSource(ints = {128, 129, 9, 64 + 23})
    void supportedBits(int bit) {
        start(VtdConfig.standard().withPrivileges(true, true));
        orInto(bed.pasidEntry(PASID) + bit / 64 * 8, 1L << bit % 64);
        expectGranted();
        start(VtdConfig.standard().withTranslations(true, false).withCoherent(false));
        orInto(bed.pasidEntry(PASID) + bit / 64 * 8, 1L << bit % 64);
        expect(VtdFault.SPT_3);
    }

    @ParameterizedTest
    @DisplayName("SPT.4 (5Bh): PASID granular translation types that do not exist")
    @ValueSource(ints = {0, 5, 6, 7})
    void spt4Type(int type) {
        bed.put(bed.pasidEntry(PASID), 1 | 2 << 2 | (long) type << 6);
        expect(VtdFault.SPT_4);
    }

    @Test
    @DisplayName("SPT.4 (5Bh): nested translation without ECAP.NEST")
    void spt4Nested() {
        start(VtdConfig.standard().withTranslations(false, true));
        bed.nested(PASID, bed.pageTable(), bed.pageTable());
        expect(VtdFault.SPT_4);
    }

    @ParameterizedTest
    @DisplayName("SPT.4 (5Bh): second-level tables of a width that CAP.SAGAW does not have")
    @ValueSource(ints = {0, 4, 5, 7})
    void spt4Width(int width) {
        bed.put(bed.pasidEntry(PASID), bed.pageTable() | 1 | (long) width << 2 | 2 << 6);
        expect(VtdFault.SPT_4);
    }

    @Test
    @DisplayName("SPT.4 (5Bh): first-level paging of five levels without CAP.FS5LP, or of a mode that does not exist")
    void spt4Mode() {
        bed.firstLevel(PASID, bed.pageTable() | 2 << 2);
        expect(VtdFault.SPT_4);
        start(VtdConfig.standard().withFiveLevels(false));
        bed.firstLevel(PASID, bed.pageTable() | 1 << 2);
        expect(VtdFault.SPT_4);
    }

    @Test
    @DisplayName("SPT.5 (5Ch), SPT.6 (5Dh): requests to execute need ERE, supervisor requests SRE")
    void privileges() {
        start(VtdConfig.standard().withPrivileges(true, true));
        assertThat(bed.request(PASID, 0x5000, Access.READ | Access.EXECUTE).isGranted()).isFalse();
        assertThat(bed.takeFault()).isEqualTo(VtdFault.SPT_5.reason());
        assertThat(bed.send(Transaction.Type.UNTRANSLATED, RID, PASID, 0x5000, Access.READ, true).isGranted())
                .isFalse();
        assertThat(bed.takeFault()).isEqualTo(VtdFault.SPT_6.reason());
        orInto(bed.pasidEntry(PASID) + 16, 0b11);
        bed.execute(3 << 4 | 7, 0);
        assertThat(bed.send(Transaction.Type.UNTRANSLATED, RID, PASID, 0x5000, Access.READ | Access.EXECUTE, true)
                        .isGranted())
                .isTrue();
    }

    @Test
    @DisplayName("FPD of context, directory or PASID-table entry: nothing is recorded, present or not")
    void faultProcessingDisable() {
        long[] entries = {bed.contextEntry(), bed.directoryEntry(), bed.pasidEntry(PASID)};
        for (long entry : entries) {
            start(VtdConfig.standard());
            bed.put(entry, 0b10);
            assertThat(bed.request(PASID, 0x5000, Access.READ).isGranted()).isFalse();
            assertThat(bed.register(VtdTestbed.FSTS)).isZero();
            bed.put(entry, 0);
            assertThat(bed.request(PASID, 0x5000, Access.READ).isGranted()).isFalse();
            assertThat(bed.takeFault()).isPositive();
        }
    }

    @Test
    @DisplayName("FPD of a cached entry, its directory's included, holds for what follows from it")
    void faultProcessingDisableWhenCached() {
        bed.firstLevel(PASID, bed.pageTable());
        orInto(bed.directoryEntry(), 0b10);
        for (int i = 0; i < 2; i++) {
            assertThat(bed.request(PASID, 0x5000, Access.READ).isGranted()).isFalse();
            assertThat(bed.register(VtdTestbed.FSTS)).isZero();
        }
    }
}
