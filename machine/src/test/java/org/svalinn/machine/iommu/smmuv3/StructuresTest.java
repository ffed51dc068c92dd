package org.svalinn.machine.iommu.smmuv3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.ASID;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.CD0;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.CONFIG_BYPASS;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.CONFIG_NESTED;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.CONFIG_S1;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.CONFIG_S2;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.LEAF;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.S2_LEAF;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.SID;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.STE2;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.V;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.asid;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.svalinn.machine.iommu.Access;
import org.svalinn.machine.iommu.Transaction;
import org.svalinn.machine.memory.PageState;

@DisplayName("IHI 0070, 5: structures")
class StructuresTest {
    private static final long VA = 0x1234_5678_9000L;
    private static final int NONE = Transaction.NO_PASID;

    private final SmmuTestbed machine = new SmmuTestbed().enable();

    // 5.2 STE

    @Test
    @DisplayName("5.2 STE.V: 0 is C_BAD_STE")
    void anInvalidSteIsBad() {
        assertThat(machine.load(NONE, 0x1000).outcome()).isEqualTo(Transaction.Outcome.ABORTED);
        assertThat(machine.event()).containsExactly(0x04L | SmmuTestbed.sid(SID), 0, 0, 0);
    }

    @ParameterizedTest
    @ValueSource(longs = {0b000, 0b001, 0b010, 0b011})
    @DisplayName("5.2 STE.Config 0b0xx: aborts, and nothing is recorded")
    void aDisabledStreamAbortsQuietly(long config) {
        machine.writeSte(SID, V | config << 1, 0, 0, 0);
        assertThat(machine.load(NONE, 0x1000).outcome()).isEqualTo(Transaction.Outcome.ABORTED);
        assertThat(machine.eventNumber()).isZero();
    }

    @Test
    @DisplayName("5.2 STE.Config 0b100: passes unchanged")
    void bypassPasses() {
        machine.writeSte(SID, V | CONFIG_BYPASS, 0, 0, 0);
        Transaction transaction = machine.store(NONE, 0xabcd_e000L);
        assertThat(transaction.isGranted()).isTrue();
        assertThat(transaction.physical()).isEqualTo(0xabcd_e000L);
    }

    @Test
    @DisplayName("3.4: an address beyond the output size does not pass a bypass: F_ADDR_SIZE")
    void bypassHasALimit() {
        machine.writeSte(SID, V | CONFIG_BYPASS, 0, 0, 0);
        assertThat(machine.load(NONE, 1L << 48).isGranted()).isFalse();
        assertThat(machine.eventNumber()).isEqualTo(0x11);
    }

    @Test
    @DisplayName("5.2 STE.Config 0b101: stage 1 translates")
    void stage1Translates() {
        long page = machine.page();
        machine.bind(VA, page);
        Transaction transaction = machine.store(1, VA + 0x123);
        assertThat(transaction.isGranted()).isTrue();
        assertThat(transaction.physical()).isEqualTo(page + 0x123);
    }

    @Test
    @DisplayName("5.2 STE.Config 0b110: stage 2 translates")
    void stage2Translates() {
        long root = machine.table();
        long page = machine.page();
        machine.writeSte(SID, V | CONFIG_S2, 0, STE2 | 5, root);
        machine.mapStage2(root, 0x12_3456_7000L, page | S2_LEAF);
        Transaction transaction = machine.store(NONE, 0x12_3456_7010L);
        assertThat(transaction.isGranted()).isTrue();
        assertThat(transaction.physical()).isEqualTo(page + 0x10);
    }

    @Test
    @DisplayName("5.2 STE.Config 0b111: both stages translate, the CD and stage 1's tables too")
    void nestedTranslates() {
        Nested nested = new Nested(machine);
        Transaction transaction = machine.store(1, VA + 8);
        assertThat(transaction.isGranted()).isTrue();
        assertThat(transaction.physical()).isEqualTo(nested.page + 8);
    }

    /** Stage 1 at intermediate addresses that stage 2 moves by 1 GiB. */
    static final class Nested {
        static final long MOVED = 1L << 30;

