package org.svalinn.machine.iommu.smmuv3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.ASID;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.CD0;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.LEAF;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.SID;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.asid;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.sid;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.ssid;

import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.svalinn.explore.Explorer;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Program;
import org.svalinn.explore.Run;
import org.svalinn.explore.Site;
import org.svalinn.explore.Verdict;
import org.svalinn.machine.Steps;
import org.svalinn.machine.iommu.Access;
import org.svalinn.machine.iommu.PageRequest;
import org.svalinn.machine.iommu.Transaction;
import org.svalinn.machine.memory.Use;

@DisplayName("DMA while software takes things away, in every order: wrong drivers and right ones")
class DmaExplorationTest {
    private static final long VA = 0x1234_5678_9000L;
    private static final Use DMA = Use.of(Use.Kind.DMA, "the device reads");
    private static final Site FREES = Site.named("software frees");
    private static final Site SEES = Site.named("software sees that its commands are consumed");

    /** What the driver has to do with. */
    private static final class World {
        final SmmuTestbed machine;
        final long page;
        final long leaf;

        World(SmmuTestbed machine) {
            this.machine = machine;
            page = machine.page();
            leaf = machine.bind(VA, page);
        }

        /** Waits until the SMMU has consumed what it was given. */
        void waitForCommands() {
            int done = (int) machine.get(SmmuTestbed.CMDQ_PROD);
            machine.steps.await(
                    Operation.WAIT,
                    machine.smmu.registerObject(),
                    machine.smmu.registerParts(SmmuTestbed.CMDQ_CONS),
                    () -> machine.smmu.peekRegister(SmmuTestbed.CMDQ_CONS, 4) == done,
                    SEES);
        }

        void free(long page) {
            machine.ram.free(page, FREES);
        }
    }

    private static Program race(int loads, Consumer<World> driver) {
        return new Program() {
            @Override
            public void start(Run run) {
                SmmuTestbed machine = new SmmuTestbed(SmmuIds.DEFAULT, Steps.of(run)).enable();
                World world = new World(machine);
                run.spawn("device", () -> {
                    Transaction transaction = new Transaction();
                    for (int i = 0; i < loads; i++) {
                        transaction.begin(Transaction.Type.UNTRANSLATED, SID, 1, VA, Access.READ, false);
                        machine.smmu.translate(transaction);
                        if (transaction.isGranted()) {
                            machine.ram.read(transaction.physical(), 8, DMA);
                            run.reach("DMA");
                            machine.smmu.completed(transaction);
                        } else {
                            run.reach("refused");
                        }
                    }
                });
                run.spawn("driver", () -> driver.accept(world));
                run.spawnDaemon("smmu", machine.smmu::serve);
            }

            @Override
            public Set<String> goals() {
                return Set.of("DMA", "refused");
            }
        };
    }

    private static void violates(Program program, String check) {
        Verdict verdict = Explorer.of(program).stopAtFirst(true).explore();
        assertThat(verdict).isInstanceOf(Verdict.Violated.class);
        assertThat(((Verdict.Violated) verdict).counterexamples().getFirst().violation().check()).isEqualTo(check);
    }

    private static void verifies(Program program) {
        assertThat(Explorer.of(program).explore()).isInstanceOf(Verdict.Verified.class);
    }

    @Test
    @DisplayName("3.21.1: a page that is freed without TLB invalidation is reached")
    void withoutInvalidation() {
        violates(race(2, world -> {
            world.machine.write(world.leaf, 0);
            world.free(world.page);
        }), "dma-after-free");
    }

    @Test
    @DisplayName("4.7.3: a page that is freed before the CMD_SYNC is consumed is reached")
    void withoutWaiting() {
        violates(race(2, world -> {
            world.machine.write(world.leaf, 0);
            world.machine.put(0x12 | asid(ASID), VA | 1);
            world.machine.put(0x46, 0);
            world.free(world.page);
        }), "dma-after-free");
    }

    @Test
    @DisplayName("4.7.3: a TLBI that is consumed, without a CMD_SYNC, leaves a transaction in flight")
    void withoutSync() {
        violates(race(1, world -> {
            world.machine.write(world.leaf, 0);
            world.machine.put(0x12 | asid(ASID), VA | 1);
            world.waitForCommands();
            world.free(world.page);
        }), "dma-after-free");
    }

    @Test
    @DisplayName("An invalidation of another address space does not help")
    void wrongAddressSpace() {
        violates(race(2, world -> {
            world.machine.write(world.leaf, 0);
            world.machine.put(0x12 | asid(ASID + 1), VA | 1);
            world.machine.put(0x46, 0);
            world.waitForCommands();
            world.free(world.page);
        }), "dma-after-free");
    }

