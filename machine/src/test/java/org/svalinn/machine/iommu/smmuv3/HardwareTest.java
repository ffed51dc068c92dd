package org.svalinn.machine.iommu.smmuv3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.ASID;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.CD0;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.CD_STALL;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.CONFIG_S2;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.LEAF;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.S2_LEAF;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.SID;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.STE2;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.V;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.asid;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.sid;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.svalinn.explore.Explorer;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Program;
import org.svalinn.explore.Site;
import org.svalinn.explore.Verdict;
import org.svalinn.explore.Violation;
import org.svalinn.machine.Steps;
import org.svalinn.machine.iommu.Access;
import org.svalinn.machine.iommu.PageRequest;
import org.svalinn.machine.iommu.Transaction;
import org.svalinn.machine.memory.Use;

@DisplayName("Broadcast TLB maintenance; going back to a state; a full event queue")
class HardwareTest {
    private static final long VA = 0x1234_5678_9000L;
    private static final SmmuIds BROADCAST =
            SmmuIds.DEFAULT.withIdr0(SmmuIds.DEFAULT.idr0() | SmmuIds.IDR0_BTM);

    // 3.17

    @ParameterizedTest
    @CsvSource({
        "ASIDE1, 7, 0x123456789000, false, false", "ASIDE1, 8, 0x123456789000, false, true",
        "VAE1, 7, 0x123456789000, false, false", "VAE1, 7, 0x12345678a000, false, true",
        "VAE1, 8, 0x123456789000, false, true", "VAAE1, 0, 0x123456789000, false, false",
        "VMALLE1, 0, 0, false, false", "VMALLS12E1, 0, 0, false, false", "ALLE1, 0, 0, false, false",
        "IPAS2E1, 0, 0x123456789000, false, true",
        "ASIDE1, 7, 0, true, true", "VAE1, 7, 0x123456789000, true, true", "VAAE1, 0, 0x123456789000, true, true",
        "VMALLE1, 0, 0, true, false", "ALLE1, 0, 0, true, false"
    })
    @DisplayName("3.17.2: a processor's TLBI removes translations of shared address spaces; with CD.ASET by VMID only")
    void broadcasts(SmmuV3.Broadcast operation, int asid, String address, boolean aset, boolean stays) {
        SmmuTestbed machine = new SmmuTestbed(BROADCAST).enable();
        long leaf = machine.bind(VA, machine.page());
        if (aset) {
            long root = machine.read(machine.contextTable + 64 + 8);
            machine.writeCd(1, CD0 | 1L << 47 | asid(ASID), root, 0);
        }
        assertThat(machine.load(1, VA).isGranted()).isTrue();
        machine.write(leaf, 0);
        machine.smmu.broadcast(operation, 0, asid, Long.decode(address), 4096);
        machine.smmu.broadcastSync();
        assertThat(machine.load(1, VA).isGranted()).isEqualTo(stays);
    }

    @Test
    @DisplayName("3.17.2: IPAS2E1 and VMALLS12E1 remove translations of stage 2 alone")
    void broadcastsOfStage2() {
        for (SmmuV3.Broadcast operation : List.of(SmmuV3.Broadcast.IPAS2E1, SmmuV3.Broadcast.VMALLS12E1)) {
            SmmuTestbed machine = new SmmuTestbed(BROADCAST).enable();
            long root = machine.table();
            machine.writeSte(SID, V | CONFIG_S2, 0, STE2 | 5, root);
            long leaf = machine.mapStage2(root, 0x5000, machine.page() | S2_LEAF);
            assertThat(machine.load(-1, 0x5000).isGranted()).isTrue();
            machine.write(leaf, 0);
            machine.smmu.broadcast(operation, 6, 0, 0x5000, 4096);
            assertThat(machine.load(-1, 0x5000).isGranted()).as("another VMID").isTrue();
            machine.smmu.broadcast(operation, 5, 0, 0x5000, 4096);
            assertThat(machine.load(-1, 0x5000).isGranted()).isFalse();
        }
    }

    @Test
    @DisplayName("6.3.12 CR2.PTM: with it broadcasts are passed by; and without IDR0.BTM")
    void privateMaintenance() {
        SmmuTestbed machine = new SmmuTestbed(BROADCAST).enable();
        machine.set(SmmuTestbed.CR0, 0b11110);
        machine.set(SmmuTestbed.CR2, 0b110);
        machine.set(SmmuTestbed.CR0, 0b11111);
        for (SmmuTestbed each : List.of(machine, new SmmuTestbed().enable())) {
            long leaf = each.bind(VA, each.page());
            each.load(1, VA);
            each.write(leaf, 0);
            each.smmu.broadcast(SmmuV3.Broadcast.ASIDE1, 0, ASID, 0, 0);
            assertThat(each.load(1, VA).isGranted()).isTrue();
        }
    }

    private static Program broadcastRace(boolean waits) {
        return run -> {
            SmmuTestbed machine = new SmmuTestbed(BROADCAST, Steps.of(run)).enable();
            long page = machine.page();
            long leaf = machine.bind(VA, page);
            Use dma = Use.of(Use.Kind.DMA, "the device reads");
            run.spawn("device", () -> {
                Transaction transaction =
                        new Transaction().begin(Transaction.Type.UNTRANSLATED, SID, 1, VA, Access.READ, false);
                machine.smmu.translate(transaction);
                if (transaction.isGranted()) {
                    machine.ram.read(transaction.physical(), 8, dma);
                    machine.smmu.completed(transaction);
                }
            });
            run.spawn("processor", () -> {
                machine.write(leaf, 0);
                machine.smmu.broadcast(SmmuV3.Broadcast.VAE1, 0, ASID, VA, 4096);
                if (waits) {
                    machine.smmu.broadcastSync();
                }
                machine.ram.free(page, Site.named("frees"));
            });
        };
    }