        final SmmuTestbed machine;
        final long root2;
        final long page;

        Nested(SmmuTestbed machine) {
            this.machine = machine;
            root2 = machine.table();
            machine.writeSte(
                    SID, V | CONFIG_NESTED | machine.contextTable + MOVED | 6L << 59, 0b10 | 0b01L << 28, STE2 | 9,
                            root2);
            page = machine.page();
            machine.mapStage2(root2, machine.contextTable + MOVED, machine.contextTable | S2_LEAF);
            machine.mapStage2(root2, page + MOVED, page | S2_LEAF);
            long root = table();
            long table1 = table();
            long table2 = table();
            long table3 = table();
            machine.write(root + SmmuTestbed.index(VA, 0) * 8, table1 + MOVED | 0b11);
            machine.write(table1 + SmmuTestbed.index(VA, 1) * 8, table2 + MOVED | 0b11);
            machine.write(table2 + SmmuTestbed.index(VA, 2) * 8, table3 + MOVED | 0b11);
            machine.write(table3 + SmmuTestbed.index(VA, 3) * 8, page + MOVED | LEAF);
            machine.writeCd(1, CD0 | asid(ASID), root + MOVED, 0);
        }

        private long table() {
            long table = machine.table();
            machine.mapStage2(root2, table + MOVED, table | S2_LEAF);
            return table;
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "S1CDMax above SSIDSIZE, 0xa80000000000000b, 0, 0",
        "a context pointer beyond the address size, 0x300f00000000000b, 2, 0",
        "STRW 0b01, 0x300000000000000b, 0x40000002, 0",
        "EATS 0b10 without stage 2, 0x300000000000000b, 0x20000002, 0",
        "stage 2 with AArch32 tables, 0xd, 0, 0x0405005800000000",
        "stage 2 of big endian, 0xd, 0, 0x041d005800000000",
        "S2TG reserved, 0xd, 0, 0x040dc05800000000",
        "S2SL0 reserved, 0xd, 0, 0x040d00d800000000",
        "S2T0SZ too small, 0xd, 0, 0x040d004800000000",
        "S2T0SZ too large for its level, 0xd, 0, 0x040d006300000000"
    })
    @DisplayName("5.2.2: an ILLEGAL STE is C_BAD_STE")
    void anIllegalSteIsBad(String what, String dw0, String dw1, String dw2) {
        machine.writeSte(SID, Long.parseUnsignedLong(dw0.substring(2), 16), decode(dw1), decode(dw2), 0);
        machine.load(NONE, 0x1000);
        assertThat(machine.eventNumber()).as(what).isEqualTo(0x04);
    }

    private static long decode(String number) {
        return number.startsWith("0x") ? Long.parseUnsignedLong(number.substring(2), 16) : Long.parseLong(number);
    }

    @Test
    @DisplayName("5.2.2: what is not supported is ILLEGAL: stage 1, stage 2, two-level CD tables, S1STALLD without "
            + "stalls")
    void whatIsNotSupportedIsIllegal() {
        int idr0 = SmmuIds.DEFAULT.idr0();
        assertThat(badSte(idr0 & ~SmmuIds.IDR0_S1P, V | CONFIG_S1, 0, 0)).isTrue();
        assertThat(badSte(idr0 & ~SmmuIds.IDR0_S2P, V | CONFIG_S2, 0, STE2)).isTrue();
        assertThat(badSte(idr0 & ~SmmuIds.IDR0_CD2L, V | CONFIG_S1 | 0b01 << 4 | 6L << 59, 0, 0)).isTrue();
        assertThat(badSte(idr0 | SmmuIds.IDR0_STALL_NONE, V | CONFIG_S1, 1L << 27, 0)).isTrue();
        assertThat(badSte(idr0 | SmmuIds.IDR0_STALL_NONE, V | CONFIG_S2, 0, STE2 | 1L << 57)).isTrue();
        assertThat(badSte(idr0 | SmmuIds.IDR0_STALL_FORCE, V | CONFIG_S2, 0, STE2)).isTrue();
        assertThat(badSte(idr0 & ~SmmuIds.IDR0_HTTU_DIRTY, V | CONFIG_S2, 0, STE2 | 1L << 56)).isTrue();
        assertThat(badSte(idr0 & ~SmmuIds.IDR0_VMID16, V | CONFIG_S2, 0, STE2 | 0x100)).isTrue();
        assertThat(badSte(idr0, V | CONFIG_S2, 0, STE2 | 0x100)).isFalse();
    }