    @Test
    @DisplayName("4.4.2.4, 4.7.3: unmap, CMD_TLBI_NH_VA, CMD_SYNC, wait, free: nothing is reached")
    void right() {
        verifies(race(2, world -> {
            world.machine.write(world.leaf, 0);
            world.machine.put(0x12 | asid(ASID), VA | 1);
            world.machine.put(0x46, 0);
            world.waitForCommands();
            world.free(world.page);
        }));
    }

    @Test
    @DisplayName("4.4.2.2: the same with CMD_TLBI_NH_ASID")
    void rightByAsid() {
        verifies(race(2, world -> {
            world.machine.write(world.leaf, 0);
            world.machine.put(0x11 | asid(ASID), 0);
            world.machine.put(0x46, 0);
            world.waitForCommands();
            world.free(world.page);
        }));
    }

    /** A last table is taken away and freed; the device uses two of its pages. */
    private static Program tableFreedRace(long leafOnly) {
        return run -> {
            SmmuTestbed machine = new SmmuTestbed(SmmuIds.DEFAULT, Steps.of(run)).enable();
            World world = new World(machine);
            machine.write(world.leaf + 8, machine.page() | LEAF);
            run.spawn("device", () -> {
                Transaction transaction = new Transaction();
                for (int i = 0; i < 2; i++) {
                    transaction.begin(Transaction.Type.UNTRANSLATED, SID, 1, VA + i * 4096, Access.READ, false);
                    machine.smmu.translate(transaction);
                    machine.smmu.completed(transaction);
                }
            });
            run.spawn("driver", () -> {
                long root = machine.read(machine.contextTable + 64 + 8);
                machine.map(root, VA, 0, 2);
                machine.put(0x12 | asid(ASID), VA | leafOnly);
                machine.put(0x46, 0);
                world.waitForCommands();
                world.free(world.leaf & -4096L);
            });
            run.spawnDaemon("smmu", machine.smmu::serve);
        };
    }

    @Test
    @DisplayName("4.4.2.4: after an invalidation of leaves only, a cached Table descriptor leads to the freed table")
    void tableFreedAfterLeafInvalidation() {
        violates(tableFreedRace(1), "walk-after-free");
    }

    @Test
    @DisplayName("4.4.2.4: after an invalidation of all levels, none does")
    void tableFreedAfterFullInvalidation() {
        verifies(tableFreedRace(0));
    }

    @Test
    @DisplayName("A table that is freed after the leaf's invalidation alone is walked, since the CD still leads to it")
    void tablesFreedUnderTheCd() {
        violates(race(1, world -> {
            long root = world.machine.read(world.machine.contextTable + 64 + 8);
            world.machine.put(0x11 | asid(ASID), 0);
            world.machine.put(0x46, 0);
            world.waitForCommands();
            world.free(root);
        }), "walk-after-free");
    }

    @Test
    @DisplayName("4.3.3: tables are freed after the CD is invalid and forgotten, and the TLB too: nothing is reached")
    void contextTornDown() {
        verifies(race(2, world -> {
            long root = world.machine.read(world.machine.contextTable + 64 + 8);
            world.machine.write(world.machine.contextTable + 64, 0);
            world.machine.put(0x05 | ssid(1) | sid(SID), 1);
            world.machine.put(0x46, 0);
            world.machine.put(0x11 | asid(ASID), 0);
            world.machine.put(0x46, 0);
            world.waitForCommands();
            world.free(root);
            world.free(world.page);
        }));
    }

    @Test
    @DisplayName("4.3.3: without CMD_CFGI_CD the cached CD leads to freed tables")
    void contextTornDownWithoutInvalidation() {
        violates(race(2, world -> {
            long root = world.machine.read(world.machine.contextTable + 64 + 8);
            world.machine.write(world.machine.contextTable + 64, 0);
            world.machine.put(0x11 | asid(ASID), 0);
            world.machine.put(0x46, 0);
            world.waitForCommands();
            world.free(root);
        }), "walk-after-free");
    }

    @Test
    @DisplayName("3.17: a CD that is disabled still leaves translations in the TLB, which lead to the freed page")
    void contextTornDownWithoutTlbInvalidation() {
        violates(race(2, world -> {
            // The device's CD is replaced by one with the same ASID and empty tables.
            long empty = world.machine.table();
            world.machine.write(world.machine.contextTable + 64 + 8, empty);
            world.machine.put(0x05 | ssid(1) | sid(SID), 1);
            world.machine.put(0x46, 0);
            world.waitForCommands();
            world.free(world.page);
        }), "dma-after-free");
    }

