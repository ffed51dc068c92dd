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

/** Each bit of each entry, both ways: Intel SDM volume 3, chapter 5 (chapter 4 before 2024), and VT-d 3.6 and 9.7. */
@DisplayName("x86-64 paging: SDM 3 ch. 5, VT-d 3.6 and 9.7")
class X86WalkerTest {
    private static final long ADDRESS = 0x0000_7654_3210_fabcL;
    private static final long PAGE = 0x3_4567_8000L;
    private static final int PHYSICAL_BITS = 39;
    private static final long NXE = X86Walker.NXE;

    private static final long P = 1;
    private static final long RW = 2;
    private static final long US = 4;
    private static final long A = 0x20;
    private static final long D = 0x40;
    private static final long PS = 0x80;
    private static final long G = 0x100;
    private static final long XD = 1L << 63;

    /** Everything permitted, nothing marked. */
    private static Tables tables(long flags, int leafLevel) {
        long format = X86Walker.format(PHYSICAL_BITS, flags);
        Tables tables = new Tables(new X86Walker(), format, X86Walker.levels(format));
        for (int level = tables.top; level >= leafLevel; level--) {
            tables.table[level] = tables.allocate(4096);
            tables.entry[level] = tables.table[level] + (ADDRESS >>> 3 + 9 * level & 511) * 8;
        }
        for (int level = tables.top; level > leafLevel; level--) {
            tables.put(level, tables.table[level - 1] | P | RW | US);
        }
        long size = 1L << 3 + 9 * leafLevel;
        tables.put(leafLevel, PAGE & -size | P | RW | US | (leafLevel > 1 ? PS : 0));
        return tables;
    }

