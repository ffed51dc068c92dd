package org.svalinn.machine.pcie;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.svalinn.explore.Explorer;
import org.svalinn.explore.Program;
import org.svalinn.explore.Run;
import org.svalinn.explore.Site;
import org.svalinn.explore.Verdict;
import org.svalinn.explore.Violation;
import org.svalinn.machine.Machine;
import org.svalinn.machine.Steps;
import org.svalinn.machine.iommu.Access;
import org.svalinn.machine.iommu.PageRequest;
import org.svalinn.machine.iommu.PageResponse;
import org.svalinn.machine.memory.Owner;
import org.svalinn.machine.memory.PageState;

/** What a function does while others do something else: every order of it. */
class DmaExplorationTest {
    private static final int PASID = 1;
    private static final long VA = 0x4000;
    private static final Site FREE = Site.named("frees the page");

    /** A machine with a process's page that a driver unmaps, invalidates and frees while the device writes to it. */
    private static final class Unmapping implements Program {
        private final Misbehaviour[] wrongs;
        private final boolean invalidates;

        Unmapping(boolean invalidates, Misbehaviour... wrongs) {
            this.invalidates = invalidates;
            this.wrongs = wrongs;
        }

        @Override
        public void start(Run run) {
            Machine machine = new Machine(Steps.of(run), 16);
            Owner process = new Owner("the process");
            TranslationAgent iommu =
                    machine.iommu("iommu", new TranslationAgent(machine.steps(), machine.objects()));
            Endpoint nic = machine.function("nic", 0x100, Capabilities.ATS_ONLY, wrongs).enable();
            Engine engine = nic.engine(new Mover());
            nic.program(PASID, process);
            long page = machine.ram().allocate(PageState.USER, process);
            iommu.map(PASID, VA, page, Access.READ | Access.WRITE);
            engine.submit(Work.write(PASID, VA, 8, 1));
            machine.start(run);
            run.spawn("kernel", () -> {
                iommu.unmap(PASID, VA);
                if (invalidates && !iommu.invalidate(PASID, VA)) {
                    return;
                }
                machine.ram().free(page, FREE);
            });
        }
    }

    @Test
    void aPageMayBeFreedWhenItsInvalidationHasCompleted() {
        Verdict verdict = Explorer.of(new Unmapping(true)).explore();

        assertThat(verdict).isInstanceOf(Verdict.Verified.class);
    }

