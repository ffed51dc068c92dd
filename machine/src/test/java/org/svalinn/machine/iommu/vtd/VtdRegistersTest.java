package org.svalinn.machine.iommu.vtd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.FECTL;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.GCMD;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.GSTS;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.IQA;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.IQH;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.IQT;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.PASID;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.QIE;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.RTADDR;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.SRTP;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.TE;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.svalinn.machine.iommu.Access;
import org.svalinn.machine.iommu.Transaction;
import org.svalinn.machine.iommu.UnsupportedFeature;

@DisplayName("VT-d chapter 11: registers")
class VtdRegistersTest {
    private final VtdTestbed bed = new VtdTestbed();

    @Test
    @DisplayName("11.4.1 VER: a version without register-based invalidation")
    void version() {
        assertThat(bed.register(0x00)).isEqualTo(0x60);
    }

    @ParameterizedTest
    @DisplayName("11.4.2 CAP")
    @CsvSource({
        "ND,      0, 3, 6",
        "RWBF,    4, 1, 0",
        "PLMR,    5, 1, 0",
        "PHMR,    6, 1, 0",
        "CM,      7, 1, 0",
        "SAGAW,   8, 5, 14",
        "MGAW,   16, 6, 56",
        "ZLR,    22, 1, 1",
        "FRO,    24, 10, 34",
        "SSLPS,  34, 4, 3",
        "PSI,    39, 1, 1",
        "NFR,    40, 8, 7",
        "MAMV,   48, 6, 52",
        "DWD,    54, 1, 1",
        "DRD,    55, 1, 1",
        "FS1GP,  56, 1, 1",
        "PI,     59, 1, 0",
        "FS5LP,  60, 1, 1",
        "ESRTPS, 63, 1, 0"
    })
    void capability(String field, int bit, int width, long value) {
        assertThat(bed.iommu.readRegister(0x08, 8) >>> bit & (1L << width) - 1).as(field).isEqualTo(value);
    }

    @ParameterizedTest
    @DisplayName("11.4.3 ECAP")
    @CsvSource({
        "C,       0, 1, 1",
        "QI,      1, 1, 1",
        "DT,      2, 1, 1",
        "IR,      3, 1, 0",
        "PT,      6, 1, 1",
        "SC,      7, 1, 1",
        "IRO,     8, 10, 15",
        "MTS,    25, 1, 0",
        "NEST,   26, 1, 1",
        "PRS,    29, 1, 1",
        "ERS,    30, 1, 0",
        "SRS,    31, 1, 0",
        "NWFS,   33, 1, 1",
        "EAFS,   34, 1, 1",
        "PSS,    35, 5, 19",
        "PASID,  40, 1, 1",
        "DIT,    41, 1, 0",
        "PDS,    42, 1, 1",
        "SMTS,   43, 1, 1",
        "VCS,    44, 1, 0",
        "SSADS,  45, 1, 1",
        "SSTS,   46, 1, 1",
        "FSTS,   47, 1, 1",
        "SMPWCS, 48, 1, 1",
        "RPS,    49, 1, 1",
        "ADMS,   52, 1, 0"
    })
    void extendedCapability(String field, int bit, int width, long value) {
        assertThat(bed.iommu.readRegister(0x10, 8) >>> bit & (1L << width) - 1).as(field).isEqualTo(value);
    }

    @Test
    @DisplayName("11.4.3 ECAP says what the configuration leaves out")
    void lesserCapabilities() {
        VtdConfig config = VtdConfig.standard()
                .withDeviceFeatures(false, 20, false, false)
                .withTranslations(false, false)
                .withCoherent(false)
                .withFiveLevels(false)
                .withDrains(false)
                .withFaultRecords(1);
        VtdTestbed less = new VtdTestbed(config);
        long cap = less.iommu.readRegister(0x08, 8);
        long ecap = less.iommu.readRegister(0x10, 8);
        long missing = 1L | 1L << 2 | 1L << 26 | 1L << 29 | 1L << 33 | 0x1fL << 35 | 1L << 40 | 1L << 42 | 1L << 45;
        assertThat(ecap & (missing | 1L << 48)).isZero();
        assertThat(cap & (1L << 60 | 3L << 54 | 0xffL << 40)).isZero();
        assertThat(cap >>> 8 & 0x1f).isEqualTo(0b110);
    }

