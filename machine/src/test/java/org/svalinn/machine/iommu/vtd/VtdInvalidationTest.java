package org.svalinn.machine.iommu.vtd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.svalinn.machine.iommu.Access.READ;
import static org.svalinn.machine.iommu.Transaction.NO_PASID;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.DOMAIN;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.PASID;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.RID;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.svalinn.machine.iommu.Transaction;

/** 6.2 and 6.5.2: what each invalidation takes out of which cache, and what it leaves. */
@DisplayName("VT-d 6.5.2: invalidations")
class VtdInvalidationTest {
    private static final long ADDRESS = 0x7000_1234_5000L;
    private static final int OTHER_PASID = 6;
    private static final int OTHER_DOMAIN = 8;

    private final VtdTestbed bed = new VtdTestbed().start();

    private static long contextCache(int granularity, int rid, int mask) {
        return 1 | granularity << 4 | (long) DOMAIN << 16 | (long) rid << 32 | (long) mask << 48;
    }

    private static long pasidCache(int granularity, int domain, int pasid) {
        return 7 | granularity << 4 | (long) domain << 16 | (long) pasid << 32;
    }

    private static long iotlb(int granularity, int domain) {
        return 2 | granularity << 4 | (long) domain << 16;
    }

    private static long pasidIotlb(int granularity, int domain, int pasid) {
        return 6 | granularity << 4 | (long) domain << 16 | (long) pasid << 32;
    }

    private boolean passes(int pasid, long address) {
        boolean granted = bed.request(pasid, address, READ).isGranted();
        bed.takeFault();
        return granted;
    }

    // Context cache

    private boolean passes(int rid) {
        boolean granted = bed.send(Transaction.Type.UNTRANSLATED, rid, PASID, 0x5000, READ, false).isGranted();
        bed.takeFault();
        return granted;
    }

    private void cacheContexts(int... rids) {
        bed.passThrough(PASID);
        for (int rid : rids) {
            bed.put(bed.contextEntry(rid), bed.get(bed.contextEntry()) | bed.directory | 7 << 9 | 0b11101);
            assertThat(passes(rid)).isTrue();
        }
        for (int rid : rids) {
            bed.put(bed.contextEntry(rid), 0);
            assertThat(passes(rid)).as("stale").isTrue();
        }
    }

    @ParameterizedTest
    @DisplayName("6.5.2.1 context-cache, global (1) and domain-selective (2, in scalable mode the same)")
    @ValueSource(ints = {1, 2})
    void contextCacheGlobal(int granularity) {
        cacheContexts(RID, RID | 1);
        bed.execute(contextCache(granularity, 0, 0), 0);
        assertThat(passes(RID)).isFalse();
        assertThat(passes(RID | 1)).isFalse();
    }

    @Test
    @DisplayName("6.5.2.1 context-cache, device-selective (3): one function")
    void contextCacheDevice() {
        cacheContexts(RID, RID | 1);
        bed.execute(contextCache(3, RID, 0), 0);
        assertThat(passes(RID)).isFalse();
        assertThat(passes(RID | 1)).isTrue();
    }

    @ParameterizedTest
    @DisplayName("6.5.2.1 context-cache, device-selective with FM: bits of the function that do not matter")
    @ValueSource(ints = {1, 2, 3})
    void contextCacheFunctionMask(int mask) {
        int[] functions = {RID, RID | 4, RID | 2, RID | 6, RID | 1, RID | 5, RID | 3, RID | 7};
        cacheContexts(functions);
        bed.execute(contextCache(3, RID | 6 & (8 - (8 >>> mask)), mask), 0);
        for (int i = 0; i < 8; i++) {
            assertThat(passes(functions[i])).as("function %x", functions[i]).isEqualTo(i >= 1 << mask);
        }
    }

    // PASID cache

