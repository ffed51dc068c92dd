package org.svalinn.machine.iommu.smmuv3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.ASID;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.SID;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.asid;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.sid;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.ssid;

import java.util.EnumSet;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.svalinn.explore.Explorer;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Program;
import org.svalinn.explore.Site;
import org.svalinn.explore.Verdict;
import org.svalinn.machine.Steps;
import org.svalinn.machine.iommu.Interrupts;
import org.svalinn.machine.pcie.Capabilities;
import org.svalinn.machine.pcie.Endpoint;
import org.svalinn.machine.pcie.Engine;
import org.svalinn.machine.pcie.Misbehaviour;
import org.svalinn.machine.pcie.Mover;
import org.svalinn.machine.pcie.Work;

@DisplayName("A function with an ATC behind the SMMU, in every order")
class AtsExplorationTest {
    private static final long VA = 0x1234_5678_9000L;
    private static final int NIC = SID + 1;
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
            machine.write(machine.ste(NIC) + 8, machine.read(machine.ste(SID) + 8));
            machine.write(machine.ste(NIC), machine.read(machine.ste(SID)));
        }

        void unmap() {
            machine.write(leaf, 0);
        }

        void invalidateTlb() {
            machine.put(0x12 | asid(ASID), VA | 1);
        }

        void invalidateAtc() {
            machine.put(0x40 | sid(NIC) | ssid(1) | 1 << 11, VA);
        }

        void sync() {
            machine.put(0x46, 0);
            int done = (int) machine.get(SmmuTestbed.CMDQ_PROD);
            machine.steps.await(
                    Operation.WAIT,
                    machine.smmu.registerObject(),
                    machine.smmu.registerParts(SmmuTestbed.CMDQ_CONS),
                    () -> machine.smmu.peekRegister(SmmuTestbed.CMDQ_CONS, 4) == done,
                    SEES);
        }

        void free() {
            machine.ram.free(page, FREES);
        }
    }

    private static Program race(Consumer<World> driver, Misbehaviour... wrongs) {
        return run -> {
            SmmuTestbed machine = new SmmuTestbed(SmmuIds.DEFAULT, Steps.of(run)).enable();
            World world = new World(machine);
            EnumSet<Misbehaviour> wrong = EnumSet.noneOf(Misbehaviour.class);
            wrong.addAll(List.of(wrongs));
            Endpoint nic = new Endpoint(
                    "nic",
                    NIC,
                    Capabilities.ATS_ONLY,
                    wrong,
                    machine.steps,
                    machine.objects,
                    machine.ram,
                    machine.smmu,
                    Interrupts.NONE);
            nic.enable();
            Engine engine = nic.engine(new Mover());
            nic.program(1, SmmuTestbed.PROCESS);
            engine.submit(Work.write(1, VA, 8, 1));
            engine.submit(Work.write(1, VA + 8, 8, 2));
            run.spawnDaemon("engine", engine::serve);
            run.spawnDaemon("messages", nic::serve);
            run.spawnDaemon("smmu", machine.smmu::serve);
            run.spawn("driver", () -> driver.accept(world));
        };
    }

    private static void violates(Program program) {
        Verdict verdict = Explorer.of(program).stopAtFirst(true).explore();
        assertThat(verdict).isInstanceOf(Verdict.Violated.class);
        assertThat(((Verdict.Violated) verdict).counterexamples().getFirst().violation().check())
                .isEqualTo("dma-after-free");
    }

    @Test
    @DisplayName("3.9.1, 4.5.1: TLBI, CMD_SYNC, ATC_INV, CMD_SYNC, free: nothing is reached")
    void right() {
        Program program = race(world -> {
            world.unmap();
            world.invalidateTlb();
            world.sync();
            world.invalidateAtc();
            world.sync();
            world.free();
        });
        assertThat(Explorer.of(program).explore()).isInstanceOf(Verdict.Verified.class);
    }

    @Test
    @DisplayName("3.9.1: without ATC_INV the ATC leads to the freed page")
    void withoutAtcInvalidation() {
        violates(race(world -> {
            world.unmap();
            world.invalidateTlb();
            world.sync();
            world.free();
        }));
    }

    @Test
    @DisplayName("4.5.1: ATC_INV before the TLBI has completed: the ATC is filled again from the TLB")
    void wrongOrder() {
        violates(race(world -> {
            world.unmap();
            world.invalidateAtc();
            world.sync();
            world.invalidateTlb();
            world.sync();
            world.free();
        }));
    }

    @Test
    @DisplayName("4.7.3: ATC_INV without a CMD_SYNC is not complete")
    void withoutSync() {
        violates(race(world -> {
            world.unmap();
            world.invalidateTlb();
            world.sync();
            world.invalidateAtc();
            world.free();
        }));
    }

    @Test
    @DisplayName("A function that keeps what it was told to forget reaches the freed page")
    void misbehaving() {
        violates(race(
                world -> {
                    world.unmap();
                    world.invalidateTlb();
                    world.sync();
                    world.invalidateAtc();
                    world.sync();
                    world.free();
                },
                Misbehaviour.KEEPS_INVALIDATED_TRANSLATION));
    }
}