    @Test
    @DisplayName("11.2: a register of 64 bits may be accessed by halves")
    void halves() {
        bed.register(RTADDR, 0x1234_5400L);
        bed.register(RTADDR + 4, 0x0000_0012L);
        assertThat(bed.iommu.readRegister(RTADDR, 8)).isEqualTo(0x12_1234_5400L);
        assertThat(bed.register(RTADDR + 4)).isEqualTo(0x12);
        assertThat(bed.register(0x08) | bed.register(0x0C) << 32).isEqualTo(bed.iommu.readRegister(0x08, 8));
    }

    @Test
    @DisplayName("11.2: other accesses are refused")
    void otherAccesses() {
        assertThatThrownBy(() -> bed.iommu.readRegister(0x09, 4)).isInstanceOf(UnsupportedFeature.class);
        assertThatThrownBy(() -> bed.iommu.readRegister(0x08, 2)).isInstanceOf(UnsupportedFeature.class);
        assertThatThrownBy(() -> bed.iommu.readRegister(0x0C, 8)).isInstanceOf(UnsupportedFeature.class);
        assertThatThrownBy(() -> bed.iommu.readRegister(0x2A0, 4)).isInstanceOf(UnsupportedFeature.class);
        assertThatThrownBy(() -> bed.iommu.readRegister(-8, 8)).isInstanceOf(UnsupportedFeature.class);
    }

    @ParameterizedTest
    @DisplayName("Registers of what is not modelled are refused by name and clause")
    @CsvSource({
        "0x28, 11.4.6",
        "0xF8, 11.4.6",
        "0x58, 11.4.7.6",
        "0x64, 11.4.8",
        "0x78, 11.4.8",
        "0xB8, 11.4.10",
        "0x100, 11.4.12"
    })
    void refused(String offset, String clause) {
        long at = Long.decode(offset);
        assertThatThrownBy(() -> bed.iommu.writeRegister(at, 4, 0))
                .isInstanceOf(UnsupportedFeature.class)
                .hasMessageContaining(clause);
        assertThatThrownBy(() -> bed.iommu.readRegister(at, 8)).isInstanceOf(UnsupportedFeature.class);
    }

    @ParameterizedTest
    @DisplayName("11.4.4.1 GCMD: SFL, EAFL, IRE and SIRTP are refused")
    @ValueSource(ints = {29, 28, 25, 24})
    void refusedCommands(int bit) {
        assertThatThrownBy(() -> bed.register(GCMD, 1L << bit)).isInstanceOf(UnsupportedFeature.class);
    }

    @Test
    @DisplayName("11.4.4.1 GCMD: WBF and CFI have nothing to do")
    void commandsWithoutEffect() {
        bed.register(GCMD, 1L << 27 | 1L << 23);
        assertThat(bed.register(GSTS)).isZero();
    }

    @Test
    @DisplayName("11.4.4.2 GSTS follows GCMD: TES, RTPS, QIES")
    void globalStatus() {
        assertThat(bed.register(GSTS)).isZero();
        bed.register64(RTADDR, bed.rootTable | 1 << 10);
        bed.register(GCMD, SRTP);
        assertThat((int) bed.register(GSTS)).isEqualTo(SRTP);
        bed.register(GCMD, QIE);
        assertThat((int) bed.register(GSTS)).isEqualTo(SRTP | QIE);
        bed.register(GCMD, QIE | TE);
        assertThat((int) bed.register(GSTS)).isEqualTo(SRTP | QIE | TE);
        bed.register(GCMD, 0);
        assertThat((int) bed.register(GSTS)).isEqualTo(SRTP);
        assertThat(bed.register(GCMD)).as("write-only").isZero();
    }

    @Test
    @DisplayName("11.4.5 RTADDR: a root table of legacy mode is refused")
    void legacyMode() {
        bed.register64(RTADDR, bed.rootTable);
        assertThatThrownBy(() -> bed.register(GCMD, SRTP))
                .isInstanceOf(UnsupportedFeature.class)
                .hasMessageContaining("legacy mode");
    }