    private void cacheEntries() {
        bed.passThrough(PASID).passThrough(OTHER_PASID).passThrough(9);
        bed.put(bed.pasidEntry(9) + 8, OTHER_DOMAIN);
        for (int pasid : new int[] {PASID, OTHER_PASID, 9}) {
            assertThat(passes(pasid, 0x5000)).isTrue();
            bed.put(bed.pasidEntry(pasid), 0);
            assertThat(passes(pasid, 0x5000)).as("stale").isTrue();
        }
    }

    @Test
    @DisplayName("6.5.2.2 PASID-cache, PASID-selective-within-domain (1)")
    void pasidCacheSelective() {
        cacheEntries();
        bed.execute(pasidCache(1, OTHER_DOMAIN, PASID), 0);
        assertThat(passes(PASID, 0x5000)).as("another domain").isTrue();
        bed.execute(pasidCache(1, DOMAIN, PASID), 0);
        assertThat(passes(PASID, 0x5000)).isFalse();
        assertThat(passes(OTHER_PASID, 0x5000)).isTrue();
        assertThat(passes(9, 0x5000)).isTrue();
    }

    @Test
    @DisplayName("6.5.2.2 PASID-cache, domain-selective (0)")
    void pasidCacheDomain() {
        cacheEntries();
        bed.execute(pasidCache(0, DOMAIN, 0), 0);
        assertThat(passes(PASID, 0x5000)).isFalse();
        assertThat(passes(OTHER_PASID, 0x5000)).isFalse();
        assertThat(passes(9, 0x5000)).isTrue();
    }

    @Test
    @DisplayName("6.5.2.2 PASID-cache, global (3)")
    void pasidCacheGlobal() {
        cacheEntries();
        bed.execute(pasidCache(3, 0, 0), 0);
        assertThat(passes(PASID, 0x5000)).isFalse();
        assertThat(passes(9, 0x5000)).isFalse();
    }

    @Test
    @DisplayName("6.2: a PASID-cache invalidation leaves context cache and IOTLB")
    void pasidCacheOnly() {
        Tables tables = new Tables(1);
        bed.put(bed.contextEntry(), 0);
        bed.execute(pasidCache(3, 0, 0), 0);
        tables.unmap();
        assertThat(passes(PASID, ADDRESS)).isTrue();
    }

    // IOTLB and paging-structure caches

    /** Pages of one kind of tables, cached; {@link #unmap} takes their entries away behind the caches' back. */
    private final class Tables {
        final long top = bed.pageTable();
        final long[] entries = new long[4];

        /** @param kind PGTT */
        Tables(int kind) {
            long page = bed.userPage();
            for (int i = 0; i < entries.length; i++) {
                entries[i] = bed.map(top, ADDRESS + 0x1000L * i, page, 7, 7);
            }
            for (int pasid : new int[] {PASID, OTHER_PASID, 9}) {
                if (kind == 1) {
                    bed.firstLevel(pasid, top);
                } else {
                    bed.secondLevel(pasid, top);
                }
            }
            bed.put(bed.pasidEntry(9) + 8, OTHER_DOMAIN);
            for (int pasid : new int[] {PASID, OTHER_PASID, 9}) {
                for (int i = 0; i < entries.length; i++) {
                    assertThat(passes(pasid, ADDRESS + 0x1000L * i)).isTrue();
                }
            }
        }

        void unmap() {
            for (long entry : entries) {
                bed.put(entry, 0);
            }
        }
    }

    private void expect(int pasid, boolean... pages) {
        for (int i = 0; i < pages.length; i++) {
            assertThat(passes(pasid, ADDRESS + 0x1000L * i)).as("PASID %d, page %d", pasid, i).isEqualTo(pages[i]);
        }
    }

    @ParameterizedTest
    @DisplayName("6.5.2.3 IOTLB, global (1)")
    @ValueSource(ints = {1, 2})
    void iotlbGlobal(int kind) {
        new Tables(kind).unmap();
        expect(PASID, true, true, true, true);
        bed.execute(iotlb(1, 0), 0);
        expect(PASID, false, false, false, false);
        expect(9, false);
    }

