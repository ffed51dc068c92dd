package org.svalinn.machine.paging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.svalinn.machine.iommu.Access.EXECUTE;
import static org.svalinn.machine.iommu.Access.READ;
import static org.svalinn.machine.iommu.Access.WRITE;
import static org.svalinn.machine.paging.Tables.assertFault;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Geometry, faults, the access flag and the dirty state; permissions are in {@link AArch64PermissionTest}. */
@DisplayName("VMSAv8-64 tables: Arm DDI 0487, D8")
class AArch64WalkerTest {
    static final long VALID = 1;
    static final long TABLE = 3;
    static final long AF = 1L << 10;
    static final long AP1 = 1L << 6;
    static final long AP2 = 1L << 7;
    static final long DBM = 1L << 51;
    static final long CONTIGUOUS = 1L << 52;

    /** Within 25 bits, so that every input size has it. */
    static final long ADDRESS = 0x123_4abcL;

    /**
     * One path to a page that unprivileged accesses may read and write, AF set; the memory's last pages are its page.
     */
    static Tables tables(long format, long address, int leafLevel, long page) {
        Tables tables = new Tables(new AArch64Walker(), format, AArch64Format.topLevel(format));
        int granule = AArch64Format.granuleShift(format);
        long input = address & (1L << AArch64Format.inputBits(format)) - 1;
        for (int level = tables.top; level >= leafLevel; level--) {
            boolean isTop = level == tables.top;
            tables.table[level] = tables.allocate(isTop ? AArch64Format.topEntries(format) * 8L : 1L << granule);
            long index = input >>> AArch64Format.shift(format, level);
            tables.entry[level] = tables.table[level] + (isTop ? index : index & (1L << granule - 3) - 1) * 8;
        }
        for (int level = tables.top; level > leafLevel; level--) {
            tables.put(level, tables.table[level - 1] | TABLE);
        }
        long size = 1L << AArch64Format.shift(format, leafLevel);
        long access = AArch64Format.isStage2(format) ? AP1 | AP2 : AP1;
        tables.put(leafLevel, page & -size | AF | access | (leafLevel == 1 ? 3 : 1));
        return tables;
    }

    static Tables tables(long format) {
        return tables(format, ADDRESS, 1, PAGE);
    }

    static final long PAGE = 0x3456_7890_0000L;

    static long stage1(long flags) {
        return AArch64Format.stage1(12, 39, 48, flags);
    }

    static Stream<Arguments> inputSizes() {
        return Stream.of(12, 14, 16)
                .flatMap(granule -> IntStream.rangeClosed(25, granule == 16 ? 52 : 48)
                        .mapToObj(bits -> Arguments.of(granule, bits)));
    }

    @ParameterizedTest
    @MethodSource("inputSizes")
    @DisplayName("D8.2: with each granule and each TxSZ, for TTBR0 and TTBR1, from the level that the input size says")
    void inputSize(int granule, int bits) {
        for (long flags : new long[] {0, AArch64Format.UPPER}) {
            long format = AArch64Format.stage1(granule, bits, 48, flags);
            long high = flags == 0 ? 0 : -1L << bits;
            for (long address : new long[] {high | ADDRESS, high | (1L << bits) - 1 & ~0x543L, high}) {
                Walk walk = tables(format, address, 1, PAGE).ask(address, READ | WRITE, false);
                assertThat(walk.fault()).as("0x%x", address).isEqualTo(WalkFault.NONE);
                assertThat(walk.physical()).isEqualTo(PAGE & -(1L << granule) | address & (1L << granule) - 1);
                assertThat(walk.pageShift()).isEqualTo(granule);
            }
            int levels = 4 - (granule == 12
                    ? bits > 39 ? 0 : bits > 30 ? 1 : 2
                    : granule == 14 ? bits > 47 ? 0 : bits > 36 ? 1 : 2 : bits > 42 ? 1 : 2);
            if (granule == 14 && bits == 25) {
                levels = 1;
            } else if (granule == 16 && bits <= 29) {
                levels = 1;
            }
            assertThat(AArch64Format.topLevel(format)).isEqualTo(levels);
        }
    }