    /** A driver that makes a CD valid while the device already uses the substream. */
    private static Program install(Consumer<World> driver) {
        return run -> {
            SmmuTestbed machine = new SmmuTestbed(SmmuIds.DEFAULT, Steps.of(run)).enable();
            World world = new World(machine);
            machine.write(machine.contextTable + 64, 0);
            // The tables of its last owner, which has gone.
            long stale = machine.table();
            long root = machine.read(machine.contextTable + 64 + 8);
            machine.write(machine.contextTable + 64 + 8, stale);
            machine.ram.free(stale, FREES);
            machine.write(machine.contextTable, root);
            run.spawn("device", () -> {
                Transaction transaction =
                        new Transaction().begin(Transaction.Type.UNTRANSLATED, SID, 1, VA, Access.READ, false);
                machine.smmu.translate(transaction);
                machine.smmu.completed(transaction);
            });
            run.spawn("driver", () -> driver.accept(world));
            run.spawnDaemon("smmu", machine.smmu::serve);
        };
    }

    @Test
    @DisplayName("3.21.3: a CD that is made valid before its TTB0 is written is seen torn")
    void tornContext() {
        violates(install(world -> {
            long root = world.machine.read(world.machine.contextTable);
            world.machine.write(world.machine.contextTable + 64, CD0 | asid(ASID));
            world.machine.write(world.machine.contextTable + 64 + 8, root);
        }), "walk-after-free");
    }

    @Test
    @DisplayName("3.21.3: a CD that is made valid last, but without CMD_CFGI_CD and CMD_SYNC before, is seen torn by "
            + "a fetch under way")
    void tornContextUnderAFetch() {
        violates(install(world -> {
            long root = world.machine.read(world.machine.contextTable);
            world.machine.write(world.machine.contextTable + 64 + 8, root);
            world.machine.write(world.machine.contextTable + 64, CD0 | asid(ASID));
        }), "walk-after-free");
    }

    @Test
    @DisplayName("3.21.3: TTB0, CMD_CFGI_CD, CMD_SYNC, then V: whole")
    void wholeContext() {
        verifies(install(world -> {
            long root = world.machine.read(world.machine.contextTable);
            world.machine.write(world.machine.contextTable + 64 + 8, root);
            world.machine.put(0x05 | ssid(1) | sid(SID), 1);
            world.machine.put(0x46, 0);
            world.waitForCommands();
            world.machine.write(world.machine.contextTable + 64, CD0 | asid(ASID));
        }));
    }

    @Test
    @DisplayName("Two devices of two address spaces do not disturb each other: their steps commute")
    void twoDevices() {
        Program program = run -> {
            SmmuTestbed machine = new SmmuTestbed(SmmuIds.DEFAULT, Steps.of(run)).enable();
            machine.stage1(0);
            machine.write(machine.ste(SID + 1) + 8, 0b10);
            machine.write(machine.ste(SID + 1), machine.read(machine.ste(SID)));
            for (int i = 0; i < 2; i++) {
                int number = i;
                long root = machine.table();
                machine.writeCd(1 + i, CD0 | asid(ASID + i), root, 0);
                machine.map(root, VA, machine.page() | LEAF, 3);
                run.spawn("device " + i, () -> {
                    Transaction transaction = new Transaction()
                            .begin(Transaction.Type.UNTRANSLATED, SID + number, 1 + number, VA, Access.READ, false);
                    machine.smmu.translate(transaction);
                    machine.ram.read(transaction.physical(), 8, DMA);
                    machine.smmu.completed(transaction);
                });
            }
        };
        Verdict verdict = Explorer.of(program).explore();
        assertThat(verdict).isInstanceOf(Verdict.Verified.class);
        assertThat(((Verdict.Verified) verdict).coverage().executions()).isEqualTo(1);
    }

    @Test
    @DisplayName("7.4, 8: events and page requests of two devices, in any order of their steps, are all recorded")
    void twoFaults() {
        Program program = new Program() {
            private SmmuTestbed machine = new SmmuTestbed();

            @Override
            public void start(Run run) {
                machine = new SmmuTestbed(SmmuIds.DEFAULT, Steps.of(run)).enable();
                SmmuTestbed here = machine;
                for (int i = 0; i < 2; i++) {
                    int stream = SID + i;
                    run.spawn("device " + i, () -> {
                        Transaction transaction =
                                new Transaction().begin(Transaction.Type.UNTRANSLATED, stream, 1, VA, Access.READ,
                                        false);
                        here.smmu.translate(transaction);
                        here.smmu.pageRequest(
                                new PageRequest(stream, 1, VA, 3, Access.READ, false, true));
                    });
                }
            }

            @Override
            public void finish(Run run) {
                long[] first = machine.event();
                long[] second = machine.event();
                assertThat(Set.of(first[0] >>> 32, second[0] >>> 32)).containsExactlyInAnyOrder((long) SID, SID + 1L);
                assertThat(machine.get(SmmuTestbed.PRIQ_PROD)).isEqualTo(2);
                assertThat(Set.of(machine.read(machine.priQueue) & 0xffff,
                        machine.read(machine.priQueue + 16) & 0xffff))
                        .containsExactlyInAnyOrder((long) SID, SID + 1L);
            }
        };
        assertThat(Explorer.of(program).explore()).isInstanceOf(Verdict.Verified.class);
    }
}
