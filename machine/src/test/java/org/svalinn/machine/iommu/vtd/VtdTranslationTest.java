package org.svalinn.machine.iommu.vtd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.svalinn.machine.iommu.Access.EXECUTE;
import static org.svalinn.machine.iommu.Access.READ;
import static org.svalinn.machine.iommu.Access.WRITE;
import static org.svalinn.machine.iommu.Transaction.NO_PASID;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.PASID;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.RID;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.svalinn.machine.iommu.Transaction;

/** Chapter 3: what addresses become, with each kind of tables, and each condition of 7.1.3 that they can give. */
@DisplayName("VT-d chapter 3: translation")
class VtdTranslationTest {
    private static final long ADDRESS = 0x7000_1234_5000L;
    private static final long OUTSIDE = 0x3f_ffff_f000L;

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
    }

    private void expectPage(int pasid, long address, int wanted, long physical) {
        Transaction transaction = bed.request(pasid, address, wanted);
        assertThat(transaction.isGranted()).as("reason %x", bed.faultReason(0)).isTrue();
        assertThat(transaction.physical()).isEqualTo(physical);
        assertThat(bed.register(VtdTestbed.FSTS)).isZero();
    }

    private void expectFault(int pasid, long address, int wanted, VtdFault fault) {
        expectFault(pasid, address, wanted, false, fault);
    }

    private void expectFault(int pasid, long address, int wanted, boolean privileged, VtdFault fault) {
        Transaction transaction = bed.send(Transaction.Type.UNTRANSLATED, RID, pasid, address, wanted, privileged);
        assertThat(transaction.outcome()).isEqualTo(Transaction.Outcome.ABORTED);
        assertThat(bed.takeFault()).isEqualTo(fault.reason());
    }

    // First level

    @Test
    @DisplayName("3.6 first level: the page, and accessed and dirty flags in memory")
    void firstLevel() {
        bed.firstLevel(PASID, top);
        long entry = bed.mapUser(top, ADDRESS, page);
        expectPage(PASID, ADDRESS + 0x123, READ, page + 0x123);
        assertThat(bed.get(entry)).isEqualTo(page | 7 | 1 << 5);
        expectPage(PASID, ADDRESS + 0x123, WRITE, page + 0x123);
        assertThat(bed.get(entry)).isEqualTo(page | 7 | 1 << 5 | 1 << 6);
    }

    @ParameterizedTest
    @DisplayName("3.6 first level: pages of 2 MiB and 1 GiB, and the IOTLB's entries for them")
    @ValueSource(ints = {2, 3})
    void firstLevelLargePages(int level) {
        bed.firstLevel(PASID, top);
        int shift = 3 + 9 * level;
        long entry = bed.map(top, ADDRESS, 0x4000_0000L, 7, 7 | 1 << 7, level);
        long offset = ADDRESS + 0x567 & (1L << shift) - 1;
        expectPage(PASID, ADDRESS + 0x567, READ, 0x4000_0000L + offset);
        assertThat(bed.transaction.pageShift()).isEqualTo(shift);
        bed.put(entry, 0);
        expectPage(PASID, ADDRESS + 0x1000, READ, 0x4000_0000L + (offset & ~0xfffL) + 0x1000);
        expectFault(PASID, ADDRESS + (1L << shift), READ, VtdFault.SFS_2);
    }

    @Test
    @DisplayName("3.6 first level of five levels (FSPM = 1)")
    void fiveLevels() {
        long pml5 = bed.pageTable();
        long high = 0x00ab_7000_1234_5000L;
        bed.put(pml5 + (high >>> 48 & 0x1ff) * 8, top | 7);
        bed.firstLevel(PASID, pml5 | 1 << 2);
        bed.mapUser(top, high, page);
        expectPage(PASID, high + 8, READ, page + 8);
    }

    @Test
    @DisplayName("EAFE sets the extended-accessed flag")
    void extendedAccessed() {
        bed.firstLevel(PASID, top | 1 << 7);
        long entry = bed.mapUser(top, ADDRESS, page);
        expectPage(PASID, ADDRESS, READ, page);
        assertThat(bed.get(entry)).isEqualTo(page | 7 | 1 << 5 | 1 << 10);
    }

    @Test
    @DisplayName("SFS.1 (70h): no memory where a first-level table should be")
    void sfs1() {
        bed.firstLevel(PASID, top);
        bed.put(top + (ADDRESS >>> 39 & 0x1ff) * 8, OUTSIDE | 7);
        expectFault(PASID, ADDRESS, READ, VtdFault.SFS_1);
    }

    @Test
    @DisplayName("SFS.2 (71h): a first-level entry is not present")
    void sfs2() {
        bed.firstLevel(PASID, top);
        expectFault(PASID, ADDRESS, READ, VtdFault.SFS_2);
        bed.mapUser(top, ADDRESS + 0x1000, page);
        expectFault(PASID, ADDRESS, READ, VtdFault.SFS_2);
    }

    @ParameterizedTest
    @DisplayName("SFS.3 (72h): reserved bits of a first-level entry: beyond the host's addresses, and XD without NXE")
    @ValueSource(ints = {46, 51, 63})
    void sfs3(int bit) {
        bed.firstLevel(PASID, top);
        bed.put(bed.pasidEntry(PASID) + 16, top);
        long entry = bed.mapUser(top, ADDRESS, page);
        bed.put(entry, bed.get(entry) | 1L << bit);
        expectFault(PASID, ADDRESS, READ, VtdFault.SFS_3);
    }

    @Test
    @DisplayName("SFS.3 (72h): PS in an entry of the PML4 table")
    void sfs3PageSize() {
        bed.firstLevel(PASID, top);
        bed.put(top + (ADDRESS >>> 39 & 0x1ff) * 8, page | 7 | 1 << 7);
        expectFault(PASID, ADDRESS, READ, VtdFault.SFS_3);
    }

    @Test
    @DisplayName("SFS.4 (73h): no memory where the PML4 table should be")
    void sfs4() {
        bed.firstLevel(PASID, OUTSIDE);
        expectFault(PASID, ADDRESS, READ, VtdFault.SFS_4);
    }

    @Test
    @DisplayName("SGN.1 (80h): an address that is not canonical")
    void sgn1() {
        bed.firstLevel(PASID, top);
        expectFault(PASID, 1L << 47, READ, VtdFault.SGN_1);
        expectFault(PASID, -1L << 48, READ, VtdFault.SGN_1);
        expectFault(PASID, -1L << 47, READ, VtdFault.SFS_2);
    }

    @Test
    @DisplayName("SGN.2 (81h): a user's request for a supervisor's page")
    void sgn2() {
        bed.firstLevel(PASID, top);
        bed.map(top, ADDRESS, page, 7, 3);
        expectFault(PASID, ADDRESS, READ, VtdFault.SGN_2);
    }

    @Test
    @DisplayName("SGN.3 (82h): no permission to execute")
    void sgn3() {
        start(VtdConfig.standard().withPrivileges(true, true));
        bed.firstLevel(PASID, top | 0b10);
        bed.map(top, ADDRESS, page, 7, 7 | 1L << 63);
        expectFault(PASID, ADDRESS, READ | EXECUTE, VtdFault.SGN_3);
        expectPage(PASID, ADDRESS, READ, page);
        bed.mapUser(top, ADDRESS + 0x1000, page);
        expectPage(PASID, ADDRESS + 0x1000, READ | EXECUTE, page);
    }

    @Test
    @DisplayName("SGN.6 (85h): no permission to write, at any level")
    void sgn6() {
        bed.firstLevel(PASID, top);
        bed.map(top, ADDRESS, page, 7, 5);
        expectFault(PASID, ADDRESS, WRITE, VtdFault.SGN_6);
        expectFault(PASID, ADDRESS, READ | WRITE, VtdFault.SGN_6);
        expectPage(PASID, ADDRESS, READ, page);
        expectFault(PASID, ADDRESS, WRITE, VtdFault.SGN_6);
    }

    @Test
    @DisplayName("3.6.1: supervisors heed R/W with WPE only, and do not execute user pages with SMEP")
    void supervisors() {
        start(VtdConfig.standard().withPrivileges(true, true));
        bed.firstLevel(PASID, top | 0b11);
        bed.map(top, ADDRESS, page, 7, 5);
        Transaction write = bed.send(Transaction.Type.UNTRANSLATED, RID, PASID, ADDRESS, WRITE, true);
        assertThat(write.isGranted()).isTrue();
        bed.firstLevel(6, top | 0b11 | 1 << 4 | 1 << 6);
        expectFault(6, ADDRESS, WRITE, true, VtdFault.SGN_6);
        expectFault(6, ADDRESS, READ | EXECUTE, true, VtdFault.SGN_3);
        assertThat(bed.send(Transaction.Type.UNTRANSLATED, RID, 6, ADDRESS, READ, true).isGranted()).isTrue();
    }

    @Test
    @DisplayName("6.2.1: what a supervisor may do is not cached for users")
    void privilegeInTheTag() {
        start(VtdConfig.standard().withPrivileges(true, false));
        bed.firstLevel(PASID, top | 1);
        bed.map(top, ADDRESS, page, 7, 3);
        assertThat(bed.send(Transaction.Type.UNTRANSLATED, RID, PASID, ADDRESS, READ, true).isGranted()).isTrue();
        expectFault(PASID, ADDRESS, READ, VtdFault.SGN_2);
    }

    // Second level

    @Test
    @DisplayName("3.7 second level: the page, with and without accessed and dirty flags")
    void secondLevel() {
        bed.secondLevel(PASID, top);
        long entry = bed.map(top, ADDRESS, page, 3, 3);
        expectPage(PASID, ADDRESS + 5, WRITE, page + 5);
        assertThat(bed.get(entry)).isEqualTo(page | 3);
        bed.put(bed.pasidEntry(6) + 8, VtdTestbed.DOMAIN);
        bed.put(bed.pasidEntry(6), top | 1 | 2 << 2 | 2 << 6 | 1 << 9);
        expectPage(6, ADDRESS + 5, WRITE, page + 5);
        assertThat(bed.get(entry)).isEqualTo(page | 3 | 1 << 8 | 1 << 9);
    }

    @Test
    @DisplayName("3.7 second level of 3 levels (AW = 1) and of 5 (AW = 3)")
    void secondLevelWidths() {
        long pdpt = bed.pageTable();
        long address = 0x12_3456_7000L;
        bed.put(top + (address >>> 39 & 0x1ff) * 8, pdpt | 3);
        bed.map(top, address, page, 3, 3);
        bed.secondLevel(PASID, pdpt);
        bed.put(bed.pasidEntry(PASID), pdpt | 1 | 1 << 2 | 2 << 6);
        expectPage(PASID, address, READ, page);
        expectFault(PASID, address | 1L << 39, READ, VtdFault.SGN_5);
        long pml5 = bed.pageTable();
        bed.put(pml5 + 8, top | 3);
        bed.put(bed.pasidEntry(6) + 8, VtdTestbed.DOMAIN);
        bed.put(bed.pasidEntry(6), pml5 | 1 | 3 << 2 | 2 << 6);
        expectPage(6, address | 1L << 48, READ, page);
        expectFault(6, address | 1L << 57, READ, VtdFault.SGN_5);
    }

    @Test
    @DisplayName("SSS.1 (78h), SSS.4 (7Bh): no memory where a second-level table should be, or the uppermost")
    void sss1() {
        bed.secondLevel(PASID, top);
        bed.put(top + (ADDRESS >>> 39 & 0x1ff) * 8, OUTSIDE | 3);
        expectFault(PASID, ADDRESS, READ, VtdFault.SSS_1);
        bed.secondLevel(6, OUTSIDE);
        expectFault(6, ADDRESS, READ, VtdFault.SSS_4);
    }

    @Test
    @DisplayName("SSS.2 (79h): an entry allows neither reading nor writing")
    void sss2() {
        bed.secondLevel(PASID, top);
        expectFault(PASID, ADDRESS, READ, VtdFault.SSS_2);
        bed.map(top, ADDRESS, page, 3, 4);
        expectFault(PASID, ADDRESS, READ, VtdFault.SSS_2);
    }

    @ParameterizedTest
    @DisplayName("SSS.3 (7Ah): reserved bits of a second-level entry")
    @ValueSource(ints = {46, 51})
    void sss3(int bit) {
        bed.secondLevel(PASID, top);
        bed.map(top, ADDRESS, page | 1L << bit, 3, 3);
        expectFault(PASID, ADDRESS, READ, VtdFault.SSS_3);
    }

    @Test
    @DisplayName("SGN.5 (84h): an address beyond the second level's width")
    void sgn5() {
        bed.secondLevel(PASID, top);
        expectFault(PASID, 1L << 48, READ, VtdFault.SGN_5);
        expectFault(PASID, -4096, WRITE, VtdFault.SGN_5);
    }

    @Test
    @DisplayName("SGN.6 (85h), SGN.7 (86h): the second level allows only reading, or only writing")
    void secondLevelPermissions() {
        bed.secondLevel(PASID, top);
        bed.map(top, ADDRESS, page, 3, 1);
        bed.map(top, ADDRESS + 0x1000, page, 3, 2);
        expectPage(PASID, ADDRESS, READ, page);
        expectFault(PASID, ADDRESS, WRITE, VtdFault.SGN_6);
        expectPage(PASID, ADDRESS + 0x1000, WRITE, page);
        expectFault(PASID, ADDRESS + 0x1000, READ, VtdFault.SGN_7);
    }

    @Test
    @DisplayName("3.7: requests without PASID, by RID_PASID")
    void withoutPasid() {
        bed.secondLevel(0, top);
        bed.map(top, ADDRESS, page, 3, 3);
        expectPage(NO_PASID, ADDRESS, READ | WRITE, page);
        expectPage(NO_PASID, ADDRESS, READ | WRITE, page);
    }

    // Nested

    /** Guest tables at guest-physical addresses that are the host's plus 1 GiB; the second level takes that away. */
    private long guest(long host) {
        return host + 0x4000_0000L;
    }

    private long nestedTables() {
        long second = bed.pageTable();
        long[] tables = {top, bed.pageTable(), bed.pageTable(), bed.pageTable()};
        for (int i = 0; i < 4; i++) {
            bed.map(second, guest(tables[i]), tables[i], 3, 3);
            int shift = 39 - 9 * i;
            bed.put(tables[i] + (ADDRESS >>> shift & 0x1ff) * 8, guest(i == 3 ? page : tables[i + 1]) | 7);
        }
        bed.map(second, guest(page), page, 3, 3);
        bed.nested(PASID, guest(top), second);
        return second;
    }

    @Test
    @DisplayName("3.8 nested: the second level translates the first level's tables and pages")
    void nested() {
        nestedTables();
        expectPage(PASID, ADDRESS + 9, WRITE, page + 9);
        expectPage(PASID, ADDRESS + 9, READ, page + 9);
    }

    @Test
    @DisplayName("3.8 nested: the smaller of two pages, and the accesses that both grant")
    void nestedSizes() {
        long second = nestedTables();
        bed.map(second, guest(page), page, 3, 1);
        expectPage(PASID, ADDRESS, READ, page);
        expectFault(PASID, ADDRESS, WRITE, VtdFault.SGN_6);
        bed.put(bed.pasidEntry(6) + 8, VtdTestbed.DOMAIN);
        long large = bed.pageTable();
        bed.map(large, 0, 0, 3, 3 | 1 << 7, 3);
        bed.mapUser(top + 0, ADDRESS + (1L << 39), page);
        bed.nested(6, top, large);
        expectPage(6, ADDRESS + (1L << 39), READ, page);
        assertThat(bed.transaction.pageShift()).isEqualTo(12);
    }

    @Test
    @DisplayName("SFS.5 (74h): a guest address beyond what the second level translates")
    void sfs5() {
        nestedTables();
        bed.put(top + (ADDRESS >>> 39 & 0x1ff) * 8, 1L << 50 | 7);
        expectFault(PASID, ADDRESS, READ, VtdFault.SFS_5);
    }

    @Test
    @DisplayName("SFS.6 (75h): the second level does not let the PML4 table be read")
    void sfs6() {
        long second = nestedTables();
        bed.map(second, guest(top), 0, 3, 0);
        expectFault(PASID, ADDRESS, READ, VtdFault.SFS_6);
        bed.map(second, guest(top), top, 3, 2);
        expectFault(PASID, ADDRESS, READ, VtdFault.SFS_6);
    }

    @Test
    @DisplayName("SFS.7 (76h): the second level does not let a lower table be read")
    void sfs7() {
        long second = nestedTables();
        long lower = bed.get(top + (ADDRESS >>> 39 & 0x1ff) * 8) & ~0xfffL;
        bed.map(second, lower, 0, 3, 0);
        expectFault(PASID, ADDRESS, READ, VtdFault.SFS_7);
    }

    @Test
    @DisplayName("SFS.8 (77h): the second level does not let the accessed flag be written")
    void sfs8() {
        long second = nestedTables();
        bed.map(second, guest(top), top, 3, 1);
        expectFault(PASID, ADDRESS, READ, VtdFault.SFS_8);
    }

    @Test
    @DisplayName("SSS.2 (79h): the second level does not map the page that the first level gives")
    void nestedPageNotMapped() {
        long second = nestedTables();
        bed.map(second, guest(page), 0, 3, 0);
        expectFault(PASID, ADDRESS, READ, VtdFault.SSS_2);
    }

    // Pass-through, and addresses that mean interrupts

    @Test
    @DisplayName("3.9 pass-through: addresses are the host's, SGN.4 (83h) beyond its width")
    void passThrough() {
        bed.passThrough(PASID);
        expectPage(PASID, 0x1234_5678L, READ | WRITE, 0x1234_5678L);
        expectFault(PASID, 1L << 46, READ, VtdFault.SGN_4);
    }

    @Test
    @DisplayName("SGN.8 (87h): a translated address in the interrupt address range, cached or not")
    void sgn8() {
        bed.firstLevel(PASID, top);
        bed.mapUser(top, ADDRESS, 0xFEE0_0000L);
        bed.map(top, 0x4000_0000L, 0xC000_0000L, 7, 7 | 1 << 7, 3);
        expectFault(PASID, ADDRESS, WRITE, VtdFault.SGN_8);
        expectPage(PASID, 0x4000_0000L, READ, 0xC000_0000L);
        expectFault(PASID, 0x4000_0000L + 0x3EE0_0000L, READ, VtdFault.SGN_8);
        bed.passThrough(6);
        expectFault(6, 0xFEE0_1000L, WRITE, VtdFault.SGN_8);
    }

    @Test
    @DisplayName("3.15: a request without PASID to the interrupt address range is an interrupt, and passes")
    void interrupts() {
        bed.put(bed.contextEntry(), 0);
        expectPage(NO_PASID, 0xFEE0_1004L, WRITE, 0xFEE0_1004L);
        expectFault(PASID, 0xFEE0_1004L, WRITE, VtdFault.SCT_2);
    }

    @Test
    @DisplayName("Every fault reason is a number of its own")
    void reasons() {
        assertThat(VtdFault.values()).extracting(VtdFault::reason).doesNotHaveDuplicates();
    }
}