    @ParameterizedTest
    @DisplayName("6.5.2.3 IOTLB, domain-selective (2): first-level and second-level entries of the domain")
    @ValueSource(ints = {1, 2})
    void iotlbDomain(int kind) {
        new Tables(kind).unmap();
        bed.execute(iotlb(2, DOMAIN), 0);
        expect(PASID, false, false, false, false);
        expect(OTHER_PASID, false);
        expect(9, true, true, true, true);
    }

    @Test
    @DisplayName("6.5.2.3 IOTLB, page-selective-within-domain (3): second-level entries in the range, of every PASID")
    void iotlbPages() {
        new Tables(2).unmap();
        bed.execute(iotlb(3, DOMAIN), ADDRESS - 0x3000 | 1);
        expect(PASID, true, true, true, true);
        bed.execute(iotlb(3, DOMAIN), ADDRESS + 0x1000);
        expect(PASID, true, false, true, true);
        expect(OTHER_PASID, true, false);
        expect(9, true, true);
        bed.execute(iotlb(3, DOMAIN), ADDRESS - 0x1000 | 2);
        expect(PASID, false, false, false, true);
    }

    @Test
    @DisplayName("6.5.2.3 IOTLB, page-selective-within-domain leaves first-level entries")
    void iotlbPagesOfFirstLevel() {
        new Tables(1).unmap();
        bed.execute(iotlb(3, DOMAIN), ADDRESS | 9);
        expect(PASID, true, true, true, true);
    }

    @Test
    @DisplayName("6.5.2.4 PASID-based IOTLB, PASID-selective (2)")
    void pasidIotlb() {
        new Tables(1).unmap();
        bed.execute(pasidIotlb(2, OTHER_DOMAIN, PASID), 0);
        expect(PASID, true);
        bed.execute(pasidIotlb(2, DOMAIN, PASID), 0);
        expect(PASID, false, false, false, false);
        expect(OTHER_PASID, true, true, true, true);
        expect(9, true);
    }

    @Test
    @DisplayName("6.5.2.4 PASID-based IOTLB, page-selective-within-PASID (3), by address mask")
    void pasidIotlbPages() {
        new Tables(1).unmap();
        bed.execute(pasidIotlb(3, DOMAIN, PASID), ADDRESS + 0x3000);
        expect(PASID, true, true, true, false);
        bed.execute(pasidIotlb(3, DOMAIN, PASID), ADDRESS - 0x3000 | 1);
        expect(PASID, true, true, true);
        bed.execute(pasidIotlb(3, DOMAIN, PASID), ADDRESS + 0x1000 | 1);
        expect(PASID, true, false, false);
        bed.execute(pasidIotlb(3, DOMAIN, PASID), ADDRESS & ~0x7fffL | 3);
        expect(PASID, false);
        expect(OTHER_PASID, true, true, true, true);
    }

    @Test
    @DisplayName("6.5.2.4 PASID-based IOTLB leaves second-level entries")
    void pasidIotlbOfSecondLevel() {
        new Tables(2).unmap();
        bed.execute(pasidIotlb(2, DOMAIN, PASID), 0);
        expect(PASID, true, true, true, true);
    }

    @Test
    @DisplayName("6.5.2.4: a page within a larger one takes the larger one away")
    void pageOfLargePage() {
        long top = bed.pageTable();
        bed.firstLevel(PASID, top);
        long entry = bed.map(top, ADDRESS, 0x4000_0000L, 7, 7 | 1 << 7, 2);
        assertThat(passes(PASID, ADDRESS)).isTrue();
        bed.put(entry, 0);
        bed.execute(pasidIotlb(3, DOMAIN, PASID), (ADDRESS & -1L << 21) + 0x1ff000);
        assertThat(passes(PASID, ADDRESS)).isFalse();
    }