    @Test
    void aPageThatIsFreedWithoutInvalidationIsReached() {
        assertThat(checks(Explorer.of(new Unmapping(false)).explore())).containsOnly("dma-after-free");
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "KEEPS_INVALIDATED_TRANSLATION",
                "COMPLETES_INVALIDATION_EARLY",
                "USES_OVERTAKEN_TRANSLATION"
            })
    void aFunctionThatGetsInvalidationWrongReachesTheFreedPage(Misbehaviour wrong) {
        assertThat(checks(Explorer.of(new Unmapping(true, wrong)).explore())).containsOnly("dma-after-free");
    }

    @ParameterizedTest
    @EnumSource(names = {"IGNORES_INVALIDATION", "COMPLETES_INVALIDATION_LATE"})
    void aPageStaysWhereItIsWhenItsInvalidationTimesOut(Misbehaviour wrong) {
        assertThat(Explorer.of(new Unmapping(true, wrong)).explore()).isInstanceOf(Verdict.Verified.class);
    }

    @Test
    void severalActorsMayShareAnEngineThatHasNone() {
        Program sharing = run -> {
            Machine machine = new Machine(Steps.of(run), 16);
            Owner process = new Owner("the process");
            TranslationAgent iommu =
                    machine.iommu("iommu", new TranslationAgent(machine.steps(), machine.objects()));
            Engine engine = machine.function("nic", 0x100, Capabilities.UNTRANSLATED).enable().engine(new Mover());
            iommu.map(PASID, VA, machine.ram().allocate(PageState.USER, process), Access.READ | Access.WRITE);
            for (int i = 1; i <= 2; i++) {
                int value = i;
                run.spawn("task", () -> {
                    engine.perform(Work.write(PASID, VA + 8 * value, 8, value));
                    Job job = engine.perform(Work.read(PASID, VA + 8 * value, 8));
                    if (job.result() != value) {
                        run.report(new Violation("mixed-up", "read " + job.result(), List.of()));
                    }
                });
            }
        };
        assertThat(Explorer.of(sharing).explore()).isInstanceOf(Verdict.Verified.class);
    }

    private static List<String> checks(Verdict verdict) {
        assertThat(verdict).isInstanceOf(Verdict.Violated.class);
        return ((Verdict.Violated) verdict)
                .counterexamples().stream().map(c -> c.violation().check()).distinct().toList();
    }

    /** A device that misses a page, a driver that may stop it, and a fault handler. */
    private static final class Faulting implements Program {
        private final Capabilities capabilities;
        private final boolean stops;
        private final boolean answers;
        private final Misbehaviour[] wrongs;

        Faulting(Capabilities capabilities, boolean stops, boolean answers, Misbehaviour... wrongs) {
            this.capabilities = capabilities;
            this.stops = stops;
            this.answers = answers;
            this.wrongs = wrongs;
        }

        private Machine machine = new Machine(Steps.DIRECT, 1);

        @Override
        public Set<String> goals() {
            return Set.of("a page was asked for");
        }

        @Override
        public void start(Run run) {
            Machine made = new Machine(Steps.of(run), 16);
            machine = made;
            Owner process = new Owner("the process");
            TranslationAgent iommu = made.iommu("iommu", new TranslationAgent(made.steps(), made.objects()));
            Endpoint nic = made.function("nic", 0x100, capabilities, wrongs).enable();
            Engine engine = nic.engine(new Mover());
            nic.program(PASID, process);
            long page = made.ram().allocate(PageState.USER, process);
            engine.submit(Work.write(PASID, VA + 0xffc, 8, 1));
            made.start(run);
            run.spawnDaemon("fault handler", () -> {
                boolean stopped = false;
                while (true) {
                    PageRequest request = iommu.takePageRequest();
                    run.reach("a page was asked for");
                    if (request.isStopMarker()) {
                        stopped = true;
                        continue;
                    }
                    if (stopped) {
                        run.report(new Violation(
                                "request-after-stop", "a page request comes after the Stop Marker", List.of()));
                    }
                    iommu.map(PASID, request.address(), page, Access.READ | Access.WRITE);
                    if (request.last() && answers) {
                        iommu.respond(request, PageResponse.Code.SUCCESS);
                    }
                }
            });
            if (stops) {
                run.spawn("driver", () -> {
                    nic.stop(PASID);
                    nic.drain(PASID);
                });
            }
        }

        @Override
        public void finish(Run run) {
            machine.finish();
        }
    }

    @Test
    void everyPageRequestIsAnsweredWhetherOrNotThePasidIsStopped() {
        assertThat(Explorer.of(new Faulting(Capabilities.SVA, true, true)).explore())
                .isInstanceOf(Verdict.Verified.class);
    }

    @Test
    void aPageRequestThatIsNeverAnsweredIsALostResponse() {
        assertThat(checks(Explorer.of(new Faulting(Capabilities.SVA, false, false)).explore()))
                .containsOnly("lost-response");
    }

    @Test
    void aStopMarkerComesAfterEveryPageRequest() {
        assertThat(Explorer.of(new Faulting(Capabilities.SVA.withStopMarkers(true), true, true)).explore())
                .isInstanceOf(Verdict.Verified.class);
    }

    @Test
    void aStopMarkerThatOvertakesAPageRequestIsSeen() {
        Program early = new Faulting(
                Capabilities.SVA.withStopMarkers(true), true, true, Misbehaviour.SENDS_STOP_MARKER_EARLY);
        assertThat(checks(Explorer.of(early).explore())).containsOnly("request-after-stop");
    }
}
