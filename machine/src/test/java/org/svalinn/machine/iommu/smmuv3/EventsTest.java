package org.svalinn.machine.iommu.smmuv3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.ASID;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.CD0;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.CONFIG_S2;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.LEAF;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.LEAF_READ_ONLY;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.S2_LEAF;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.SID;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.STE2;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.V;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.asid;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.sid;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.ssid;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.svalinn.machine.iommu.Access;
import org.svalinn.machine.iommu.Transaction;

@DisplayName("IHI 0070, 7: faults and the event queue")
class EventsTest {
    private static final long VA = 0x1234_5678_9000L;
    private static final int NONE = Transaction.NO_PASID;
    private static final long WHO = 1 << 11 | ssid(1) | sid(SID);
    private static final long IN = 0b10L << 40;
    private static final long RNW = 1L << 35;
    private static final long IND = 1L << 34;
    private static final long PNU = 1L << 33;
    private static final long S2 = 1L << 39;

    private final SmmuTestbed machine = new SmmuTestbed().enable();

    // 7.3, records

    @ParameterizedTest
    @CsvSource({"1, false, 0x20800000000", "2, false, 0x20000000000", "4, false, 0x20c00000000",
            "1, true, 0x20a00000000"})
    @DisplayName("7.3.13 F_TRANSLATION: number, who, RnW, InD, PnU, CLASS IN, address")
    void translationFault(int access, boolean privileged, String word1) {
        machine.bind(VA, machine.page());
        Transaction transaction =
                new Transaction().begin(Transaction.Type.UNTRANSLATED, SID, 1, VA + 0x1008, access, privileged);
        machine.smmu.translate(transaction);
        assertThat(transaction.outcome()).isEqualTo(Transaction.Outcome.ABORTED);
        assertThat(machine.event()).containsExactly(0x10 | WHO, Long.decode(word1), VA + 0x1008, 0);
        assertThat(Long.decode(word1) & ~(RNW | IND | PNU)).isEqualTo(IN);
    }

    @Test
    @DisplayName("7.3.13 F_TRANSLATION: an address beyond T0SZ, and one whose high bits differ")
    void beyondTheInputSize() {
        machine.bind(VA, machine.page());
        machine.load(1, 1L << 48);
        assertThat(machine.eventNumber()).isEqualTo(0x10);
        machine.load(1, 1L << 60);
        assertThat(machine.eventNumber()).isEqualTo(0x10);
    }

    @Test
    @DisplayName("7.3.14 F_ADDR_SIZE: an output address beyond IPS")
    void addressSizeFault() {
        long leaf = machine.bind(VA, machine.page());
        long root = machine.read(machine.contextTable + 64 + 8);
        machine.writeCd(1, CD0 & ~(7L << 32) | asid(ASID), root, 0);
        machine.write(leaf, 1L << 32 | LEAF);
        machine.load(1, VA);
        assertThat(machine.event()).containsExactly(0x11 | WHO, IN | RNW, VA, 0);
    }

    @Test
    @DisplayName("7.3.15 F_ACCESS: a clear access flag that hardware does not set; AFFD and HA say otherwise")
    void accessFlagFault() {
        long page = machine.page();
        long leaf = machine.bind(VA, page);
        machine.write(leaf, page | LEAF & ~(1 << 10));
        machine.load(1, VA);
        assertThat(machine.event()).containsExactly(0x12 | WHO, IN | RNW, VA, 0);
        long root = machine.read(machine.contextTable + 64 + 8);
        machine.writeCd(1, CD0 | 1L << 35 | asid(ASID), root, 0);
        machine.command(0x05 | ssid(1) | sid(SID), 1);
        assertThat(machine.load(1, VA).isGranted()).as("AFFD").isTrue();
        machine.writeCd(1, CD0 | 1L << 43 | asid(ASID), root, 0);
        machine.command(0x05 | ssid(1) | sid(SID), 1);
        machine.command(0x30, 0);
        assertThat(machine.load(1, VA).isGranted()).as("HA").isTrue();
        assertThat(machine.read(leaf) >>> 10 & 1).as("set by hardware").isEqualTo(1);
    }