    @ParameterizedTest
    @MethodSource("inputSizes")
    @DisplayName("D8.14: an address outside of the input size is a translation fault of the first level")
    void outsideOfTheInputSize(int granule, int bits) {
        Tables lower = tables(AArch64Format.stage1(granule, bits, 48, 0));
        assertFault(lower.ask(1L << bits | ADDRESS, READ, false), WalkFault.ADDRESS_RANGE, lower.top);
        assertFault(lower.ask(-1, READ, false), WalkFault.ADDRESS_RANGE, lower.top);
        Tables upper = tables(AArch64Format.stage1(granule, bits, 48, AArch64Format.UPPER));
        long lowest = -1L << bits;
        assertFault(upper.ask(lowest - 1, READ, false), WalkFault.ADDRESS_RANGE, upper.top);
        assertFault(upper.ask(ADDRESS, READ, false), WalkFault.ADDRESS_RANGE, upper.top);
        assertThat(upper.ask(lowest | ADDRESS, READ, false).isDone()).isTrue();
    }

    @Test
    @DisplayName("D8.2 (TBI): the top byte is ignored with TBI, and must extend the address without; bit 55 "
            + "selects the TTBR")
    void topByteIgnore() {
        long tagged = 0x5aL << 56 | ADDRESS;
        assertThat(tables(stage1(AArch64Format.TBI)).ask(tagged, READ, false).isDone()).isTrue();
        assertFault(tables(stage1(0)).ask(tagged, READ, false), WalkFault.ADDRESS_RANGE, 3);
        assertFault(tables(stage1(AArch64Format.TBI)).ask(tagged | 1L << 55, READ, false), WalkFault.ADDRESS_RANGE, 3);
        long upper = stage1(AArch64Format.TBI | AArch64Format.UPPER);
        long taggedUpper = 0x5aL << 56 | (-1L << 39 | ADDRESS) & -1L >>> 8;
        assertThat(tables(upper).ask(taggedUpper, READ, false).isDone()).isTrue();

        assertThat(AArch64Format.isUpper(taggedUpper)).isTrue();
        assertThat(AArch64Format.isUpper(tagged)).isFalse();
    }

    static Stream<Arguments> blocks() {
        return Stream.of(
                Arguments.of(12, 2, 0L, 21),
                Arguments.of(12, 3, 0L, 30),
                Arguments.of(14, 2, 0L, 25),
                Arguments.of(16, 2, 0L, 29),
                Arguments.of(16, 3, AArch64Format.LPA, 42));
    }

    @ParameterizedTest
    @MethodSource("blocks")
    @DisplayName("D8.3: block sizes of each granule")
    void block(int granule, int level, long flags, int shift) {
        long format = AArch64Format.stage1(granule, 48, flags == 0 ? 48 : 52, flags);
        long size = 1L << shift;
        Walk walk = tables(format, ADDRESS | 1L << 44, level, PAGE).ask(ADDRESS | 1L << 44, READ, false);
        assertThat(walk.isDone()).isTrue();
        assertThat(walk.pageShift()).isEqualTo(shift);
        assertThat(walk.physical()).isEqualTo(PAGE & -size | ADDRESS & size - 1);
    }

    static Stream<Arguments> noBlocks() {
        return Stream.of(Arguments.of(12, 4), Arguments.of(14, 3), Arguments.of(14, 4), Arguments.of(16, 3));
    }

