package org.svalinn.machine.iommu.smmuv3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.svalinn.machine.iommu.Transaction;
import org.svalinn.machine.iommu.UnsupportedFeature;

@DisplayName("IHI 0070, 6: registers")
class RegistersTest {
    private static final int NONE = Transaction.NO_PASID;

    private final SmmuTestbed machine = new SmmuTestbed();

    @Test
    @DisplayName("6.3.1 to 6.3.8: the identification registers say what a driver for SVA looks for")
    void identification() {
        long idr0 = machine.get(0x00);
        assertThat(idr0 & 0b11).as("both stages").isEqualTo(0b11);
        assertThat(idr0 >>> 2 & 0b11).as("TTF: AArch64").isEqualTo(0b10);
        assertThat(idr0 >>> 4 & 1).as("COHACC").isEqualTo(1);
        assertThat(idr0 >>> 5 & 1).as("BTM").isZero();
        assertThat(idr0 >>> 6 & 0b11).as("HTTU").isEqualTo(0b10);
        assertThat(idr0 >>> 10 & 1).as("ATS").isEqualTo(1);
        assertThat(idr0 >>> 12 & 1).as("ASID16").isEqualTo(1);
        assertThat(idr0 >>> 13 & 1).as("MSI").isEqualTo(1);
        assertThat(idr0 >>> 14 & 1).as("SEV").isZero();
        assertThat(idr0 >>> 16 & 1).as("PRI").isEqualTo(1);
        assertThat(idr0 >>> 18 & 1).as("VMID16").isEqualTo(1);
        assertThat(idr0 >>> 19 & 1).as("CD2L").isEqualTo(1);
        assertThat(idr0 >>> 21 & 0b11).as("TTENDIAN").isEqualTo(0b10);
        assertThat(idr0 >>> 24 & 0b11).as("STALL_MODEL").isZero();
        assertThat(idr0 >>> 27 & 0b11).as("ST_LEVEL").isEqualTo(0b01);
        long idr1 = machine.get(0x04);
        assertThat(idr1 & 0x3f).as("SIDSIZE").isEqualTo(16);
        assertThat(idr1 >>> 6 & 0x1f).as("SSIDSIZE").isEqualTo(20);
        assertThat(idr1 >>> 21 & 0x1f).as("CMDQS").isEqualTo(8);
        assertThat(idr1 >>> 28).as("nothing preset or relative, no ECMDQ").isZero();
        assertThat(machine.get(0x0c) >>> 10 & 1).as("RIL").isEqualTo(1);
        assertThat(machine.get(0x14) & 0x77).as("every granule, 48 bits").isEqualTo(0x75);
        assertThat(machine.get(0x1c)).as("SMMUv3.2, which range invalidation belongs to").isEqualTo(0x02);
        machine.set(0x00, 0);
        assertThat(machine.get(0x00)).as("read-only").isEqualTo(idr0);
    }

