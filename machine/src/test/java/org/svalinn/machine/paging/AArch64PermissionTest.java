package org.svalinn.machine.paging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.svalinn.machine.iommu.Access.EXECUTE;
import static org.svalinn.machine.iommu.Access.READ;
import static org.svalinn.machine.iommu.Access.WRITE;
import static org.svalinn.machine.paging.AArch64WalkerTest.ADDRESS;
import static org.svalinn.machine.paging.AArch64WalkerTest.AF;
import static org.svalinn.machine.paging.AArch64WalkerTest.AP1;
import static org.svalinn.machine.paging.AArch64WalkerTest.AP2;
import static org.svalinn.machine.paging.AArch64WalkerTest.DBM;
import static org.svalinn.machine.paging.AArch64WalkerTest.PAGE;
import static org.svalinn.machine.paging.AArch64WalkerTest.stage1;
import static org.svalinn.machine.paging.AArch64WalkerTest.tables;
import static org.svalinn.machine.paging.Tables.assertFault;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.svalinn.machine.iommu.Access;

/** Who may do what: direct and hierarchical permissions of stage 1, and those of stage 2. */
@DisplayName("VMSAv8-64 permissions: Arm DDI 0487, D8.4")
class AArch64PermissionTest {
    private static final long PXN = 1L << 53;
    private static final long UXN = 1L << 54;
    private static final long NG = 1L << 11;
    private static final long PXN_TABLE = 1L << 59;
    private static final long UXN_TABLE = 1L << 60;
    private static final long APTABLE_0 = 1L << 61;
    private static final long APTABLE_1 = 1L << 62;

    private static String permitted(Tables tables, long format, boolean privileged) {
        tables.walk.as(format).begin(tables.table[tables.top], tables.top, ADDRESS, 0, privileged);
        tables.walker.walk(tables.walk);
        assertThat(tables.walk.isDone()).isTrue();
        return Access.text(tables.walk.permitted());
    }

    @ParameterizedTest(name = "AP[2:1] = {0}, UXN = {1}, PXN = {2}: privileged {3}, unprivileged {4}")
    @CsvSource({
        "0, 0, 0, rwx, --x", "0, 0, 1, rw-, --x", "0, 1, 0, rwx, ---", "0, 1, 1, rw-, ---",
        "1, 0, 0, rw-, rwx", "1, 0, 1, rw-, rwx", "1, 1, 0, rw-, rw-", "1, 1, 1, rw-, rw-",
        "2, 0, 0, r-x, --x", "2, 0, 1, r--, --x", "2, 1, 0, r-x, ---", "2, 1, 1, r--, ---",
        "3, 0, 0, r-x, r-x", "3, 0, 1, r--, r-x", "3, 1, 0, r-x, r--", "3, 1, 1, r--, r--"
    })
    @DisplayName("D8.4: AP[2:1], UXN and PXN; what is writable unprivileged is never executed privileged")
    void directPermissions(long ap, int uxn, int pxn, String privileged, String unprivileged) {
        Tables tables = tables(stage1(0)).clear(1, AP1 | AP2).set(1, ap << 6 | uxn * UXN | pxn * PXN);
        assertThat(permitted(tables, stage1(0), true)).isEqualTo(privileged);
        assertThat(permitted(tables, stage1(0), false)).isEqualTo(unprivileged);
        assertThat(tables.walk.isUserPage()).isEqualTo((ap & 1) != 0);
    }

    @ParameterizedTest(name = "AP[2:1] = {0}: privileged {1}, unprivileged {2}")
    @CsvSource({"0, rw-, --x", "1, rw-, rw-", "2, r-x, --x", "3, r-x, r-x"})
    @DisplayName("D8.4 (WXN): what is writable is not executable")
    void writeImpliesExecuteNever(long ap, String privileged, String unprivileged) {
        Tables tables = tables(stage1(0)).clear(1, AP1 | AP2).set(1, ap << 6);
        assertThat(permitted(tables, stage1(AArch64Format.WXN), true)).isEqualTo(privileged);
        assertThat(permitted(tables, stage1(AArch64Format.WXN), false)).isEqualTo(unprivileged);
    }

    @Test
    @DisplayName("D8.4, D8.5: a page that DBM makes writable counts as writable for WXN too")
    void writableCleanIsWritable() {
        long format = stage1(AArch64Format.HA | AArch64Format.HD | AArch64Format.WXN);
        Tables tables = tables(format).set(1, AP2 | DBM);
        assertThat(permitted(tables, format, false)).isEqualTo("rw-");
        assertThat(permitted(tables, stage1(AArch64Format.WXN), false)).isEqualTo("r-x");
    }