    @Test
    @DisplayName("7.3.16 F_PERMISSION: a write of what is read-only, also after a read has brought it into the TLB")
    void permissionFault() {
        long page = machine.page();
        long leaf = machine.bind(VA, page);
        machine.write(leaf, page | LEAF_READ_ONLY);
        assertThat(machine.load(1, VA).isGranted()).isTrue();
        machine.store(1, VA);
        assertThat(machine.event()).containsExactly(0x13 | WHO, IN, VA, 0);
    }

    @Test
    @DisplayName("5.4 CD.HD: the first write marks a page dirty, a read does not")
    void dirtyState() {
        long page = machine.page();
        long leaf = machine.bind(VA, page);
        long root = machine.read(machine.contextTable + 64 + 8);
        machine.writeCd(1, CD0 | 1L << 43 | 1L << 42 | asid(ASID), root, 0);
        machine.write(leaf, page | LEAF_READ_ONLY | 1L << 51);
        assertThat(machine.load(1, VA).isGranted()).isTrue();
        assertThat(machine.read(leaf) >>> 7 & 1).isEqualTo(1);
        assertThat(machine.store(1, VA).isGranted()).isTrue();
        assertThat(machine.read(leaf) >>> 7 & 1).isZero();
    }

    @Test
    @DisplayName("7.3.12 F_WALK_EABT: a table where there is no memory, with its address")
    void walkAbort() {
        machine.stage1(0);
        machine.writeCd(1, CD0 | asid(ASID), 0x7_0000_0000L, 0);
        machine.load(1, VA);
        assertThat(machine.event())
                .containsExactly(0x0b | WHO, 0b01L << 40 | RNW, VA, 0x7_0000_0000L + SmmuTestbed.index(VA, 0) * 8);
    }

    @Test
    @DisplayName("7.3.12 F_WALK_EABT: under stage 2 the address is the physical one")
    void nestedWalkAbort() {
        StructuresTest.Nested nested = new StructuresTest.Nested(machine);
        long root = machine.read(machine.contextTable + 64 + 8);
        machine.mapStage2(nested.root2, root, 0x7_0000_0000L | S2_LEAF);
        machine.load(1, VA);
        assertThat(machine.event())
                .containsExactly(0x0b | WHO, 0b01L << 40 | RNW, VA, 0x7_0000_0000L + SmmuTestbed.index(VA, 0) * 8);
    }

    @Test
    @DisplayName("7.3: InD is 0 for writes")
    void executeAndWrite() {
        machine.bind(VA, machine.page());
        machine.translate(1, VA + 0x1000, Access.WRITE | Access.EXECUTE);
        assertThat(machine.event()[1]).isEqualTo(IN);
    }

    @Test
    @DisplayName("7.3.13: a fault of stage 2 has S2 and the IPA, and goes by STE.S2R")
    void stage2Fault() {
        long root = machine.table();
        machine.writeSte(SID, V | CONFIG_S2, 0, STE2 | 5, root);
        machine.load(NONE, 0x5678);
        assertThat(machine.event()).containsExactly(0x10 | sid(SID), IN | RNW | S2, 0x5678, 0x5000);
        machine.writeSte(SID, V | CONFIG_S2, 0, STE2 & ~(1L << 58) | 5, root);
        machine.command(0x03 | sid(SID), 1);
        machine.load(NONE, 0x5678);
        assertThat(machine.eventNumber()).isZero();
    }

    @Test
    @DisplayName("7.3.13: stage 2 faults at a CD are of CLASS CD, at a table of CLASS TT")
    void stage2FaultsOfTablesAndDescriptors() {
        StructuresTest.Nested nested = new StructuresTest.Nested(machine);
        long cd = machine.contextTable + StructuresTest.Nested.MOVED;
        machine.mapStage2(nested.root2, cd, 0);
        machine.load(1, VA);
        assertThat(machine.event()).containsExactly(0x10 | WHO, RNW | S2, VA, cd);
        machine.mapStage2(nested.root2, cd, machine.contextTable | S2_LEAF);
        long root = machine.read(machine.contextTable + 64 + 8);
        machine.mapStage2(nested.root2, root, 0);
        machine.load(1, VA);
        assertThat(machine.event()).containsExactly(0x10 | WHO, RNW | S2 | 0b01L << 40, VA, root);
    }

    // 7.2, 7.4, the queue

    private void fault(int times) {
        for (int i = 0; i < times; i++) {
            machine.load(1, 0x1000L * i);
        }
    }

