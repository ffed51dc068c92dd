package org.svalinn.machine.paging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.svalinn.machine.iommu.Access.EXECUTE;
import static org.svalinn.machine.iommu.Access.READ;
import static org.svalinn.machine.iommu.Access.WRITE;
import static org.svalinn.machine.paging.Tables.assertFault;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each bit of each entry, both ways: VT-d 3.7 and 9.8. */
@DisplayName("VT-d second-stage tables: VT-d 3.7 and 9.8")
class SecondLevelWalkerTest {
    private static final long ADDRESS = 0x0000_0054_3210_fabcL;
    private static final long PAGE = 0x3_4567_8000L;
    private static final int PHYSICAL_BITS = 39;
    private static final long LARGE = SecondLevelWalker.PAGES_2M | SecondLevelWalker.PAGES_1G;

    private static final long R = 1;
    private static final long W = 2;
    private static final long X = 4;
    private static final long PS = 0x80;
    private static final long A = 0x100;
    private static final long D = 0x200;
    private static final long SNP = 0x800;
    private static final long TM = 1L << 62;

    private static Tables tables(int levels, long flags, int leafLevel) {
        Tables tables =
                new Tables(new SecondLevelWalker(), SecondLevelWalker.format(PHYSICAL_BITS, levels, flags), levels);
        for (int level = levels; level >= leafLevel; level--) {
            tables.table[level] = tables.allocate(4096);
            tables.entry[level] = tables.table[level] + (ADDRESS >>> 3 + 9 * level & 511) * 8;
        }
        for (int level = levels; level > leafLevel; level--) {
            tables.put(level, tables.table[level - 1] | R | W);
        }
        long size = 1L << 3 + 9 * leafLevel;
        tables.put(leafLevel, PAGE & -size | R | W | (leafLevel > 1 ? PS : 0));
        return tables;
    }

    private static Tables tables() {
        return tables(4, LARGE, 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5})
    @DisplayName("VT-d 3.7, 9.8: a 4 KiB page through 3, 4 or 5 levels")
    void pageOf4KiB(int levels) {
        Walk walk = tables(levels, 0, 1).ask(ADDRESS, READ | WRITE, false);

        assertThat(walk.isDone()).isTrue();
        assertThat(walk.physical()).isEqualTo(PAGE | ADDRESS & 0xfff);
        assertThat(walk.pageShift()).isEqualTo(12);
        assertThat(walk.granted()).isEqualTo(READ | WRITE | EXECUTE);
    }

    @Test
    @DisplayName("VT-d 9.8: PS = 1 maps 2 MiB or 1 GiB where SSLPS says so, and is reserved elsewhere")
    void largePages() {
        for (int level = 2; level <= 3; level++) {
            long size = 1L << 3 + 9 * level;
            Walk walk = tables(4, LARGE, level).ask(ADDRESS, READ, false);
            assertThat(walk.physical()).isEqualTo(PAGE & -size | ADDRESS & size - 1);
            assertThat(walk.pageShift()).isEqualTo(3 + 9 * level);
            assertFault(tables(4, 0, level).ask(ADDRESS, READ, false), WalkFault.RESERVED, level);
        }
        for (int level = 4; level <= 5; level++) {
            assertFault(tables(5, LARGE, 1).set(level, PS).ask(ADDRESS, READ, false), WalkFault.RESERVED, level);
        }
    }