    @ParameterizedTest(name = "AP[2:1] = {0}: privileged {1}")
    @CsvSource({"0, rwx", "1, ---", "2, r-x", "3, --x"})
    @DisplayName("D8.4 (PAN): privileged data accesses keep away from unprivileged pages")
    void privilegedAccessNever(long ap, String privileged) {
        Tables tables = tables(stage1(0)).clear(1, AP1 | AP2).set(1, ap << 6);
        String unprivileged = permitted(tables, stage1(0), false);
        assertThat(permitted(tables, stage1(AArch64Format.PAN), true)).isEqualTo(privileged);
        assertThat(permitted(tables, stage1(AArch64Format.PAN), false)).isEqualTo(unprivileged);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    @DisplayName("D8.4: APTable, UXNTable and PXNTable of each level above restrict; HPD switches them off")
    void hierarchicalPermissions(int level) {
        long hpd = stage1(AArch64Format.HPD);
        Tables readOnly = tables(stage1(0)).set(level, APTABLE_1);
        assertThat(permitted(readOnly, stage1(0), false)).isEqualTo("r-x");
        assertThat(permitted(readOnly, stage1(0), true)).isEqualTo("r-x");
        assertThat(permitted(readOnly, hpd, false)).isEqualTo("rwx");

        Tables privileged = tables(stage1(0)).set(level, APTABLE_0);
        assertThat(permitted(privileged, stage1(0), false)).isEqualTo("--x");
        assertThat(permitted(privileged, stage1(0), true)).isEqualTo("rwx");
        assertThat(privileged.walk.isUserPage()).isFalse();
        assertThat(permitted(privileged, hpd, false)).isEqualTo("rwx");

        Tables uxn = tables(stage1(0)).set(level, UXN_TABLE).set(1, AP2);
        assertThat(permitted(uxn, stage1(0), false)).isEqualTo("r--");
        assertThat(permitted(uxn, stage1(0), true)).isEqualTo("r-x");
        assertThat(permitted(uxn, hpd, false)).isEqualTo("r-x");

        Tables pxn = tables(stage1(0)).set(level, PXN_TABLE).set(1, AP2);
        assertThat(permitted(pxn, stage1(0), false)).isEqualTo("r-x");
        assertThat(permitted(pxn, stage1(0), true)).isEqualTo("r--");
        assertThat(permitted(pxn, hpd, true)).isEqualTo("r-x");
    }

    @Test
    @DisplayName("D8.4, D8.5: a page that a table makes read-only is not marked as written to")
    void readOnlyTableKeepsThePageClean() {
        long format = stage1(AArch64Format.HA | AArch64Format.HD);
        Tables tables = tables(format).set(1, AP2 | DBM).set(2, APTABLE_1);
        assertFault(tables.ask(ADDRESS, WRITE, false), WalkFault.PERMISSION, 1);
        assertThat(tables.get(1) & AP2).isNotZero();
    }

    @Test
    @DisplayName("D8.4: a regime with one privilege level: AP[1], APTable[0] and PXN are ignored, bit 54 is XN")
    void onePrivilege() {
        long format = stage1(AArch64Format.ONE_PRIVILEGE);
        for (boolean privileged : new boolean[] {true, false}) {
            assertThat(permitted(tables(format), format, privileged)).isEqualTo("rwx");
            assertThat(permitted(tables(format).clear(1, AP1), format, privileged)).isEqualTo("rwx");
            assertThat(permitted(tables(format).set(2, APTABLE_0), format, privileged)).isEqualTo("rwx");
            assertThat(permitted(tables(format).set(1, PXN).set(2, PXN_TABLE), format, privileged)).isEqualTo("rwx");
            assertThat(permitted(tables(format).set(1, UXN), format, privileged)).isEqualTo("rw-");
            assertThat(permitted(tables(format).set(2, UXN_TABLE), format, privileged)).isEqualTo("rw-");
            assertThat(permitted(tables(format).set(1, AP2), format, privileged)).isEqualTo("r-x");
            assertThat(permitted(tables(format).set(2, APTABLE_1), format, privileged)).isEqualTo("r-x");
        }
        long wxn = stage1(AArch64Format.ONE_PRIVILEGE | AArch64Format.WXN);
        assertThat(permitted(tables(format), wxn, true)).isEqualTo("rw-");
    }

    @Test
    @DisplayName("D8.15 (nG): a page is global unless nG is set, where there are two privileges, at stage 1")
    void notGlobal() {
        assertThat(tables(stage1(0)).ask(ADDRESS, READ, false).isGlobal()).isTrue();
        assertThat(tables(stage1(0)).set(1, NG).ask(ADDRESS, READ, false).isGlobal()).isFalse();
        long one = stage1(AArch64Format.ONE_PRIVILEGE);
        assertThat(tables(one).ask(ADDRESS, READ, false).isGlobal()).isFalse();
        assertThat(tables(stage2(0)).ask(ADDRESS, READ, false).isGlobal()).isFalse();
    }

    // Stage 2

    private static long stage2(long flags) {
        return AArch64Format.stage2(12, 39, 48, 1, flags);
    }

    @ParameterizedTest(name = "S2AP = {0}, XN = {1}: {2}")
    @CsvSource({
        "0, 0, ---", "1, 0, r-x", "2, 0, -w-", "3, 0, rwx",
        "0, 2, ---", "1, 2, r--", "2, 2, -w-", "3, 2, rw-"
    })
    @DisplayName("D8.4 (stage 2): S2AP, and XN in bit 54, where what cannot be read cannot be executed")
    void stage2Permissions(long s2ap, long xn, String expected) {
        Tables tables = tables(stage2(0)).clear(1, AP1 | AP2).set(1, s2ap << 6 | xn << 53);
        assertThat(permitted(tables, stage2(0), false)).isEqualTo(expected);
        assertThat(permitted(tables, stage2(0), true)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "XN = {0}: privileged {1}, unprivileged {2}")
    @CsvSource({"0, rwx, rwx", "1, rw-, rwx", "2, rw-, rw-", "3, rwx, rw-"})
    @DisplayName("D8.4 (FEAT_XNX): XN[1:0] tells privileged from unprivileged")
    void stage2ExecuteNever(long xn, String privileged, String unprivileged) {
        Tables tables = tables(stage2(0)).set(1, xn << 53);
        assertThat(permitted(tables, stage2(AArch64Format.XNX), true)).isEqualTo(privileged);
        assertThat(permitted(tables, stage2(AArch64Format.XNX), false)).isEqualTo(unprivileged);
        assertThat(permitted(tables, stage2(0), true)).isEqualTo(xn < 2 ? "rwx" : "rw-");
    }

    @Test
    @DisplayName("D8.3 (stage 2): tables have no permissions")
    void stage2TablesHaveNoPermissions() {
        Tables tables = tables(stage2(0)).set(2, APTABLE_0 | APTABLE_1 | UXN_TABLE | PXN_TABLE);
        assertThat(permitted(tables, stage2(0), false)).isEqualTo("rwx");
    }

    @Test
    @DisplayName("D8.5 (stage 2, S2HA, S2HD): the access flag, and S2AP[1] is set at the first write to a page "
            + "with DBM = 1")
    void stage2DirtyState() {
        long hd = stage2(AArch64Format.HA | AArch64Format.HD);
        Tables tables = tables(hd).set(1, DBM).clear(1, AP2 | AF);
        assertThat(tables.ask(ADDRESS, READ, false).granted()).isEqualTo(READ | EXECUTE);
        assertThat(tables.get(1) & (AP2 | AF)).isEqualTo(AF);
        assertThat(tables.ask(ADDRESS, WRITE, false).granted()).isEqualTo(READ | WRITE | EXECUTE);
        assertThat(tables.get(1) & (AP2 | AF | DBM)).isEqualTo(AP2 | AF | DBM);
        assertFault(tables.clear(1, AP2).ask(stage2(0), ADDRESS, WRITE, false), WalkFault.PERMISSION, 1);
        assertFault(tables.clear(1, AF).ask(stage2(0), ADDRESS, READ, false), WalkFault.ACCESS_FLAG, 1);
    }

    @ParameterizedTest(name = "granule {0}, {1} bits, SL0 = {2}: {3} entries at level {4}")
    @CsvSource({
        "12, 39, 1, 512, 1", "12, 40, 1, 1024, 1", "12, 43, 1, 8192, 1", "12, 44, 2, 32, 0", "12, 48, 2, 512, 0",
        "12, 40, 2, 2, 0", "12, 30, 0, 512, 2", "12, 34, 0, 8192, 2",
        "14, 40, 1, 32768, 2", "14, 36, 1, 2048, 2", "14, 47, 2, 2048, 1", "14, 48, 2, 4096, 1",
        "16, 42, 1, 8192, 2", "16, 46, 1, 131072, 2", "16, 48, 2, 64, 1", "16, 29, 0, 8192, 3"
    })
    @DisplayName("D8.2 (concatenated tables): stage 2 starts at the level that SL0 says, with up to sixteen "
            + "tables side by side")
    void concatenatedTables(int granule, int bits, int sl0, int entries, int armLevel) {
        long format = AArch64Format.stage2(granule, bits, 48, sl0, 0);
        assertThat(AArch64Format.topEntries(format)).isEqualTo(entries);
        assertThat(AArch64Format.topLevel(format)).isEqualTo(4 - armLevel);
        long last = (1L << bits) - 1;
        Walk walk = tables(format, last, 1, PAGE).ask(last, READ, false);
        assertThat(walk.isDone()).isTrue();
        assertThat(walk.physical()).isEqualTo(PAGE | last & (1L << granule) - 1);
    }

    @ParameterizedTest(name = "granule {0}, {1} bits, SL0 = {2}")
    @CsvSource({
        "12, 44, 1", "12, 39, 2", "12, 30, 1", "12, 35, 0", "14, 36, 2", "14, 41, 1", "16, 47, 1", "16, 42, 2",
        "14, 40, 3"
    })
    @DisplayName("D8.2, IHI 0070 5.2 (S2T0SZ, S2SL0): a starting level that does not fit the input size is refused")
    void startingLevelDoesNotFit(int granule, int bits, int sl0) {
        assertThat(AArch64Format.isPossibleStage2(granule, bits, 48, sl0, 0)).isFalse();
        assertThatThrownBy(() -> AArch64Format.stage2(granule, bits, 48, sl0, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