    @ParameterizedTest
    @MethodSource("noBlocks")
    @DisplayName("D8.3: a block where the granule has none is an invalid entry")
    void noBlock(int granule, int level) {
        Tables tables = tables(AArch64Format.stage1(granule, 48, 48, 0), ADDRESS, level, PAGE);
        assertFault(tables.ask(ADDRESS, READ, false), WalkFault.NOT_PRESENT, level);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    @DisplayName("D8.3: bit 0 clear is invalid at every level, whatever the other bits")
    void invalid(int level) {
        Tables tables = tables(stage1(0));
        tables.put(level, ~VALID);
        assertFault(tables.ask(ADDRESS, READ, false), WalkFault.NOT_PRESENT, level);
    }

    @Test
    @DisplayName("D8.3: bits 1:0 = 01 at level 3 are reserved, and so invalid")
    void blockAtLevel3() {
        assertFault(tables(stage1(0)).clear(1, 2).ask(ADDRESS, READ, false), WalkFault.NOT_PRESENT, 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {32, 36, 40, 42, 44})
    @DisplayName("D8.2 (IPS), D8.14: output addresses beyond the size are address size faults of their level")
    void outputSize(int bits) {
        long format = AArch64Format.stage1(12, 39, bits, 0);
        for (int level = 1; level <= 3; level++) {
            assertFault(
                    tables(format, ADDRESS, 1, 0).set(level, 1L << bits).ask(ADDRESS, READ, false),
                    WalkFault.OUTPUT_SIZE,
                    level);
        }
        assertThat(tables(format, ADDRESS, 1, 1L << bits - 1).ask(ADDRESS, READ, false).physical())
                .isEqualTo(1L << bits - 1 | ADDRESS & 0xfff);
        Tables base = tables(format, ADDRESS, 1, 0);
        base.table[3] |= 1L << bits;
        assertFault(base.ask(ADDRESS, READ, false), WalkFault.OUTPUT_SIZE, 4);
    }

    @Test
    @DisplayName("D24.2 (PS): the sizes that the field names")
    void outputSizes() {
        assertThat(Stream.of(0, 1, 2, 3, 4, 5, 6).map(AArch64Format::outputSize))
                .containsExactly(32, 36, 40, 42, 44, 48, 52);
    }

    @Test
    @DisplayName("D8.3 (FEAT_LPA): with 64 KiB granule bits 15:12 are address bits 51:48, where implemented")
    void largePhysicalAddresses() {
        long with = AArch64Format.stage1(16, 42, 52, AArch64Format.LPA);
        Tables tables = tables(with).set(1, 0xf000);
        assertThat(tables.ask(ADDRESS, READ, false).physical()).isEqualTo(0xfL << 48 | PAGE | ADDRESS & 0xffff);
        long less = AArch64Format.stage1(16, 42, 48, AArch64Format.LPA);
        assertFault(tables.ask(less, ADDRESS, READ, false), WalkFault.OUTPUT_SIZE, 1);
        long without = AArch64Format.stage1(16, 42, 48, 0);
        assertThat(tables.ask(without, ADDRESS, READ, false).physical()).isEqualTo(PAGE | ADDRESS & 0xffff);
        assertThat(AArch64Format.isPossible(16, 42, 52, 0)).isFalse();
        assertThat(AArch64Format.isPossible(12, 42, 52, AArch64Format.LPA)).isFalse();
    }

    @Test
    @DisplayName("D8.5 (HA = 0): a clear access flag is a fault, unless AFFD says that it is none")
    void accessFlagFault() {
        Tables tables = tables(stage1(0)).clear(1, AF);
        assertFault(tables.ask(ADDRESS, READ, false), WalkFault.ACCESS_FLAG, 1);
        tables.ask(stage1(AArch64Format.AFFD), ADDRESS, READ, false);
        assertThat(tables.walk.granted()).isEqualTo(READ | WRITE | EXECUTE);
        assertThat(tables.get(1) & AF).isZero();
    }

    @Test
    @DisplayName("D8.5 (HA = 1): hardware sets the access flag at an access that is permitted, and only then")
    void accessFlagUpdate() {
        Tables tables = tables(stage1(AArch64Format.HA)).clear(1, AF).clear(1, AP1);
        assertFault(tables.ask(ADDRESS, READ, false), WalkFault.PERMISSION, 1);
        assertThat(tables.get(1) & AF).isZero();
        tables.set(1, AP1);
        long before = tables.get(1);
        assertThat(tables.ask(ADDRESS, READ, false).isDone()).isTrue();
        assertThat(tables.get(1)).isEqualTo(before | AF);
        assertThat(tables.walk.leaf()).isEqualTo(before | AF);
    }

    @Test
    @DisplayName("D8.14: address size, then access flag, then permission")
    void priorityOfFaults() {
        Tables tables = tables(AArch64Format.stage1(12, 39, 40, 0), ADDRESS, 1, 1L << 40).clear(1, AF | AP1);
        assertFault(tables.ask(ADDRESS, READ, false), WalkFault.OUTPUT_SIZE, 1);
        tables.clear(1, 1L << 40);
        assertFault(tables.ask(ADDRESS, READ, false), WalkFault.ACCESS_FLAG, 1);
        tables.set(1, AF);
        assertFault(tables.ask(ADDRESS, READ, false), WalkFault.PERMISSION, 1);
    }

    @Test
    @DisplayName("D8.5 (HD = 1): the first write to a page with DBM = 1 clears AP[2]; a read does not, and does "
            + "not grant writing")
    void dirtyState() {
        long hd = stage1(AArch64Format.HA | AArch64Format.HD);
        Tables tables = tables(hd).set(1, DBM | AP2);
        assertThat(tables.ask(ADDRESS, READ, false).granted()).isEqualTo(READ | EXECUTE);
        assertThat(tables.walk.permitted()).isEqualTo(READ | WRITE | EXECUTE);
        assertThat(tables.get(1) & AP2).isNotZero();

        assertThat(tables.ask(ADDRESS, WRITE, false).granted()).isEqualTo(READ | WRITE | EXECUTE);
        assertThat(tables.get(1) & (AP2 | DBM)).isEqualTo(DBM);
    }

    @Test
    @DisplayName("D8.5: DBM means nothing without HD, and HD nothing without HA")
    void dirtyStateIsOff() {
        for (long flags : new long[] {0, AArch64Format.HA, AArch64Format.HD}) {
            Tables tables = tables(stage1(flags)).set(1, DBM | AP2);
            assertFault(tables.ask(ADDRESS, WRITE, false), WalkFault.PERMISSION, 1);
            assertThat(tables.get(1) & AP2).isNotZero();
        }
        Tables readOnly = tables(stage1(AArch64Format.HA | AArch64Format.HD)).set(1, AP2);
        assertFault(readOnly.ask(ADDRESS, WRITE, false), WalkFault.PERMISSION, 1);
    }

    @Test
    @DisplayName("IHI 0070, 3.13: a translation request that may write marks a writable-clean page; one that "
            + "only reads does not")
    void onlyAskingMarks() {
        long hd = stage1(AArch64Format.HA | AArch64Format.HD);
        Tables tables = tables(hd).set(1, DBM | AP2).clear(1, AF);
        tables.walk.as(hd).begin(tables.table[3], 3, ADDRESS, READ, false).withoutPermissionFault();
        tables.walker.walk(tables.walk);
        assertThat(tables.walk.granted()).isEqualTo(READ | EXECUTE);
        assertThat(tables.get(1) & (AF | AP2)).isEqualTo(AF | AP2);
        tables.walk.begin(tables.table[3], 3, ADDRESS, READ | WRITE, false).withoutPermissionFault();
        tables.walker.walk(tables.walk);
        assertThat(tables.walk.granted()).isEqualTo(READ | WRITE | EXECUTE);
        assertThat(tables.get(1) & (AF | AP2)).isEqualTo(AF);
    }

    static Stream<Arguments> contiguous() {
        return Stream.of(
                Arguments.of(12, 1, 16),
                Arguments.of(12, 2, 25),
                Arguments.of(12, 3, 34),
                Arguments.of(14, 1, 21),
                Arguments.of(14, 2, 30),
                Arguments.of(16, 1, 21),
                Arguments.of(16, 2, 34));
    }

    @ParameterizedTest
    @MethodSource("contiguous")
    @DisplayName("D8.7.1: how far the Contiguous bit reaches; the entry itself still maps its own page")
    void contiguousBit(int granule, int level, int shift) {
        long format = AArch64Format.stage1(granule, 48, 48, 0);
        Tables tables = tables(format, ADDRESS, level, PAGE);
        long physical = tables.ask(ADDRESS, READ, false).physical();
        assertThat(tables.walk.contiguousShift()).isEqualTo(tables.walk.pageShift());
        tables.set(level, CONTIGUOUS).ask(ADDRESS, READ, false);
        assertThat(tables.walk.contiguousShift()).isEqualTo(shift);
        assertThat(tables.walk.physical()).isEqualTo(physical);
    }

    @Test
    @DisplayName("D8.2: a first table smaller than a page is aligned to its size, at least 64 bytes; lower bits "
            + "are ignored")
    void alignmentOfTheFirstTable() {
        long format = AArch64Format.stage1(12, 32, 48, 0);
        Tables tables = tables(format);
        assertThat(AArch64Format.topEntries(format)).isEqualTo(4);
        assertThat(AArch64Format.topAlignment(format)).isEqualTo(64);
        tables.table[tables.top] |= 0x3f;
        assertThat(tables.ask(ADDRESS, READ, false).isDone()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    @DisplayName("IHI 0070, 3.21: a walk goes on from a cached table with what the levels above took away")
    void goesOnFromACachedTable(int level) {
        long apTableReadOnly = 1L << 62;
        Tables tables = tables(stage1(0)).set(3, apTableReadOnly);
        Walk walk = tables.ask(ADDRESS, READ, false);
        long table = walk.tableAt(level);
        int taken = walk.accessAt(level);
        tables.put(3, 0);

        walk.begin(table, level, ADDRESS, READ, false, taken);
        tables.walker.walk(walk);
        assertThat(walk.permitted()).isEqualTo(READ | EXECUTE);

        walk.begin(table, level, ADDRESS, WRITE, true, taken);
        tables.walker.walk(walk);
        assertFault(walk, WalkFault.PERMISSION, 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    @DisplayName("IHI 0070, 7.3.10 (F_WALK_EABT): a table where there is no memory")
    void tableIsNowhere(int level) {
        Tables tables = tables(stage1(0));
        if (level == 3) {
            tables.table[3] = 1L << 40;
        } else {
            tables.put(level + 1, 1L << 40 | TABLE);
        }
        assertFault(tables.ask(ADDRESS, READ, false), WalkFault.TABLE_ABORT, level);
        assertThat(tables.walk.entryAddress() & -4096).isEqualTo(level == 3 ? tables.table[3] : 1L << 40);
    }

    @Test
    @DisplayName("D8.5 (HA = 1): a page is not granted, not even what it permits, before its access flag is set")
    void notGrantedBeforeItIsMarked() {
        long ha = stage1(AArch64Format.HA);
        Tables tables = tables(ha).set(1, AP2).clear(1, AF);
        assertThat(tables.askOnly(ha, ADDRESS, WRITE).permitted()).isEqualTo(READ | EXECUTE);
        assertThat(tables.walk.granted()).isZero();
        assertThat(tables.get(1) & AF).isZero();
        assertThat(tables.set(1, AF).askOnly(ha, ADDRESS, WRITE).granted()).isEqualTo(READ | EXECUTE);
    }

    @Test
    @DisplayName("D8.5: a walk that finds its entry changed when it marks it goes on with what it finds")
    void entryChangesMeanwhile() {
        long ha = stage1(AArch64Format.HA);
        long other = PAGE << 1 & 0xffff_ffff_f000L;
        long moved = other | AP1 | TABLE;
        assertFault(tables(ha).clear(1, AF).meanwhile(1, 0).ask(ADDRESS, READ, false), WalkFault.NOT_PRESENT, 1);
        Tables tables = tables(ha).clear(1, AF).meanwhile(1, moved);
        assertThat(tables.ask(ADDRESS, READ, false).physical()).isEqualTo(other | ADDRESS & 0xfff);
        assertThat(tables.get(1)).isEqualTo(moved | AF);
    }

    @Test
    @DisplayName("D8.5: a block that becomes a table just before it is marked is walked as a table")
    void blockBecomesATableMeanwhile() {
        Tables tables = tables(stage1(AArch64Format.HA));
        long link = tables.get(2);
        tables.put(2, AP1 | VALID);
        Walk walk = tables.meanwhile(2, link).ask(ADDRESS, READ, false);
        assertThat(walk.isDone()).isTrue();
        assertThat(walk.pageShift()).isEqualTo(12);
        assertThat(walk.physical()).isEqualTo(PAGE | ADDRESS & 0xfff);
        assertThat(tables.get(2)).isEqualTo(link);
    }

    @Test
    @DisplayName("D8.3, D8.6: AttrIndx, NS, SH, nT, GP, PBHA and bits of software have no effect, and are in the "
            + "entry that is given")
    void attributes() {
        long attributes = 0b1111 << 2 | 0b11 << 8 | 1L << 50 | 0b1111L << 55 | 0b1111L << 59 | 1L << 63;
        Tables tables = tables(stage1(0)).set(1, attributes).set(2, 0xfL << 51 | 1L << 63 | 0xfe0);
        assertThat(tables.ask(ADDRESS, READ | WRITE, false).physical()).isEqualTo(PAGE | ADDRESS & 0xfff);
        assertThat(tables.walk.permitted()).isEqualTo(READ | WRITE | EXECUTE);
        assertThat(tables.walk.leaf() & attributes).isEqualTo(attributes);

        Tables block = tables(stage1(0), ADDRESS, 2, PAGE).set(2, 1L << 16);
        assertThat(block.ask(ADDRESS, READ, false).physical()).isEqualTo(PAGE & -(1L << 21) | ADDRESS & (1L << 21) - 1);
    }
}