    @Test
    @DisplayName("11.4.5 RTADDR takes effect at SRTP, not when it is written")
    void rootTablePointer() {
        bed.start();
        bed.register64(RTADDR, 0x7ff_f000L | 1 << 10);
        bed.passThrough(PASID);
        assertThat(bed.request(PASID, 0x5000, Access.READ).isGranted()).isTrue();
        bed.register(GCMD, QIE | TE | SRTP);
        bed.execute(1 << 4 | 1, 0);
        assertThat(bed.request(PASID, 0x5000, Access.READ).isGranted()).isFalse();
        assertThat(bed.takeFault()).isEqualTo(VtdFault.SRT_1.reason());
    }

    @Test
    @DisplayName("11.4.4.1 TE clear: requests without PASID pass untouched, others do not")
    void disabled() {
        Transaction transaction = bed.request(Transaction.NO_PASID, 0x1234, Access.WRITE);
        assertThat(transaction.isGranted()).isTrue();
        assertThat(transaction.physical()).isEqualTo(0x1234);
        assertThat(bed.request(PASID, 0x1234, Access.WRITE).outcome()).isEqualTo(Transaction.Outcome.ABORTED);
        assertThat(bed.ask(Transaction.NO_PASID, 0x1000, Access.READ).outcome()).isEqualTo(Transaction.Outcome.ABORTED);
        assertThat(bed.register(VtdTestbed.FSTS)).isZero();
    }

    @Test
    @DisplayName("11.4.7.2 FECTL after reset: masked, nothing pending")
    void eventControlAfterReset() {
        for (int event : new int[] {FECTL, VtdTestbed.IECTL, VtdTestbed.PECTL}) {
            assertThat((int) bed.register(event)).isEqualTo(1 << 31);
        }
    }

    @Test
    @DisplayName("11.4.7.3 to 11.4.7.5 FEDATA, FEADDR, FEUADDR: kept, the address in units of 4 bytes")
    void eventMessage() {
        bed.register(FECTL + 4, 0xABCD);
        bed.register(FECTL + 8, 0xFEE0_1003L);
        bed.register(FECTL + 12, 0x1);
        assertThat(bed.register(FECTL + 4)).isEqualTo(0xABCD);
        assertThat(bed.register(FECTL + 8)).isEqualTo(0xFEE0_1000L);
        assertThat(bed.register(FECTL + 12)).isEqualTo(1);
    }

    @Test
    @DisplayName("11.4.9.1 IQH is read-only, and 0 while the queue is off")
    void queueHead() {
        bed.start();
        bed.execute(1 << 4 | 1, 0);
        assertThat(bed.register(IQH)).isEqualTo(32);
        bed.register(IQH, 0x40);
        assertThat(bed.register(IQH)).isEqualTo(32);
        bed.register(GCMD, TE);
        assertThat(bed.register(IQH)).isZero();
    }

    @Test
    @DisplayName("11.4.9.2, 11.4.9.3 IQT and IQA: reserved bits read as 0")
    void queueRegisters() {
        bed.register64(IQT, -1L);
        assertThat(bed.iommu.readRegister(IQT, 8)).isEqualTo(0x7fff0);
        bed.register64(IQA, -1L);
        assertThat(bed.iommu.readRegister(IQA, 8)).isEqualTo((1L << 46) - 1 & ~0x7f8L);
    }

    @Test
    @DisplayName("11.4.11 PQH, PQT and PQA: reserved bits read as 0")
    void pageRequestRegisters() {
        bed.register64(VtdTestbed.PQH, -1L);
        assertThat(bed.iommu.readRegister(VtdTestbed.PQH, 8)).isEqualTo(0x7ffe0);
        bed.register64(VtdTestbed.PQT, -1L);
        assertThat(bed.iommu.readRegister(VtdTestbed.PQT, 8)).isEqualTo(0x7ffe0);
        bed.register64(VtdTestbed.PQA, -1L);
        assertThat(bed.iommu.readRegister(VtdTestbed.PQA, 8)).isEqualTo((1L << 46) - 1 & ~0xff8L);
    }

    @Test
    @DisplayName("CAP, ECAP, VER, GSTS are read-only")
    void readOnly() {
        long cap = bed.iommu.readRegister(0x08, 8);
        for (int offset : new int[] {0x00, 0x08, 0x10}) {
            bed.register64(offset, 0x5555_5555_5555_5555L);
        }
        bed.register(GSTS, -1);
        assertThat(bed.iommu.readRegister(0x08, 8)).isEqualTo(cap);
        assertThat(bed.register(GSTS)).isZero();
        assertThat(bed.register(0x00)).isEqualTo(0x60);
    }
}