    private static boolean badSte(int idr0, long dw0, long dw1, long dw2) {
        SmmuTestbed other = new SmmuTestbed(SmmuIds.DEFAULT.withIdr0(idr0)).enable();
        other.writeSte(SID, dw0, dw1, dw2, other.table());
        other.load(NONE, 0x1000);
        return other.eventNumber() == 0x04;
    }

    @ParameterizedTest
    @ValueSource(longs = {0b00, 0b11})
    @DisplayName("5.2 STE.S1DSS 0b00, and 0b11 which is reserved and like it: without a substream F_STREAM_DISABLED")
    void withoutASubstreamTheStreamIsDisabled(long dss) {
        machine.writeSte(SID, V | CONFIG_S1 | machine.contextTable | 6L << 59, dss, 0, 0);
        machine.load(NONE, 0x1000);
        assertThat(machine.event()).containsExactly(0x06L | SmmuTestbed.sid(SID), 0, 0, 0);
    }

    @Test
    @DisplayName("5.2 STE.S1DSS 0b01: without a substream stage 1 is skipped")
    void withoutASubstreamStage1IsSkipped() {
        machine.writeSte(SID, V | CONFIG_S1 | machine.contextTable | 6L << 59, 0b01, 0, 0);
        assertThat(machine.load(NONE, 0x1000).physical()).isEqualTo(0x1000);
    }

    @Test
    @DisplayName("5.2 STE.S1DSS 0b10: without a substream CD 0; substream 0 itself is F_STREAM_DISABLED (7.3.7)")
    void substream0IsReserved() {
        machine.stage1(0);
        long root = machine.table();
        long page = machine.page();
        machine.writeCd(0, CD0 | asid(ASID), root, 0);
        machine.map(root, VA, page | LEAF, 3);
        assertThat(machine.load(NONE, VA).physical()).isEqualTo(page);
        assertThat(machine.load(0, VA).isGranted()).isFalse();
        assertThat(machine.event()[0]).isEqualTo(0x06L | 1 << 11 | SmmuTestbed.sid(SID));
    }

    @Test
    @DisplayName("5.2 STE.S1CDMax 0: one CD, and a substream is C_BAD_SUBSTREAMID")
    void oneContext() {
        machine.writeSte(SID, V | CONFIG_S1 | machine.contextTable, 0, 0, 0);
        long root = machine.table();
        long page = machine.page();
        machine.writeCd(0, CD0 | asid(ASID), root, 0);
        machine.map(root, VA, page | LEAF, 3);
        assertThat(machine.load(NONE, VA).physical()).isEqualTo(page);
        machine.load(5, VA);
        assertThat(machine.event()).containsExactly(0x08L | SmmuTestbed.ssid(5) | SmmuTestbed.sid(SID), 0, 0, 0);
    }

    @ParameterizedTest
    @ValueSource(longs = {CONFIG_BYPASS, CONFIG_S2})
    @DisplayName("7.3.9: a substream where stage 1 does not translate is C_BAD_SUBSTREAMID")
    void aSubstreamWithoutStage1(long config) {
        machine.writeSte(SID, V | config, 0, STE2, machine.table());
        assertThat(machine.load(5, 0x1000).isGranted()).isFalse();
        assertThat(machine.eventNumber()).isEqualTo(0x08);
    }

    @Test
    @DisplayName("5.2 STE.EATS 0b11, which is reserved without DPT, is like 0b00")
    void reservedEats() {
        machine.bind(VA, machine.page());
        machine.stage1(0b11L << 28);
        machine.translate(Transaction.Type.TRANSLATION_REQUEST, 1, VA, Access.READ);
        assertThat(machine.eventNumber()).isEqualTo(0x05);
    }