    @Test
    @DisplayName("6.3: what this model does not have cannot be advertised")
    void dishonestIdentification() {
        SmmuIds ids = SmmuIds.DEFAULT;
        assertThatThrownBy(() -> ids.withIdr0(ids.idr0() | 1 << 15)).isInstanceOf(UnsupportedFeature.class);
        assertThatThrownBy(() -> ids.withIdr0(ids.idr0() | 1 << 14)).isInstanceOf(UnsupportedFeature.class);
        assertThatThrownBy(() -> ids.withIdr0(ids.idr0() | 1 << 2)).isInstanceOf(UnsupportedFeature.class);
        assertThatThrownBy(() -> ids.withIdr0(ids.idr0() & ~0b11)).isInstanceOf(UnsupportedFeature.class);
        assertThatThrownBy(() -> ids.withIdr0(ids.idr0() ^ 0b11 << 21)).isInstanceOf(UnsupportedFeature.class);
        assertThatThrownBy(() -> ids.withIdr1(ids.idr1() | 1 << 31)).isInstanceOf(UnsupportedFeature.class);
        assertThatThrownBy(() -> ids.withIdr1(ids.idr1() | 0x1f << 6)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ids.withIdr3(ids.idr3() | 1 << 7)).isInstanceOf(UnsupportedFeature.class);
        assertThatThrownBy(() -> ids.withIdr5(ids.idr5() | 0b110)).isInstanceOf(UnsupportedFeature.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {0xa8, 0xcc, 0x100, 0x130, 0x8000, 0xe00, 0xfd0, 0x10000, 0x100a0, 0x30})
    @DisplayName("6.2: an access of what is not modelled is refused by name")
    void unsupportedRegisters(long offset) {
        assertThatThrownBy(() -> machine.get(offset))
                .isInstanceOf(UnsupportedFeature.class)
                .hasMessageContaining("0x" + Long.toHexString(offset))
                .hasMessageContaining("IHI 0070");
        assertThatThrownBy(() -> machine.set(offset, 0)).isInstanceOf(UnsupportedFeature.class);
    }

    @ParameterizedTest
    @CsvSource({"32, 8", "128, 2", "130, 4", "132, 8", "131072, 4", "-4, 4"})
    @DisplayName("6.2: an access that is not aligned, or of a wrong size, is refused")
    void unsupportedAccesses(long offset, int size) {
        assertThatThrownBy(() -> machine.smmu.readRegister(offset, size)).isInstanceOf(UnsupportedFeature.class);
    }

    @Test
    @DisplayName("6.2: a register of 64 bits can be reached by halves")
    void halves() {
        machine.set(SmmuTestbed.STRTAB_BASE, 0x1234_5640L);
        machine.set(SmmuTestbed.STRTAB_BASE + 4, 0x4000_0007L);
        assertThat(machine.smmu.readRegister(SmmuTestbed.STRTAB_BASE, 8)).isEqualTo(0x4000_0007_1234_5640L);
        assertThat(machine.get(SmmuTestbed.STRTAB_BASE)).isEqualTo(0x1234_5640L);
        assertThat(machine.get(SmmuTestbed.STRTAB_BASE + 4)).isEqualTo(0x4000_0007L);
    }

    @Test
    @DisplayName("6.3.9, 6.3.10: CR0ACK follows CR0, what is RES0 is not stored")
    void control() {
        machine.set(SmmuTestbed.CR0, 0xffff_ffffL);
        assertThat(machine.get(SmmuTestbed.CR0)).isEqualTo(0b11111);
        assertThat(machine.get(0x24)).isEqualTo(0b11111);
        machine.set(0x24, 0);
        assertThat(machine.get(0x24)).as("read-only").isEqualTo(0b11111);
        SmmuTestbed poor = new SmmuTestbed(
                SmmuIds.DEFAULT.withIdr0(SmmuIds.DEFAULT.idr0() & ~(SmmuIds.IDR0_ATS | SmmuIds.IDR0_PRI)));
        poor.set(SmmuTestbed.CR0, 0xffff_ffffL);
        assertThat(poor.get(SmmuTestbed.CR0)).as("without ATS and PRI").isEqualTo(0b01101);
    }

    @Test
    @DisplayName("6.3.12: CR2 is guarded by SMMUEN; E2H needs Hyp, PTM needs BTM")
    void control2() {
        machine.set(SmmuTestbed.CR2, 0b111);
        assertThat(machine.get(SmmuTestbed.CR2)).isEqualTo(0b011);
        machine.set(SmmuTestbed.CR0, 1);
        machine.set(SmmuTestbed.CR2, 0);
        assertThat(machine.get(SmmuTestbed.CR2)).isEqualTo(0b011);
        SmmuTestbed broadcast = new SmmuTestbed(SmmuIds.DEFAULT.withIdr0(
                SmmuIds.DEFAULT.idr0() & ~SmmuIds.IDR0_HYP | SmmuIds.IDR0_BTM));
        broadcast.set(SmmuTestbed.CR2, 0b111);
        assertThat(broadcast.get(SmmuTestbed.CR2)).isEqualTo(0b110);
    }

    @Test
    @DisplayName("6.3.24 to 6.3.31: bases are guarded by what uses them")
    void guards() {
        machine.enable();
        for (int register : new int[] {SmmuTestbed.STRTAB_BASE, SmmuTestbed.CMDQ_BASE, SmmuTestbed.EVENTQ_BASE,
                SmmuTestbed.PRIQ_BASE}) {
            long before = machine.smmu.readRegister(register, 8);
            machine.set64(register, 0x7777_0000L);
            assertThat(machine.smmu.readRegister(register, 8)).as("0x%x", register).isEqualTo(before);
        }
        for (int register : new int[] {SmmuTestbed.STRTAB_BASE_CFG, SmmuTestbed.CMDQ_CONS, SmmuTestbed.EVENTQ_PROD,
                SmmuTestbed.PRIQ_PROD}) {
            long before = machine.get(register);
            machine.set(register, before ^ 1);
            assertThat(machine.get(register)).as("0x%x", register).isEqualTo(before);
        }
        machine.set(SmmuTestbed.CR0, 0);
        machine.set64(SmmuTestbed.CMDQ_BASE, 0x7777_0000L);
        assertThat(machine.smmu.readRegister(SmmuTestbed.CMDQ_BASE, 8)).isEqualTo(0x7777_0000L);
    }

    @Test
    @DisplayName("6.3.14 GBPA: takes effect with UPDATE, and decides what passes while SMMUEN is 0")
    void globalBypass() {
        assertThat(machine.load(NONE, 0x5000).physical()).isEqualTo(0x5000);
        assertThat(machine.load(NONE, 1L << 48).isGranted()).as("beyond the output size").isFalse();
        machine.set(0x44, 1 << 20);
        assertThat(machine.load(NONE, 0x5000).isGranted()).as("without UPDATE").isTrue();
        machine.set(0x44, 1L << 31 | 1 << 20);
        assertThat(machine.get(0x44)).isEqualTo(1 << 20);
        assertThat(machine.load(NONE, 0x5000).outcome()).isEqualTo(Transaction.Outcome.ABORTED);
        machine.set(0x44, 1L << 31);
        assertThat(machine.load(NONE, 0x5000).isGranted()).isTrue();
    }

    @Test
    @DisplayName("6.3.16, 6.3.18: IRQ_CTRLACK follows IRQ_CTRL")
    void interruptControl() {
        machine.set(SmmuTestbed.IRQ_CTRL, 0xff);
        assertThat(machine.get(SmmuTestbed.IRQ_CTRL)).isEqualTo(0b111);
        assertThat(machine.get(0x54)).isEqualTo(0b111);
    }

    @Test
    @DisplayName("6.3.21 to 6.3.36: xxx_IRQ_CFGn are guarded by the interrupt's enable")
    void interruptConfiguration() {
        machine.set64(0x68, 0x0800_0003L);
        machine.set(0x70, 42);
        machine.set(0x74, 1);
        assertThat(machine.smmu.readRegister(0x68, 8)).isEqualTo(0x0800_0000L);
        assertThat(machine.get(0x70)).isEqualTo(42);
        assertThat(machine.get(0x74)).isEqualTo(1);
        machine.set(SmmuTestbed.IRQ_CTRL, 1);
        machine.set64(0x68, 0);
        machine.set(0x70, 0);
        assertThat(machine.smmu.readRegister(0x68, 8)).isEqualTo(0x0800_0000L);
        assertThat(machine.get(0x70)).isEqualTo(42);
    }

    @Test
    @DisplayName("6.3.26: a queue size above what is offered is the largest offered")
    void queueSize() {
        machine.set64(SmmuTestbed.CMDQ_BASE, machine.commandQueue | 31);
        machine.set(SmmuTestbed.CMDQ_PROD, 256);
        machine.set(SmmuTestbed.CMDQ_CONS, 255);
        machine.write(machine.commandQueue + 255 * 16, 0x46);
        machine.set(SmmuTestbed.CR0, 0b1000);
        machine.run();
        assertThat(machine.get(SmmuTestbed.CMDQ_CONS)).isEqualTo(256);
    }

    @Test
    @DisplayName("A reset as drivers make it: registers, then invalidation of everything, then SMMUEN")
    void reset() {
        machine.set(SmmuTestbed.CR0, 0);
        machine.set(0x28, 0b11_01_01_11_01_01);
        machine.set64(SmmuTestbed.CMDQ_BASE, machine.commandQueue | 5 | 1L << 62);
        machine.set(SmmuTestbed.CMDQ_PROD, 0);
        machine.set(SmmuTestbed.CMDQ_CONS, 0);
        machine.set(SmmuTestbed.CR0, 0b01000);
        assertThat(machine.get(0x24)).isEqualTo(0b01000);
        machine.command(0x04, 31);
        machine.sync();
        machine.command(0x20, 0);
        machine.sync();
        machine.command(0x30, 0);
        machine.sync();
        assertThat(machine.get(SmmuTestbed.CMDQ_CONS)).isEqualTo(6);
        assertThat(machine.get(SmmuTestbed.GERROR)).isZero();
        assertThat(machine.get(0x28)).isEqualTo(0b11_01_01_11_01_01);
    }
}