    private static Tables tables() {
        return tables(NXE | X86Walker.WP | X86Walker.PAGES_1G, 1);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, X86Walker.FIVE_LEVELS})
    @DisplayName("SDM 5.5.4: a 4 KiB page through 4 or 5 levels")
    void pageOf4KiB(long flags) {
        Walk walk = tables(flags | NXE, 1).ask(ADDRESS, READ, false);

        assertThat(walk.isDone()).isTrue();
        assertThat(walk.physical()).isEqualTo(PAGE | ADDRESS & 0xfff);
        assertThat(walk.pageShift()).isEqualTo(12);
        assertThat(walk.contiguousShift()).isEqualTo(12);
        assertThat(walk.permitted()).isEqualTo(READ | WRITE | EXECUTE);
    }

    @Test
    @DisplayName("SDM 5.5.4: a PDE with PS = 1 maps 2 MiB, and bit 12 is PAT, not address")
    void pageOf2MiB() {
        Walk walk = tables(NXE, 2).set(2, 1 << 12).ask(ADDRESS, READ, false);

        assertThat(walk.isDone()).isTrue();
        assertThat(walk.physical()).isEqualTo(PAGE & -(1L << 21) | ADDRESS & (1L << 21) - 1);
        assertThat(walk.pageShift()).isEqualTo(21);
    }

    @Test
    @DisplayName("SDM 5.5.4: a PDPTE with PS = 1 maps 1 GiB, where supported")
    void pageOf1GiB() {
        Walk walk = tables(NXE | X86Walker.PAGES_1G, 3).ask(ADDRESS, READ, false);

        assertThat(walk.isDone()).isTrue();
        assertThat(walk.physical()).isEqualTo(PAGE & -(1L << 30) | ADDRESS & (1L << 30) - 1);
        assertThat(walk.pageShift()).isEqualTo(30);
    }

    @Test
    @DisplayName("VT-d 9.7 (FS1GP = 0): PS = 1 in a PDPTE is reserved where there are no 1 GiB pages")
    void noPagesOf1GiB() {
        assertFault(tables(NXE, 3).ask(ADDRESS, READ, false), WalkFault.RESERVED, 3);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    @DisplayName("SDM 5.5.4: P = 0 at any level is a not-present fault there, whatever the other bits")
    void notPresent(int level) {
        Tables tables = tables();
        tables.put(level, ~P);
        assertFault(tables.ask(ADDRESS, READ, false), WalkFault.NOT_PRESENT, level);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    @DisplayName("SDM 5.5.4: bits 51:MAXPHYADDR are reserved at every level; the bit below is address")
    void reservedAddressBits(int level) {
        for (int bit = PHYSICAL_BITS; bit < 52; bit++) {
            assertFault(tables().set(level, 1L << bit).ask(ADDRESS, READ, false), WalkFault.RESERVED, level);
        }
        if (level == 1) {
            assertThat(tables().set(level, 1L << PHYSICAL_BITS - 1).ask(ADDRESS, READ, false).isDone()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    @DisplayName("SDM 5.5.4: bits 11:9 and 62:52 are ignored")
    void ignoredBits(int level) {
        long ignored = 0xe00 | 0x7ffL << 52;
        Walk walk = tables().set(level, ignored).ask(ADDRESS, READ, false);

        assertThat(walk.isDone()).isTrue();
        assertThat(walk.physical()).isEqualTo(PAGE | ADDRESS & 0xfff);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @DisplayName("SDM 5.5.4: bit 7 of a PML4E and PML5E is reserved")
    void reservedPageSize(int level) {
        Tables tables = tables(NXE | X86Walker.FIVE_LEVELS | X86Walker.PAGES_1G, 1).set(level, PS);
        assertFault(tables.ask(ADDRESS, READ, false), WalkFault.RESERVED, level);
    }

    @Test
    @DisplayName("SDM 5.5.4: bit 7 of a PTE is PAT, and ignored here")
    void patOfPte() {
        assertThat(tables().set(1, PS).ask(ADDRESS, READ, false).pageShift()).isEqualTo(12);
    }

    @Test
    @DisplayName("SDM 5.5.4: bits 20:13 of a 2 MiB page and 29:13 of a 1 GiB page are reserved")
    void reservedBitsOfLargePages() {
        for (int bit = 13; bit < 21; bit++) {
            assertFault(tables(NXE, 2).set(2, 1L << bit).ask(ADDRESS, READ, false), WalkFault.RESERVED, 2);
        }
        for (int bit = 13; bit < 30; bit++) {
            Tables tables = tables(X86Walker.PAGES_1G, 3).set(3, 1L << bit);
            assertFault(tables.ask(ADDRESS, READ, false), WalkFault.RESERVED, 3);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    @DisplayName("SDM 5.6.1, VT-d 3.6.1: R/W = 0 at any level makes the page read-only to users")
    void readOnlyToUsers(int level) {
        Tables tables = tables().clear(level, RW);

        assertFault(tables.ask(ADDRESS, WRITE, false), WalkFault.PERMISSION, 1);
        assertThat(tables.ask(ADDRESS, READ, false).isDone()).isTrue();
        assertThat(tables.walk.permitted()).isEqualTo(READ | EXECUTE);
    }

    @Test
    @DisplayName("SDM 5.6.1 (CR0.WP), VT-d 3.6.1 (WPE): supervisors write to read-only pages unless write "
            + "protection is on")
    void writeProtect() {
        Tables tables = tables().clear(1, RW);
        long without = X86Walker.format(PHYSICAL_BITS, NXE);

        assertFault(tables.ask(ADDRESS, WRITE, true), WalkFault.PERMISSION, 1);
        assertThat(tables.ask(without, ADDRESS, WRITE, true).isDone()).isTrue();
        assertFault(tables.ask(without, ADDRESS, WRITE, false), WalkFault.PERMISSION, 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    @DisplayName("SDM 5.6.1, VT-d 3.6.1: U/S = 0 at any level keeps users out, not supervisors")
    void supervisorPage(int level) {
        Tables tables = tables().clear(level, US);

        for (int wanted : new int[] {READ, WRITE, EXECUTE}) {
            assertFault(tables.ask(ADDRESS, wanted, false), WalkFault.PERMISSION, 1);
            assertThat(tables.walk.isUserPage()).isFalse();
            assertThat(tables.ask(ADDRESS, wanted, true).isDone()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    @DisplayName("SDM 5.6.1 (NXE), VT-d 3.6.1: XD = 1 at any level prevents execution; with NXE = 0 the bit is "
            + "reserved")
    void executeDisable(int level) {
        Tables tables = tables().set(level, XD);

        assertFault(tables.ask(ADDRESS, EXECUTE, false), WalkFault.PERMISSION, 1);
        assertFault(tables.ask(ADDRESS, EXECUTE, true), WalkFault.PERMISSION, 1);
        assertThat(tables.ask(ADDRESS, READ | WRITE, false).isDone()).isTrue();
        assertFault(tables.ask(X86Walker.format(PHYSICAL_BITS, 0), ADDRESS, READ, false), WalkFault.RESERVED, level);
    }

    @Test
    @DisplayName("SDM 5.6.1 (SMEP), VT-d 3.6.1: supervisors do not execute user pages with SMEP")
    void smep() {
        long smep = X86Walker.format(PHYSICAL_BITS, NXE | X86Walker.SMEP);
        Tables tables = tables();

        assertThat(tables.ask(ADDRESS, EXECUTE, true).isDone()).isTrue();
        assertFault(tables.ask(smep, ADDRESS, EXECUTE, true), WalkFault.PERMISSION, 1);
        assertThat(tables.ask(smep, ADDRESS, EXECUTE, false).isDone()).isTrue();
        assertThat(tables.ask(smep, ADDRESS, READ | WRITE, true).isDone()).isTrue();
        assertThat(tables.clear(2, US).ask(smep, ADDRESS, EXECUTE, true).isDone()).isTrue();
    }

    @Test
    @DisplayName("SDM 5.6.1 (SMAP): supervisors do not touch user pages with SMAP")
    void smap() {
        long smap = X86Walker.format(PHYSICAL_BITS, NXE | X86Walker.SMAP);
        Tables tables = tables();

        assertFault(tables.ask(smap, ADDRESS, READ, true), WalkFault.PERMISSION, 1);
        assertFault(tables.ask(smap, ADDRESS, WRITE, true), WalkFault.PERMISSION, 1);
        assertThat(tables.ask(smap, ADDRESS, READ | WRITE, false).isDone()).isTrue();
        assertThat(tables.clear(2, US).ask(smap, ADDRESS, READ | WRITE, true).isDone()).isTrue();
    }

    @Test
    @DisplayName("SDM 5.8, VT-d 3.6.2: a read sets A at every level and D nowhere; a write sets D in the page's entry")
    void accessedAndDirty() {
        Tables tables = tables();
        tables.ask(ADDRESS, READ, false);

        for (int level = 1; level <= 4; level++) {
            assertThat(tables.get(level) & (A | D)).as("level %d", level).isEqualTo(A);
        }
        assertThat(tables.walk.granted()).isEqualTo(READ | EXECUTE);

        tables.ask(ADDRESS, WRITE, false);
        assertThat(tables.get(1) & (A | D)).isEqualTo(A | D);
        assertThat(tables.get(2) & (A | D)).isEqualTo(A);
        assertThat(tables.walk.granted()).isEqualTo(READ | WRITE | EXECUTE);
        assertThat(tables.walk.leaf()).isEqualTo(tables.get(1));
    }

    @Test
    @DisplayName("SDM 5.8: an access that is refused does not mark the page, but the tables above it")
    void refusedAccessDoesNotMark() {
        Tables tables = tables().clear(1, RW);
        tables.ask(ADDRESS, WRITE, false);

        assertThat(tables.get(1) & (A | D)).isZero();
        assertThat(tables.get(2) & A).isEqualTo(A);
    }

    @Test
    @DisplayName("VT-d 9.7 (EAFE): the extended-accessed flag is set together with A, only with EAFE")
    void extendedAccessed() {
        long ea = 1L << 10;
        Tables without = tables();
        without.ask(ADDRESS, READ, false);
        Tables with = tables();
        with.ask(X86Walker.format(PHYSICAL_BITS, NXE | X86Walker.EAFE), ADDRESS, READ, false);

        for (int level = 1; level <= 4; level++) {
            assertThat(without.get(level) & ea).isZero();
            assertThat(with.get(level) & (A | ea)).isEqualTo(A | ea);
        }
    }

    @Test
    @DisplayName("VT-d 4.2.3: a translation request gets less than it wants, and marks only what is granted")
    void onlyAsking() {
        Tables tables = tables().clear(1, RW);
        tables.walk.begin(tables.table[4], 4, ADDRESS, READ | WRITE, false).withoutPermissionFault();
        tables.walker.walk(tables.walk);
        assertThat(tables.walk.isDone()).isTrue();
        assertThat(tables.walk.granted()).isEqualTo(READ | EXECUTE);
        assertThat(tables.get(1) & (A | D)).isEqualTo(A);

        Tables nothing = tables().clear(1, US);
        nothing.walk.begin(nothing.table[4], 4, ADDRESS, READ, false).withoutPermissionFault();
        nothing.walker.walk(nothing.walk);
        assertThat(nothing.walk.isDone()).isTrue();
        assertThat(nothing.walk.granted()).isZero();
        assertThat(nothing.get(1) & (A | D)).isZero();

        Tables writable = tables();
        writable.walk.begin(writable.table[4], 4, ADDRESS, READ | WRITE, false).withoutPermissionFault();
        writable.walker.walk(writable.walk);
        assertThat(writable.walk.granted()).isEqualTo(READ | WRITE | EXECUTE);
        assertThat(writable.get(1) & (A | D)).isEqualTo(A | D);
    }

    @Test
    @DisplayName("SDM 5.10.2.4: G counts in the entry that maps the page, and only there")
    void globalPage() {
        assertThat(tables().ask(ADDRESS, READ, false).isGlobal()).isFalse();
        assertThat(tables().set(1, G).ask(ADDRESS, READ, false).isGlobal()).isTrue();
        assertThat(tables().set(2, G).ask(ADDRESS, READ, false).isGlobal()).isFalse();
        assertThat(tables(NXE, 2).set(2, G).ask(ADDRESS, READ, false).isGlobal()).isTrue();
    }

    @Test
    @DisplayName("SDM 3.3.7.1, VT-d 3.6: addresses are canonical")
    void canonicalAddresses() {
        Tables four = tables();
        assertFault(four.ask(1L << 47, READ, false), WalkFault.ADDRESS_RANGE, 4);
        assertFault(four.ask(-1L << 48, READ, false), WalkFault.ADDRESS_RANGE, 4);
        assertFault(four.ask(-1L << 47, READ, false), WalkFault.NOT_PRESENT, 4);
        Tables five = tables(X86Walker.FIVE_LEVELS, 1);
        assertFault(five.ask(1L << 56, READ, false), WalkFault.ADDRESS_RANGE, 5);
        assertFault(five.ask(1L << 55, READ, false), WalkFault.NOT_PRESENT, 5);
        assertFault(five.ask(-1L << 56, READ, false), WalkFault.NOT_PRESENT, 5);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    @DisplayName("VT-d 6.2.4: a walk goes on from a cached table with what the levels above took away")
    void goesOnFromACachedTable(int level) {
        Tables tables = tables().clear(4, RW).set(3, XD);
        Walk walk = tables.ask(ADDRESS, READ, false);
        long table = walk.tableAt(level);
        int taken = walk.accessAt(level);
        assertThat(table).isEqualTo(tables.table[level]);
        tables.put(4, 0);

        walk.begin(table, level, ADDRESS, READ, false, taken);
        tables.walker.walk(walk);
        assertThat(walk.isDone()).isTrue();
        assertThat(walk.permitted()).isEqualTo(READ);

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
            tables.put(level + 1, 1L << 38 | P | RW | US);
        }
        assertFault(tables.ask(ADDRESS, READ, false), WalkFault.TABLE_ABORT, level);
    }

    @Test
    @DisplayName("VT-d 3.8: a second stage that refuses to have A set")
    void updateIsRefused() {
        Tables tables = tables().set(4, A);
        TableMemory readOnly = new TableMemory() {
            @Override
            public long locate(long address, boolean forUpdate) {
                return forUpdate ? NOWHERE : address;
            }

            @Override
            public long readEntry(long physical) {
                return tables.ram.read(physical, 8, Tables.WALK);
            }

            @Override
            public long updateEntry(long physical, long expected, long value) {
                throw new AssertionError("was refused");
            }
        };
        tables.walk.through(readOnly);
        assertFault(tables.ask(ADDRESS, READ, false), WalkFault.UPDATE_ABORT, 3);
        assertThat(tables.walk.entryAddress()).isEqualTo(tables.entry[3]);
    }

    @Test
    void physicalAddressesHaveAtMost52Bits() {
        assertThatThrownBy(() -> X86Walker.format(53, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("VT-d 3.6.2: a page is not granted, not even what it permits, before it is marked as accessed")
    void notGrantedBeforeItIsMarked() {
        Tables tables = tables().clear(1, RW);
        assertThat(tables.askOnly(tables.format, ADDRESS, WRITE).permitted()).isEqualTo(READ | EXECUTE);
        assertThat(tables.walk.granted()).isZero();
        assertThat(tables.get(1) & A).isZero();
        assertThat(tables.set(1, A).askOnly(tables.format, ADDRESS, WRITE).granted()).isEqualTo(READ | EXECUTE);
    }

    @Test
    @DisplayName("SDM 5.8: a walk that finds its entry changed when it marks it goes on with what it finds")
    void entryChangesMeanwhile() {
        assertFault(tables().meanwhile(1, 0).ask(ADDRESS, READ, false), WalkFault.NOT_PRESENT, 1);
        assertFault(tables().meanwhile(3, 0).ask(ADDRESS, READ, false), WalkFault.NOT_PRESENT, 3);
        assertFault(tables().meanwhile(1, PAGE | P | US).ask(ADDRESS, WRITE, false), WalkFault.PERMISSION, 1);

        Tables moved = tables().meanwhile(1, PAGE << 1 | P | RW | US);
        assertThat(moved.ask(ADDRESS, READ, false).physical()).isEqualTo(PAGE << 1 | ADDRESS & 0xfff);
        assertThat(moved.get(1)).isEqualTo(PAGE << 1 | P | RW | US | A);
    }

    @Test
    @DisplayName("SDM 5.8: a large page that becomes a table just before it is marked is walked as a table")
    void largePageBecomesATableMeanwhile() {
        Tables tables = tables();
        long link = tables.get(2);
        tables.put(2, PAGE & -(1L << 21) | P | RW | US | PS);
        Walk walk = tables.meanwhile(2, link).ask(ADDRESS, READ, false);
        assertThat(walk.isDone()).isTrue();
        assertThat(walk.pageShift()).isEqualTo(12);
        assertThat(tables.get(2)).isEqualTo(link | A);
        assertThat(walk.tableAt(1)).isEqualTo(tables.table[1]);
    }
}
