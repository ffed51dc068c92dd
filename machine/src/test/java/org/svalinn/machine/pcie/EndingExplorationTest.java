package org.svalinn.machine.pcie;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.svalinn.explore.Explorer;
import org.svalinn.explore.Program;
import org.svalinn.explore.Run;
import org.svalinn.explore.Site;
import org.svalinn.explore.Verdict;
import org.svalinn.machine.Machine;
import org.svalinn.machine.Steps;
import org.svalinn.machine.driver.AddressSpace;
import org.svalinn.machine.driver.IommuDriver;
import org.svalinn.machine.driver.SmmuDriver;
import org.svalinn.machine.driver.VtdDriver;
import org.svalinn.machine.iommu.Access;
import org.svalinn.machine.iommu.smmuv3.SmmuIds;
import org.svalinn.machine.iommu.vtd.VtdConfig;
import org.svalinn.machine.memory.Owner;
import org.svalinn.machine.memory.PageState;

/** How the use of a PASID ends: by unbinding it, by a reset, by pulling the function out. Every order of each. */
class EndingExplorationTest {
    private static final int PASID = 1;
    private static final long VA = 0x4000;
    private static final Site FREE = Site.named("frees the page");

    /**
     * A function writes to a page that is unmapped, invalidated and freed; and then something happens to the
     * function.
     */
    private record Unmapping(Consumer<Endpoint> event) implements Program {
        @Override
        public Set<String> goals() {
            return Set.of("the invalidation timed out");
        }

        @Override
        public void start(Run run) {
            Machine machine = new Machine(Steps.of(run), 16);
            Owner process = new Owner("the process");
            TranslationAgent iommu =
                    machine.iommu("iommu", new TranslationAgent(machine.steps(), machine.objects()));
            Endpoint nic = machine.function("nic", 0x100, Capabilities.ATS_ONLY).enable();
            Engine engine = nic.engine(new Mover());
            nic.program(PASID, process);
            long page = machine.ram().allocate(PageState.USER, process);
            iommu.map(PASID, VA, page, Access.READ | Access.WRITE);
            engine.submit(Work.write(PASID, VA, 8, 1));
            machine.start(run);
            run.spawn("kernel", () -> {
                iommu.unmap(PASID, VA);
                if (!iommu.invalidate(PASID, VA)) {
                    run.reach("the invalidation timed out");
                }
                machine.ram().free(page, FREE);
            });
            run.spawn("hot plug", () -> event.accept(nic));
        }
    }

    @Test
    @DisplayName("6.7: the pages of a function that is pulled out may be freed after the time-out")
    void surpriseRemoval() {
        assertThat(Explorer.of(new Unmapping(Endpoint::remove)).explore()).isInstanceOf(Verdict.Verified.class);
    }

    @Test
    @DisplayName("6.6.2: the pages of a function that is reset may be freed after the time-out")
    void functionLevelReset() {
        assertThat(Explorer.of(new Unmapping(Endpoint::reset)).explore()).isInstanceOf(Verdict.Verified.class);
    }

    /** A function behind an IOMMU writes for one process; its PASID is unbound, and bound to another process. */
    private static final class Rebinding implements Program {
        private final boolean arm;
        private final Capabilities capabilities;
        private final boolean drains;
        private final Misbehaviour[] wrongs;
        private Machine machine = new Machine(Steps.DIRECT, 1);

        Rebinding(Capabilities capabilities, boolean drains, Misbehaviour... wrongs) {
            this(false, capabilities, drains, wrongs);
        }

        Rebinding(boolean arm, Capabilities capabilities, boolean drains, Misbehaviour... wrongs) {
            this.arm = arm;
            this.capabilities = capabilities;
            this.drains = drains;
            this.wrongs = wrongs;
        }

        @Override
        public void start(Run run) {
            machine = new Machine(Steps.of(run), 64);
            IommuDriver kernel = arm
                    ? new SmmuDriver(machine, SmmuIds.DEFAULT)
                    : new VtdDriver(machine, VtdConfig.standard());
            Endpoint nic = machine.function("nic", 0x310, capabilities, wrongs).enable();
            Engine engine = nic.engine(new Mover());
            AddressSpace first = kernel.addressSpace("the first");
            AddressSpace second = kernel.addressSpace("the second");
            second.store(VA, 2);
            if (!capabilities.pri() && !arm) {
                first.store(VA, 1);
            }
            kernel.bind(nic, PASID, first);
            engine.submit(Work.write(PASID, VA, 8, 3));
            machine.start(run);
            kernel.start(run);
            run.spawn("driver", () -> {
                if (drains) {
                    nic.stop(PASID);
                    nic.drain(PASID);
                }
                kernel.unbind(nic, PASID);
                machine.reuse(PASID);
                kernel.bind(nic, PASID, second);
            });
        }

        @Override
        public void finish(Run run) {
            machine.finish();
        }
    }

    @ParameterizedTest(name = "SMMUv3 {0}, PRI {1}, ATS {2}, Stop Markers {3}")
    @CsvSource({
        "false, true, true, false",
        "false, true, true, true",
        "false, false, true, false",
        "false, false, false, false",
        "true, true, true, false",
        "true, false, false, false"
    })
    void aPasidThatIsStoppedDrainedAndUnboundMayBeAnothers(boolean arm, boolean pri, boolean ats, boolean markers) {
        Capabilities withoutPri = ats ? Capabilities.ATS_ONLY : Capabilities.UNTRANSLATED;
        Capabilities capabilities = pri ? Capabilities.SVA.withStopMarkers(markers) : withoutPri;
        Verdict verdict = Explorer.of(new Rebinding(arm, capabilities, true)).explore();

        assertThat(verdict).isInstanceOf(Verdict.Verified.class);
    }

    @Test
    void aPasidThatIsNotDrainedLetsOldWorkReachTheNextProcess() {
        assertThat(checks(new Rebinding(Capabilities.ATS_ONLY, false)))
                .containsExactlyInAnyOrder("pasid-reuse", "isolation");
    }

    @Test
    void aFunctionThatDrainsTooEarlyDoesTheSame() {
        assertThat(checks(new Rebinding(Capabilities.ATS_ONLY, true, Misbehaviour.DRAINS_EARLY)))
                .containsExactlyInAnyOrder("pasid-reuse", "isolation");
    }

    @Test
    void aFunctionThatNeverDrainsBlocksItsDriver() {
        assertThat(checks(new Rebinding(Capabilities.ATS_ONLY, true, Misbehaviour.NEVER_DRAINS)))
                .containsExactly("deadlock");
    }

    private static List<String> checks(Program program) {
        Verdict verdict = Explorer.of(program).explore();
        assertThat(verdict).isInstanceOf(Verdict.Violated.class);
        return ((Verdict.Violated) verdict)
                .counterexamples().stream().map(c -> c.violation().check()).distinct().toList();
    }
}