    @Test
    @DisplayName("5.2 STE.PRIVCFG and INSTCFG: override what comes, when IDR1.ATTR_PERMS_OVR says so")
    void attributesAreOverridden() {
        machine.stage1(0b11L << 48);
        long root = machine.table();
        machine.writeCd(1, CD0 | asid(ASID), root, 0);
        // A privileged page: AP[1] is 0.
        machine.map(root, VA, machine.page() | LEAF & ~(1L << 6), 3);
        assertThat(machine.load(1, VA).isGranted()).isTrue();
    }

    // 5.1, 3.3.1 stream table

    @Test
    @DisplayName("3.3.1: a stream beyond LOG2SIZE is C_BAD_STREAMID, recorded only with CR2.RECINVSID")
    void aStreamBeyondTheTable() {
        Transaction transaction =
                new Transaction().begin(Transaction.Type.UNTRANSLATED, 1024, NONE, 0x1000, Access.READ, false);
        machine.smmu.translate(transaction);
        assertThat(transaction.isGranted()).isFalse();
        assertThat(machine.event()).containsExactly(0x02L | SmmuTestbed.sid(1024), 0, 0, 0);

        machine.set(SmmuTestbed.CR0, 0b11110);
        machine.set(SmmuTestbed.CR2, 0);
        machine.set(SmmuTestbed.CR0, 0b11111);
        machine.smmu.translate(transaction);
        assertThat(machine.eventNumber()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {6, 8, 10})
    @DisplayName("5.1: a two-level stream table, with spans, of each split")
    void twoLevelStreamTable(int split) {
        SmmuTestbed other = new SmmuTestbed();
        long level2 = other.ram.allocate(PageState.DEVICE_TABLE, SmmuTestbed.DRIVER, 16);
        other.enable();
        other.set(SmmuTestbed.CR0, 0b11110);
        other.set(SmmuTestbed.STRTAB_BASE_CFG, 16 | split << 6 | 1 << 16);
        other.set(SmmuTestbed.CR0, 0b11111);
        int index = SID & (1 << split) - 1;
        int span = 32 - Integer.numberOfLeadingZeros(index) + 1;
        other.write(other.streamTable + (SID >>> split) * 8L, level2 | span);
        other.write(level2 + index * 64L, V | CONFIG_BYPASS);
        assertThat(other.load(NONE, 0x5000).physical()).isEqualTo(0x5000);

        // A span that does not reach it.
        other.write(other.streamTable + (SID >>> split) * 8L, level2 | span - 1);
        other.command(0x04, 31);
        other.load(NONE, 0x5000);
        assertThat(other.eventNumber()).isEqualTo(0x02);

        // A reserved span.
        other.write(other.streamTable + (SID >>> split) * 8L, level2 | split + 2);
        other.load(NONE, 0x5000);
        assertThat(other.eventNumber()).isEqualTo(0x02);

        // No table.
        other.write(other.streamTable + (SID >>> split) * 8L, 0);
        other.load(NONE, 0x5000);
        assertThat(other.eventNumber()).isEqualTo(0x02);
    }

    @Test
    @DisplayName("7.3.4 F_STE_FETCH: a stream table where there is no memory")
    void aStreamTableInNoMemory() {
        machine.set(SmmuTestbed.CR0, 0b11110);
        machine.set64(SmmuTestbed.STRTAB_BASE, 0x8000_0000L);
        machine.set(SmmuTestbed.CR0, 0b11111);
        machine.load(NONE, 0x1000);
        assertThat(machine.event()).containsExactly(0x03L | SmmuTestbed.sid(SID), 0, 0, 0x8000_0000L + SID * 64L);
    }

    // 5.3, 5.4 CD

    @ParameterizedTest
    @CsvSource({"1, 6", "2, 10"})
    @DisplayName("5.3: a two-level CD table of each leaf size; L1CD.V 0 is C_BAD_SUBSTREAMID")
    void twoLevelContexts(long format, int split) {
        long level2 = machine.ram.allocate(PageState.DEVICE_TABLE, SmmuTestbed.DRIVER, 16);
        machine.writeSte(SID, V | CONFIG_S1 | machine.contextTable | format << 4 | 12L << 59, 0b10, 0, 0);
        int ssid = (2 << split) + 3;
        long l1 = machine.contextTable + (ssid >>> split) * 8L;
        long cd = level2 + 3 * 64L;
        long root = machine.table();
        long page = machine.page();
        machine.map(root, VA, page | LEAF, 3);
        machine.write(cd + 8, root);
        machine.write(cd, CD0 | asid(ASID));

        machine.load(ssid, VA);
        assertThat(machine.event()).containsExactly(0x08L | SmmuTestbed.ssid(ssid) | SmmuTestbed.sid(SID), 0, 0, 0);

        machine.write(l1, level2 | 1);
        assertThat(machine.load(ssid, VA).physical()).isEqualTo(page);
    }

    @Test
    @DisplayName("5.2 STE.S1CDMax: a substream beyond it is C_BAD_SUBSTREAMID")
    void aSubstreamBeyondTheTable() {
        machine.bind(VA, machine.page());
        machine.load(64, VA);
        assertThat(machine.event()[0]).isEqualTo(0x08L | SmmuTestbed.ssid(64) | SmmuTestbed.sid(SID));
    }

    @Test
    @DisplayName("5.4 CD.V: 0 is C_BAD_CD")
    void anInvalidCdIsBad() {
        machine.stage1(0);
        machine.load(3, VA);
        assertThat(machine.event()).containsExactly(0x0aL | 1 << 11 | SmmuTestbed.ssid(3) | SmmuTestbed.sid(SID), 0, 0,
                0);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "AArch32, 0x20000000000, 0",
        "big endian, 0, 0x8000",
        "TG0 reserved, 0, 0xc0",
        "T0SZ too small, 0, 0x1f",
        "T0SZ too large, 0, 0x28",
        "TTB1 in use with a reserved granule, 0x40000000, 0x100000",
        "stalls where S1STALLD forbids them, 0, 0x100000000000"
    })
    @DisplayName("5.4.2: an ILLEGAL CD is C_BAD_CD")
    void anIllegalCdIsBad(String what, String clear, String set) {
        machine.stage1(1L << 27);
        long dw0 = CD0 & ~decode(clear);
        if (what.startsWith("T0SZ")) {
            dw0 = dw0 & ~0x3fL | (what.contains("small") ? 15 : 40);
        } else {
            dw0 |= decode(set);
        }
        machine.writeCd(1, dw0, machine.table(), 0);
        machine.load(1, VA);
        assertThat(machine.eventNumber()).as(what).isEqualTo(0x0a);
    }