    @Test
    @DisplayName("VT-d 9.8: bits 20:12 of a 2 MiB page and 29:12 of a 1 GiB page are reserved")
    void reservedBitsOfLargePages() {
        for (int level = 2; level <= 3; level++) {
            for (int bit = 12; bit < 3 + 9 * level; bit++) {
                Tables tables = tables(4, LARGE, level).set(level, 1L << bit);
                assertFault(tables.ask(ADDRESS, READ, false), WalkFault.RESERVED, level);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    @DisplayName("VT-d 9.8: R = W = 0 is not present at any level, whatever the other bits")
    void notPresent(int level) {
        Tables tables = tables();
        tables.put(level, ~(R | W));
        assertFault(tables.ask(ADDRESS, READ, false), WalkFault.NOT_PRESENT, level);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    @DisplayName("VT-d 3.7.1: R and W must be granted at every level")
    void permissions(int level) {
        Tables readOnly = tables().clear(level, W);
        assertFault(readOnly.ask(ADDRESS, WRITE, false), WalkFault.PERMISSION, 1);
        assertThat(readOnly.ask(ADDRESS, READ, false).granted()).isEqualTo(READ | EXECUTE);

        Tables writeOnly = tables().clear(level, R);
        assertFault(writeOnly.ask(ADDRESS, READ, false), WalkFault.PERMISSION, 1);
        assertThat(writeOnly.ask(ADDRESS, WRITE, false).granted()).isEqualTo(WRITE);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    @DisplayName("VT-d 9.8 (SLEE): with execution permission enabled, X must be granted at every level; without, "
            + "it is ignored")
    void executePermission(int level) {
        long slee = SecondLevelWalker.format(PHYSICAL_BITS, 4, SecondLevelWalker.SLEE);
        Tables tables = tables();
        for (int i = 1; i <= 4; i++) {
            tables.set(i, X);
        }
        assertThat(tables.ask(slee, ADDRESS, EXECUTE, false).isDone()).isTrue();
        tables.clear(level, X);
        assertFault(tables.ask(slee, ADDRESS, EXECUTE, false), WalkFault.PERMISSION, 1);
        assertThat(tables.ask(ADDRESS, EXECUTE, false).isDone()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    @DisplayName("VT-d 9.8: bits 51:HAW are reserved at every level, bits 61:52 and 63 are ignored")
    void reservedAddressBits(int level) {
        for (int bit = PHYSICAL_BITS; bit < 52; bit++) {
            assertFault(tables().set(level, 1L << bit).ask(ADDRESS, READ, false), WalkFault.RESERVED, level);
        }
        Walk walk = tables().set(level, 0x3ffL << 52 | 1L << 63).ask(ADDRESS, READ, false);
        assertThat(walk.physical()).isEqualTo(PAGE | ADDRESS & 0xfff);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    @DisplayName("VT-d 9.8: bits 6:3 (EMT, IPAT), 10, and without SSADE 9:8, are ignored")
    void ignoredBits(int level) {
        Tables tables = tables().set(level, 0x78 | A | D | 0x400);
        assertThat(tables.ask(ADDRESS, READ, false).isDone()).isTrue();
        assertThat(tables.walk.leaf()).isEqualTo(tables.get(1));
    }

    @Test
    @DisplayName("VT-d 9.8: SNP is reserved in tables, and in pages without snoop control")
    void snoop() {
        long snoops = SecondLevelWalker.format(PHYSICAL_BITS, 4, LARGE | SecondLevelWalker.SNOOP_CONTROL);
        Tables page = tables().set(1, SNP);
        assertFault(page.ask(ADDRESS, READ, false), WalkFault.RESERVED, 1);
        assertThat(page.ask(snoops, ADDRESS, READ, false).leaf() & SecondLevelWalker.SNOOP).isNotZero();
        Tables large = tables(4, LARGE, 2).set(2, SNP);
        assertFault(large.ask(ADDRESS, READ, false), WalkFault.RESERVED, 2);
        assertThat(large.ask(snoops, ADDRESS, READ, false).isDone()).isTrue();
        for (int level = 2; level <= 4; level++) {
            assertFault(tables().set(level, SNP).ask(snoops, ADDRESS, READ, false), WalkFault.RESERVED, level);
        }
    }

    @Test
    @DisplayName("VT-d 9.8: TM, bit 62, is reserved in tables, and in pages without device TLBs")
    void transientMapping() {
        long deviceTlb = SecondLevelWalker.format(PHYSICAL_BITS, 4, SecondLevelWalker.DEVICE_TLB);
        Tables page = tables().set(1, TM);
        assertFault(page.ask(ADDRESS, READ, false), WalkFault.RESERVED, 1);
        assertThat(page.ask(deviceTlb, ADDRESS, READ, false).isDone()).isTrue();
        for (int level = 2; level <= 4; level++) {
            assertFault(tables().set(level, TM).ask(deviceTlb, ADDRESS, READ, false), WalkFault.RESERVED, level);
        }
    }

    @Test
    @DisplayName("VT-d 3.7.2 (SSADE): A at every level, D in the page's entry at a write; nothing without SSADE")
    void accessedAndDirty() {
        long ssade = SecondLevelWalker.format(PHYSICAL_BITS, 4, SecondLevelWalker.SSADE);
        Tables tables = tables();
        tables.ask(ADDRESS, WRITE, false);
        for (int level = 1; level <= 4; level++) {
            assertThat(tables.get(level) & (A | D)).isZero();
        }

        tables.ask(ssade, ADDRESS, READ, false);
        for (int level = 1; level <= 4; level++) {
            assertThat(tables.get(level) & (A | D)).isEqualTo(A);
        }
        assertThat(tables.walk.granted()).isEqualTo(READ | EXECUTE);
        assertThat(tables.walk.permitted()).isEqualTo(READ | WRITE | EXECUTE);

        tables.ask(ssade, ADDRESS, WRITE, false);
        assertThat(tables.get(1) & (A | D)).isEqualTo(A | D);
        assertThat(tables.get(2) & (A | D)).isEqualTo(A);
        assertThat(tables.walk.granted()).isEqualTo(READ | WRITE | EXECUTE);
    }

    @Test
    @DisplayName("VT-d 3.7.2: a refused access does not mark the page")
    void refusedAccessDoesNotMark() {
        long ssade = SecondLevelWalker.format(PHYSICAL_BITS, 4, SecondLevelWalker.SSADE);
        Tables tables = tables().clear(1, W);
        assertFault(tables.ask(ssade, ADDRESS, WRITE, false), WalkFault.PERMISSION, 1);
        assertThat(tables.get(1) & (A | D)).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5})
    @DisplayName("VT-d 3.7: an address beyond the adjusted guest address width")
    void addressWidth(int levels) {
        Tables tables = tables(levels, 0, 1);
        int bits = 12 + 9 * levels;
        assertFault(tables.ask(1L << bits, READ, false), WalkFault.ADDRESS_RANGE, levels);
        assertFault(tables.ask(-1, READ, false), WalkFault.ADDRESS_RANGE, levels);
        assertFault(tables.ask((1L << bits) - 1, READ, false), WalkFault.NOT_PRESENT, levels);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    @DisplayName("VT-d 6.2.4: a walk goes on from a cached table with what the levels above took away")
    void goesOnFromACachedTable(int level) {
        Tables tables = tables().clear(4, W);
        Walk walk = tables.ask(ADDRESS, READ, false);
        long table = walk.tableAt(level);
        int taken = walk.accessAt(level);
        tables.put(4, 0);

        walk.begin(table, level, ADDRESS, READ, false, taken);
        tables.walker.walk(walk);
        assertThat(walk.permitted()).isEqualTo(READ | EXECUTE);

        walk.begin(table, level, ADDRESS, WRITE, false, taken);
        tables.walker.walk(walk);
        assertFault(walk, WalkFault.PERMISSION, 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    @DisplayName("VT-d 7.1.3: a table where there is no memory")
    void tableIsNowhere(int level) {
        Tables tables = tables();
        if (level == 4) {
            tables.table[4] = 1L << 38;
        } else {
            tables.put(level + 1, 1L << 38 | R | W);
        }
        assertFault(tables.ask(ADDRESS, READ, false), WalkFault.TABLE_ABORT, level);
    }

    @Test
    void thereAreThreeToFiveLevels() {
        assertThatThrownBy(() -> SecondLevelWalker.format(46, 2, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SecondLevelWalker.format(46, 6, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("VT-d 3.7.2: with SSADE a page is not granted, not even what it permits, before it is marked as "
            + "accessed")
    void notGrantedBeforeItIsMarked() {
        long ssade = SecondLevelWalker.format(PHYSICAL_BITS, 4, SecondLevelWalker.SSADE);
        Tables tables = tables().clear(1, W);
        assertThat(tables.askOnly(ssade, ADDRESS, WRITE).permitted()).isEqualTo(READ | EXECUTE);
        assertThat(tables.walk.granted()).isZero();
        assertThat(tables.askOnly(tables.format, ADDRESS, WRITE).granted()).isEqualTo(READ | EXECUTE);
        assertThat(tables.get(1) & A).isZero();
    }

    @Test
    @DisplayName("VT-d 3.7.2: a walk that finds its entry changed when it marks it goes on with what it finds")
    void entryChangesMeanwhile() {
        long ssade = SecondLevelWalker.format(PHYSICAL_BITS, 4, SecondLevelWalker.SSADE);
        assertFault(tables().meanwhile(1, 0).ask(ssade, ADDRESS, READ, false), WalkFault.NOT_PRESENT, 1);
        assertFault(tables().meanwhile(2, 0).ask(ssade, ADDRESS, READ, false), WalkFault.NOT_PRESENT, 2);
        Tables moved = tables().meanwhile(1, PAGE << 1 | R | W);
        assertThat(moved.ask(ssade, ADDRESS, WRITE, false).physical()).isEqualTo(PAGE << 1 | ADDRESS & 0xfff);
        assertThat(moved.get(1)).isEqualTo(PAGE << 1 | R | W | A | D);
    }
}