    @Test
    @DisplayName("3.18: the event queue's interrupt comes when it stops being empty; on a wire or as a message")
    void interrupts() {
        fault(2);
        assertThat(machine.interrupts).containsExactly("wire " + SmmuV3.WIRE_EVENTQ);
        machine.event();
        machine.event();
        machine.set(SmmuTestbed.IRQ_CTRL, 0);
        machine.set64(0xb0, 0x0900_0000L);
        machine.set(0xb8, 77);
        machine.set(SmmuTestbed.IRQ_CTRL, 0b111);
        fault(1);
        assertThat(machine.interrupts).last().isEqualTo("message 9000000 4d");
        machine.event();
        machine.set(SmmuTestbed.IRQ_CTRL, 0);
        fault(1);
        assertThat(machine.interrupts).hasSize(2);
    }

    @Test
    @DisplayName("7.4: an event that finds the queue full is lost and toggles OVFLG once, until OVACKFLG equals it")
    void overflow() {
        fault(16);
        assertThat(machine.get(SmmuTestbed.EVENTQ_PROD)).isEqualTo(16);
        fault(2);
        assertThat(machine.get(SmmuTestbed.EVENTQ_PROD)).isEqualTo(1L << 31 | 16);
        // There is room again: events are recorded although the overflow is not acknowledged.
        machine.event();
        fault(1);
        assertThat(machine.get(SmmuTestbed.EVENTQ_PROD)).isEqualTo(1L << 31 | 17);
        machine.set(SmmuTestbed.EVENTQ_CONS, 1L << 31 | 1);
        fault(1);
        assertThat(machine.get(SmmuTestbed.EVENTQ_PROD)).as("full again").isEqualTo(17);
    }

    @Test
    @DisplayName("7.2.1: while EVENTQEN is 0 events are discarded, and that is no overflow")
    void disabledQueue() {
        machine.set(SmmuTestbed.CR0, 0b11011);
        fault(1);
        assertThat(machine.get(SmmuTestbed.EVENTQ_PROD)).isZero();
    }

    @Test
    @DisplayName("7.2.1 GERROR.EVENTQ_ABT_ERR: a queue in no memory; nothing is recorded until it is acknowledged")
    void queueAbort() {
        machine.set(SmmuTestbed.CR0, 0b11011);
        machine.set64(SmmuTestbed.EVENTQ_BASE, 0x8000_0000L | 4);
        machine.set(SmmuTestbed.CR0, 0b11111);
        fault(1);
        assertThat(machine.get(SmmuTestbed.GERROR)).isEqualTo(1 << 2);
        fault(1);
        assertThat(machine.get(SmmuTestbed.GERROR)).isEqualTo(1 << 2);
        machine.set(SmmuTestbed.CR0, 0b11011);
        machine.set64(SmmuTestbed.EVENTQ_BASE, machine.eventQueue | 4);
        machine.set(SmmuTestbed.CR0, 0b11111);
        fault(1);
        assertThat(machine.get(SmmuTestbed.EVENTQ_PROD)).isZero();
        machine.set(SmmuTestbed.GERRORN, 1 << 2);
        fault(1);
        assertThat(machine.get(SmmuTestbed.EVENTQ_PROD)).isEqualTo(1);
    }

    @Test
    @DisplayName("3.17: a global page is translated, and not kept")
    void globalPages() {
        long page = machine.page();
        long leaf = machine.bind(VA, page);
        machine.write(leaf, page | LEAF & ~(1 << 11));
        assertThat(machine.load(1, VA).isGlobal()).isTrue();
        machine.write(leaf, 0);
        assertThat(machine.load(1, VA).isGranted()).isFalse();
    }

    @Test
    @DisplayName("3.17: entries of one privilege are not served to the other")
    void privileges() {
        long page = machine.page();
        long leaf = machine.bind(VA, page);
        machine.write(leaf, page | LEAF & ~(1 << 6));
        Transaction privileged = new Transaction().begin(Transaction.Type.UNTRANSLATED, SID, 1, VA, Access.READ, true);
        machine.smmu.translate(privileged);
        assertThat(privileged.isGranted()).isTrue();
        assertThat(machine.load(1, VA).isGranted()).isFalse();
    }
}