    @Test
    @DisplayName("5.4.2: what is not supported is ILLEGAL: stalls, their absence, RAZ/WI, 16-bit ASIDs, HTTU")
    void whatIsNotSupportedInACdIsIllegal() {
        int idr0 = SmmuIds.DEFAULT.idr0();
        assertThat(badCd(idr0 | SmmuIds.IDR0_STALL_NONE, CD0 | 1L << 44)).isTrue();
        assertThat(badCd(idr0 | SmmuIds.IDR0_STALL_FORCE, CD0)).isTrue();
        assertThat(badCd(idr0 | SmmuIds.IDR0_TERM_ABORT, CD0 & ~(1L << 46))).isTrue();
        assertThat(badCd(idr0 & ~SmmuIds.IDR0_ASID16, CD0 | asid(0x100))).isTrue();
        assertThat(badCd(idr0 & ~SmmuIds.IDR0_HTTU_DIRTY, CD0 | 1L << 43)).isTrue();
        assertThat(badCd(idr0, CD0 | 1L << 43)).isFalse();
    }

    private static boolean badCd(int idr0, long dw0) {
        SmmuTestbed other = new SmmuTestbed(SmmuIds.DEFAULT.withIdr0(idr0)).enable();
        other.stage1(0b01L << 28);
        other.writeCd(1, dw0, other.table(), 0);
        // A translation request neither stalls nor is quiet about an illegal CD.
        Transaction transaction = other.translate(Transaction.Type.TRANSLATION_REQUEST, 1, VA, Access.READ);
        return transaction.outcome() == Transaction.Outcome.COMPLETER_ABORT;
    }