    @Test
    @DisplayName("3.17: after a broadcast TLBI and its DSB nothing reaches the page; before the DSB something may")
    void broadcastsDrain() {
        assertThat(Explorer.of(broadcastRace(true)).explore()).isInstanceOf(Verdict.Verified.class);
        assertThat(Explorer.of(broadcastRace(false)).explore()).isInstanceOf(Verdict.Violated.class);
    }

    // Hardware

    @Test
    @DisplayName("A state that is gone back to is the one that was remembered: registers, queues, caches")
    void goingBack() {
        SmmuTestbed machine = new SmmuTestbed().enable();
        long page = machine.page();
        long leaf = machine.bind(VA, page);
        machine.load(1, VA);
        machine.load(1, VA + 0x1000);
        machine.sync();
        machine.smmu.snapshot();
        for (int i = 0; i < 3; i++) {
            machine.smmu.pageRequest(new PageRequest(SID, 1, VA, 3, Access.READ, false, true));
            machine.load(1, VA + 0x2000);
            machine.command(0xff, 0);
            machine.set(SmmuTestbed.GERRORN, 1);
            machine.write(machine.commandQueue + 16, 0x04);
            machine.write(machine.commandQueue + 24, 31);
            machine.run();
            machine.command(0x30, 0);
            machine.write(leaf, 0);
            machine.command(0x40 | sid(SID), VA);
            machine.set(SmmuTestbed.CR0, 0);
            machine.set(SmmuTestbed.CR2, 0);
            machine.set(SmmuTestbed.IRQ_CTRL, 0);
            machine.set64(SmmuTestbed.STRTAB_BASE, 0);
            machine.set64(0x68, 0x1000);

            machine.smmu.restore();
            assertThat(machine.get(SmmuTestbed.CR0)).isEqualTo(0b11111);
            assertThat(machine.get(SmmuTestbed.CR2)).isEqualTo(0b010);
            assertThat(machine.get(SmmuTestbed.IRQ_CTRL)).isEqualTo(0b111);
            assertThat(machine.get(SmmuTestbed.GERROR)).isZero();
            assertThat(machine.get(SmmuTestbed.CMDQ_CONS)).isEqualTo(1);
            assertThat(machine.get(SmmuTestbed.CMDQ_PROD)).isEqualTo(1);
            assertThat(machine.get(SmmuTestbed.EVENTQ_PROD)).isEqualTo(1);
            assertThat(machine.get(SmmuTestbed.PRIQ_PROD)).isZero();
            assertThat(machine.smmu.readRegister(0x68, 8)).isZero();
            assertThat(machine.load(1, VA).isGranted()).as("what was cached is cached, although unmapped").isTrue();
            machine.sync();
            assertThat(machine.get(SmmuTestbed.CMDQ_CONS)).as("no invalidation is outstanding").isEqualTo(2);
            machine.smmu.restore();
            machine.write(leaf, page | LEAF);
        }
    }

    @Test
    @DisplayName("Entries that came after the state was remembered are gone, in every cache")
    void goingBackToNothing() {
        SmmuTestbed machine = new SmmuTestbed().enable();
        machine.smmu.snapshot();
        machine.bind(VA, machine.page());
        machine.load(1, VA);
        assertThat(machine.smmu.remembers(SID, 1)).isNotEmpty();
        machine.smmu.restore();
        assertThat(machine.smmu.remembers(SID, 1)).isEmpty();
    }

    // 7.2.1

    @Test
    @DisplayName("7.2.1: a stalled transaction's event is not lost when the queue is full, but recorded when there is "
            + "room")
    void stallEventsWait() {
        Program program = run -> {
            SmmuTestbed machine = new SmmuTestbed(SmmuIds.DEFAULT, Steps.of(run));
            machine.eventLog2 = 0;
            machine.enable();
            machine.stage1(0);
            machine.writeCd(1, CD0 | CD_STALL | asid(ASID), machine.table(), 0);
            // One event fills the queue.
            machine.load(9, VA);
            run.spawn("device", () -> {
                Transaction transaction =
                        new Transaction().begin(Transaction.Type.UNTRANSLATED, SID, 1, VA, Access.READ, false);
                machine.smmu.translate(transaction);
            });
            run.spawn("software", () -> {
                machine.event();
                machine.steps.await(
                        Operation.WAIT,
                        machine.smmu.registerObject(),
                        machine.smmu.registerParts(SmmuTestbed.EVENTQ_PROD),
                        () -> (machine.smmu.peekRegister(SmmuTestbed.EVENTQ_PROD, 4) & 1) == 0,
                        Site.named("software waits for the second event"));
                long[] event = machine.event();
                if ((event[0] & 0xff) != 0x10 || (event[1] & 1L << 31) == 0) {
                    run.report(new Violation("wrong-event", Long.toHexString(event[0]), List.of()));
                }
                if (machine.get(SmmuTestbed.EVENTQ_PROD) >>> 31 != 0) {
                    run.report(new Violation("overflow", "a stall event is no overflow", List.of()));
                }
                machine.put(0x44 | 1 << 13 | sid(SID), event[1] & 0xffff);
            });
            run.spawnDaemon("smmu", machine.smmu::serve);
        };
        assertThat(Explorer.of(program).explore()).isInstanceOf(Verdict.Verified.class);
    }
}