    /** Moves the page table of ADDRESS elsewhere, where nothing is mapped. */
    private void replacePageTable(long top, int level) {
        long table = top;
        for (int above = 4; above > level; above--) {
            long at = table + (ADDRESS >>> 3 + 9 * above & 0x1ff) * 8;
            if (above == level + 1) {
                bed.put(at, bed.pageTable() | 7);
            }
            table = bed.get(at) & 0x000f_ffff_ffff_f000L;
        }
    }

    @ParameterizedTest
    @DisplayName("6.2.5 paging-structure caches: a stale table is walked until IH = 0 invalidates it")
    @ValueSource(ints = {1, 2, 3})
    void pagingStructureCache(int level) {
        Tables tables = new Tables(1);
        replacePageTable(tables.top, level);
        bed.execute(pasidIotlb(3, DOMAIN, PASID), ADDRESS | 1 << 6 | 4);
        expect(PASID, true);
        bed.execute(pasidIotlb(3, DOMAIN, PASID), ADDRESS | 4);
        expect(PASID, false, false, false, false);
    }

    @Test
    @DisplayName("6.2.5: second-level tables as well, with IH of the IOTLB descriptor")
    void pagingStructureCacheOfSecondLevel() {
        Tables tables = new Tables(2);
        replacePageTable(tables.top, 1);
        bed.execute(iotlb(3, DOMAIN), ADDRESS | 1 << 6);
        expect(PASID, true);
        bed.execute(iotlb(3, DOMAIN), ADDRESS);
        expect(PASID, false);
    }

    @Test
    @DisplayName("6.2.4: nothing that was refused is cached (CAP.CM = 0)")
    void faultsAreNotCached() {
        expect(PASID, false);
        long top = bed.pageTable();
        bed.firstLevel(PASID, top);
        expect(PASID, false);
        bed.mapUser(top, ADDRESS, bed.userPage());
        expect(PASID, true);
        assertThat(passes(NO_PASID, 0x5000)).isFalse();
        bed.passThrough(0);
        assertThat(passes(NO_PASID, 0x5000)).isTrue();
    }

    @Test
    @DisplayName("6.2: caches are finite; what is replaced is walked again")
    void replacement() {
        VtdTestbed small = new VtdTestbed(VtdConfig.standard().withCaches(4, 4, 4, 4)).start();
        long top = small.pageTable();
        small.firstLevel(PASID, top);
        long page = small.userPage();
        long[] entries = new long[32];
        for (int i = 0; i < entries.length; i++) {
            entries[i] = small.mapUser(top, ADDRESS + 0x1000L * i, page);
            assertThat(small.request(PASID, ADDRESS + 0x1000L * i, READ).isGranted()).isTrue();
        }
        for (long entry : entries) {
            small.put(entry, 0);
        }
        for (int i = 0; i < entries.length; i++) {
            boolean stale = small.request(PASID, ADDRESS + 0x1000L * i, READ).isGranted();
            assertThat(stale).as("page %d: the last four are there", i).isEqualTo(i >= entries.length - 4);
        }
    }

    @Test
    @DisplayName("6.2: remembers() names what still knows a PASID")
    void remembers() {
        assertThat(bed.iommu.remembers(RID, PASID)).isEmpty();
        new Tables(1);
        assertThat(bed.iommu.remembers(RID, PASID)).contains("PASID-cache entry of PASID 5");
        bed.execute(pasidCache(1, DOMAIN, PASID), 0);
        assertThat(bed.iommu.remembers(RID, PASID)).contains("IOTLB entry of PASID 5");
        bed.execute(pasidIotlb(3, DOMAIN, PASID), ADDRESS | 1 << 6 | 12);
        assertThat(bed.iommu.remembers(RID, PASID)).contains("paging-structure-cache entry of PASID 5");
        bed.execute(pasidIotlb(2, DOMAIN, PASID), 0);
        assertThat(bed.iommu.remembers(RID, PASID)).isEmpty();
        assertThat(bed.iommu.remembers(RID, OTHER_PASID)).isNotEmpty();
    }
}