    @Test
    @DisplayName("7.3.10 F_CD_FETCH: a CD where there is no memory")
    void aContextInNoMemory() {
        machine.writeSte(SID, V | CONFIG_S1 | 0x9000_0000L | 6L << 59, 0b10, 0, 0);
        machine.load(2, VA);
        assertThat(machine.event())
                .containsExactly(0x09L | 1 << 11 | SmmuTestbed.ssid(2) | SmmuTestbed.sid(SID), 0, 0,
                        0x9000_0000L + 128);
    }

    @Test
    @DisplayName("5.4 CD.EPD0: no walk through TTB0, F_TRANSLATION")
    void walksCanBeDisabled() {
        machine.bind(VA, machine.page());
        machine.writeCd(1, CD0 | 1 << 14 | asid(ASID), 0, 0);
        machine.load(1, VA);
        assertThat(machine.eventNumber()).isEqualTo(0x10);
    }

    @Test
    @DisplayName("5.4 CD.TTB1: the upper half has tables of its own")
    void theUpperHalf() {
        machine.stage1(0);
        long root = machine.table();
        long page = machine.page();
        long dw0 = CD0 & ~(1L << 30) | 16L << 16 | 0b10L << 22 | asid(ASID);
        machine.writeCd(1, dw0, machine.table(), root);
        machine.map(root, VA, page | LEAF, 3);
        assertThat(machine.load(1, VA | 0xffffL << 48).physical()).isEqualTo(page);
        assertThat(machine.load(1, VA).isGranted()).isFalse();
    }

    @Test
    @DisplayName("5.4 CD.TBI0: the top byte is ignored, with it only")
    void theTopByte() {
        long page = machine.page();
        machine.bind(VA, page);
        assertThat(machine.load(1, VA | 0x5aL << 56).isGranted()).isFalse();
        long root = machine.read(machine.contextTable + 64 + 8);
        machine.writeCd(1, CD0 | 1L << 38 | asid(ASID), root, 0);
        machine.command(0x05 | SmmuTestbed.ssid(1) | SmmuTestbed.sid(SID), 1);
        assertThat(machine.load(1, VA | 0x5aL << 56).physical()).isEqualTo(page);
    }

    @Test
    @DisplayName("5.4 CD.A 0: a fault is RAZ/WI; CD.R 0: and not recorded")
    void faultsAreConfigured() {
        machine.bind(VA, machine.page());
        long root = machine.read(machine.contextTable + 64 + 8);
        machine.writeCd(1, CD0 & ~(1L << 46 | 1L << 45) | asid(ASID), root, 0);
        assertThat(machine.load(1, 0x4000).outcome()).isEqualTo(Transaction.Outcome.IGNORED);
        assertThat(machine.eventNumber()).isZero();
    }

    @Test
    @DisplayName("3.21.1: a cached STE and CD stay, valid or not, until they are invalidated")
    void configurationIsCached() {
        machine.stage1(0);
        machine.load(1, VA);
        assertThat(machine.eventNumber()).isEqualTo(0x0a);
        machine.bind(VA, machine.page());
        machine.load(1, VA);
        assertThat(machine.eventNumber()).as("the invalid CD is cached").isEqualTo(0x0a);
        machine.command(0x05 | SmmuTestbed.ssid(1) | SmmuTestbed.sid(SID), 1);
        assertThat(machine.load(1, VA).isGranted()).isTrue();
        machine.write(machine.ste(SID), 0);
        assertThat(machine.load(1, VA).isGranted()).as("the valid STE is cached").isTrue();
        machine.command(0x03 | SmmuTestbed.sid(SID), 1);
        assertThat(machine.load(1, VA).isGranted()).isFalse();
    }
}
